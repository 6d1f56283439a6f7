import pino, { type Logger } from 'pino';

/** Writes structured lines: an object of fields, then a sentence. */
export type Log = Logger;

/** Fanari's log: one JSON object a line on standard output. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
