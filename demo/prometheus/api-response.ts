import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import { QueryError, type QueryErrorType } from '@/demo/prometheus/promql/query-error';

const compress = promisify(gzip);
const SMALL_BYTES = 1400;

const STATUS = {
  bad_data: 400,
  execution: 422,
  timeout: 503,
  canceled: 503,
  internal: 500,
  unavailable: 503,
  not_found: 404,
} satisfies Record<QueryErrorType, number>;

/** Sends a whole body, compressed when the client takes gzip and it is worth it. */
export async function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
): Promise<void> {
  const plain = Buffer.from(body);
  const zips = acceptsGzip(request) && plain.length > SMALL_BYTES;
  const bytes = zips ? await compress(plain, { level: constants.Z_BEST_SPEED }) : plain;
  if (response.headersSent || response.destroyed) return;
  const encoding = zips ? { 'content-encoding': 'gzip' } : {};
  const vary = { vary: 'Accept-Encoding' };
  response.writeHead(status, {
    'content-type': type,
    'content-length': bytes.length,
    ...encoding,
    ...vary,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Sends a body that is made while it is sent, at the pace of the client. */
export async function streamText(
  request: IncomingMessage,
  response: ServerResponse,
  type: string,
  chunks: Iterable<string>,
): Promise<void> {
  const zips = acceptsGzip(request);
  const encoding = zips ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(200, { 'content-type': type, ...encoding });
  const source = Readable.from(inBlocks(chunks), { objectMode: true });
  if (zips) await pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), response);
  else await pipeline(source, response);
}

/** Sends an error as Prometheus's API does; anything that is not a {@link QueryError} is internal. */
export async function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): Promise<void> {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const errorType: QueryErrorType = error instanceof QueryError ? error.type : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const body = JSON.stringify({ status: 'error', errorType, error: message });
  await sendText(request, response, STATUS[errorType], 'application/json', body);
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && accepted.includes('gzip');
}

function* inBlocks(chunks: Iterable<string>): Generator<string> {
  let block = '';
  for (const chunk of chunks) {
    block += chunk;
    if (block.length < 65_536) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}
