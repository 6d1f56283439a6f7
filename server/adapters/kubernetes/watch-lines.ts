import type { Readable } from 'node:stream';

const LONGEST_LINE = 16_000_000;

/** Splits a stream into lines without their ends; a last line without an end is given too. Throws on over-long lines. */
export async function* readLines(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new Error('a watch event is too large');
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
