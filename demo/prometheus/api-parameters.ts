import type { IncomingMessage } from 'node:http';
import { parseDuration } from '@/demo/prometheus/promql/literals';
import { QueryError } from '@/demo/prometheus/promql/query-error';

const MOST_BODY_BYTES = 1024 * 1024;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A body that is larger than any query has reason to be. */
export class BodyTooLargeError extends Error {}

/** Parameters of a request: the form body first, then the query string, as Go reads them. */
export async function readParameters(request: IncomingMessage, url: URL): Promise<URLSearchParams> {
  const type = request.headers['content-type'] ?? '';
  const isForm = request.method === 'POST' && type.includes('application/x-www-form-urlencoded');
  if (!isForm) return url.searchParams;
  const parameters = new URLSearchParams(await readBody(request));
  for (const [name, value] of url.searchParams) parameters.append(name, value);
  return parameters;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += buffer.length;
    if (bytes > MOST_BODY_BYTES) throw new BodyTooLargeError('request body is too large');
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A parameter that Prometheus refuses, in its words. */
export function invalidParameter(name: string, reason: string): QueryError {
  return new QueryError('bad_data', `invalid parameter "${name}": ${reason}`);
}

/** A time in epoch milliseconds, from seconds or RFC 3339; `fallback` where the parameter is missing. Throws `bad_data`. */
export function timeParameter(
  parameters: URLSearchParams,
  name: string,
  fallback: number | null,
): number {
  const text = parameters.get(name) ?? '';
  if (text === '' && fallback !== null) return fallback;
  const timeMs = parseTime(text);
  if (timeMs === null) {
    const reason = `cannot parse ${JSON.stringify(text)} to a valid timestamp`;
    const isOptional = fallback !== null;
    throw invalidParameter(
      name,
      isOptional ? `Invalid time value for '${name}': ${reason}` : reason,
    );
  }
  return timeMs;
}

function parseTime(text: string): number | null {
  if (RFC_3339.test(text)) {
    const timeMs = Date.parse(text);
    return Number.isNaN(timeMs) ? null : timeMs;
  }
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  const timeMs = Math.round(seconds * 1000);
  return Number.isSafeInteger(timeMs) ? timeMs : null;
}

/** Nanoseconds in 63 bits. */
const MOST_SECONDS = 2 ** 63 / 1e9;

function floatOf(text: string): number {
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text);
  return infinity === null ? Number(text) : infinity[1] === '-' ? -Infinity : Infinity;
}

/** A span in milliseconds, perhaps with a fraction, from seconds or a duration such as `1m30s`. Throws `bad_data`. */
export function durationParameter(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? '';
  const fault = `cannot parse ${JSON.stringify(text)} to a valid duration`;
  if (/^nan$/i.test(text)) return 0;
  const seconds = text.trim() === '' ? Number.NaN : floatOf(text);
  if (Math.abs(seconds) > MOST_SECONDS)
    throw invalidParameter(name, `${fault}. It overflows int64`);
  if (!Number.isNaN(seconds)) return seconds * 1000;
  try {
    return parseDuration(text);
  } catch {
    throw invalidParameter(name, fault);
  }
}
