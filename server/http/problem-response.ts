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

/** JSON that must be asked for anew each time; `text` is JSON already. Compressed by the server around the routes. */
export function jsonResponse(text: string): Response {
  return new Response(text, {
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
}
