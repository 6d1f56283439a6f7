import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PROBLEM_MEDIA_TYPE, type Problem } from '@/contract/problem';
import type { RequestFault } from '@/contract/parse-query';

/** A problem document as a response. Nothing of it may be cached. */
export function problemResponse(problem: Problem): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': PROBLEM_MEDIA_TYPE, 'cache-control': 'no-store' },
  });
}

/** The problem of a query or body that cannot be read; names every fault. */
export function badRequest(faults: readonly RequestFault[]): Problem {
  const detail = faults
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  return {
    type: 'urn:fanari:problem:bad-request',
    title: 'The request cannot be read',
    status: 400,
    detail,
  };
}

const gzipped = promisify(gzip);
const WORTH_COMPRESSING = 2000;

/** JSON that must be asked for anew each time. `text` is JSON already; long text is compressed where that is accepted. */
export async function jsonResponse(text: string, request: Request): Promise<Response> {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    vary: 'accept-encoding',
  };
  const accepts = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  if (!accepts || text.length < WORTH_COMPRESSING) return new Response(text, { headers });
  const body = new Uint8Array(await gzipped(text, { level: 4 }));
  return new Response(body, { headers: { ...headers, 'content-encoding': 'gzip' } });
}
