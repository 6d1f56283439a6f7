import http from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { clockOffset, type ClockOffset } from '@/mesh/clock-offset';
import type { SourceErrorKind, SourceName } from '@/mesh/gap';
import { fail, ok, type Result } from '@/mesh/result';
import { sourceError, type SourceError } from '@/server/errors';

/** One request to an upstream. */
export interface OutgoingRequest {
  readonly source: SourceName;
  /** Name of the upstream in messages, where it is not that of its source. */
  readonly title?: string;
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | null;
  readonly agent: http.Agent;
  /** Until the whole answer is there; for {@link openStream} until its headers are there. */
  readonly deadlineMs: number;
  /** The answer may be at most this long after decompression. */
  readonly maxBytes: number;
}

/** A whole answer, whatever its status. */
export interface IncomingAnswer {
  readonly status: number;
  readonly text: string;
  /** By its header `Date`; `null` where that is missing or no date. */
  readonly clock: ClockOffset | null;
}

/** An answer whose body is still coming. */
export interface IncomingStream {
  readonly status: number;
  readonly body: Readable;
  readonly close: () => void;
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has a host name that does not resolve',
  EAI_AGAIN: 'has a host name that does not resolve at the moment',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
  ETIMEDOUT: 'did not accept the connection in time',
};

/** Alerts by which a server says that it wants a client certificate, or another one. */
const REFUSED_CERTIFICATE =
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;

const TITLES: Readonly<Record<SourceName, string>> = {
  kubernetes: 'The Kubernetes API server',
  prometheus: 'Prometheus',
  jaeger: 'Jaeger',
};

/** The name of an upstream at the start of a sentence. */
export function titleOf(source: SourceName): string {
  return TITLES[source];
}

class TooLarge extends Error {}
class DeadlinePassed extends Error {}

function toError(request: OutgoingRequest, caught: unknown, caller: AbortSignal): SourceError {
  const { source } = request;
  const of = (kind: SourceErrorKind, words: string) =>
    sourceError(source, kind, `${request.title ?? titleOf(source)} ${words}`, caught);
  if (caller.aborted) return of('aborted', 'was no longer needed');
  if (caught instanceof DeadlinePassed) {
    return of('timeout', `did not answer within ${Math.round(request.deadlineMs / 100) / 10} s`);
  }
  if (caught instanceof TooLarge) {
    return of('bad-response', `answered more than ${Math.round(request.maxBytes / 1e6)} MB`);
  }
  const code = caught instanceof Error && 'code' in caught ? String(caught.code) : '';
  if (code.startsWith('Z_')) return of('bad-response', 'answered with damaged compression');
  if (REFUSED_CERTIFICATE.test(code)) return of('unauthorized', `refused the handshake (${code})`);
  if (/CERT|SSL|TLS|SELF_SIGNED|ERR_OSSL|UNABLE_TO/.test(code)) {
    return of('unreachable', `has a certificate that is not trusted (${code})`);
  }
  return of('unreachable', UNREACHABLE[code] ?? 'cannot be reached');
}

function decoded(response: http.IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  // A broken pipe reaches the reader as an error of the unzipped stream.
  return pipeline(response, createGunzip(), () => undefined);
}

async function connect(
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const { url, method, headers, body, agent } = request;
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent,
      signal,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': 'fanari',
        ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    };
    const outgoing = secure
      ? https.request(url, options, resolve)
      : http.request(url, options, resolve);
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });
}

function toClock(response: http.IncomingMessage, sentAtMs: number): ClockOffset | null {
  const dateMs = Date.parse(response.headers.date ?? '');
  return Number.isNaN(dateMs) ? null : clockOffset(dateMs, sentAtMs, Date.now());
}

async function readAll(stream: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      stream.destroy();
      throw new TooLarge('answer too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Sends a request and reads the whole answer. Every status is a success here; what a status means is the caller's
 * knowledge. Fails with `unreachable`, `timeout`, `bad-response` (too large, damaged) or `aborted`.
 */
export async function sendRequest(
  request: OutgoingRequest,
  caller: AbortSignal,
): Promise<Result<IncomingAnswer, SourceError>> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), request.deadlineMs);
  try {
    const sentAtMs = Date.now();
    const response = await connect(request, AbortSignal.any([caller, deadline.signal]));
    const clock = toClock(response, sentAtMs);
    const text = await readAll(decoded(response), request.maxBytes);
    return ok({ status: response.statusCode ?? 0, text, clock });
  } catch (caught) {
    const late = deadline.signal.aborted && !caller.aborted;
    return fail(toError(request, late ? new DeadlinePassed('deadline') : caught, caller));
  } finally {
    clearTimeout(timer);
  }
}

/** Sends a request and hands the body over as it comes. The caller must call `close`. Fails as {@link sendRequest}. */
export async function openStream(
  request: OutgoingRequest,
  caller: AbortSignal,
): Promise<Result<IncomingStream, SourceError>> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), request.deadlineMs);
  try {
    const response = await connect(request, AbortSignal.any([caller, deadline.signal]));
    const body = decoded(response);
    return ok({ status: response.statusCode ?? 0, body, close: () => response.destroy() });
  } catch (caught) {
    const late = deadline.signal.aborted && !caller.aborted;
    return fail(toError(request, late ? new DeadlinePassed('deadline') : caught, caller));
  } finally {
    clearTimeout(timer);
  }
}
