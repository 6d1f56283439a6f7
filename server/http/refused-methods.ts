import type { Problem } from '@/contract/problem';
import { problemResponse } from '@/server/http/problem-response';

type Refusal = () => Response;

function refusal(allowed: readonly string[]): Refusal {
  const allow = allowed.join(', ');
  return () => {
    const problem: Problem = {
      type: 'urn:fanari:problem:method-not-allowed',
      title: 'Request refused',
      status: 405,
      detail: `This address takes ${allow}`,
    };
    const response = problemResponse(problem);
    response.headers.set('allow', allow);
    return response;
  };
}

function optionsOf(allowed: readonly string[]): () => Response {
  const headers = { allow: allowed.join(', '), 'cache-control': 'no-store' };
  return () => new Response(null, { status: 204, headers });
}

const READ = ['GET', 'HEAD', 'OPTIONS'];
const WRITE = ['POST', 'OPTIONS'];
const BOTH = ['GET', 'HEAD', 'POST', 'OPTIONS'];
const ofRead = refusal(READ);
const ofWrite = refusal(WRITE);
const ofBoth = refusal(BOTH);

/** What a route that is only read answers to other methods; Next itself would answer 405 without a body. */
export const onlyRead = {
  POST: ofRead,
  PUT: ofRead,
  PATCH: ofRead,
  DELETE: ofRead,
  OPTIONS: optionsOf(READ),
} as const;

/** What a route that only takes POST answers to other methods. */
export const onlyPost = {
  GET: ofWrite,
  HEAD: ofWrite,
  PUT: ofWrite,
  PATCH: ofWrite,
  DELETE: ofWrite,
  OPTIONS: optionsOf(WRITE),
} as const;

/** What a route that is read and takes POST answers to other methods. */
export const readAndPost = {
  PUT: ofBoth,
  PATCH: ofBoth,
  DELETE: ofBoth,
  OPTIONS: optionsOf(BOTH),
} as const;

/** The answer where no endpoint is. */
export function unknownEndpoint(): Response {
  return problemResponse({
    type: 'urn:fanari:problem:unknown-endpoint',
    title: 'Not found',
    status: 404,
    detail: 'There is no such endpoint; /api/v1/openapi.json lists all',
  });
}
