import type { Problem, WriteConflict } from '@/contract/problem';
import { ruleOf, type SourceError } from '@/server/errors';

/** The problem document of a failed upstream. */
export function sourceProblem(error: SourceError): Problem {
  const { status, title } = ruleOf(error.kind);
  return {
    type: `urn:fanari:problem:${error.kind}`,
    title,
    status,
    detail: error.message,
    source: error.source,
  };
}

/** A request that cannot be served as it stands (400, 404, 422 …). */
export function requestProblem(
  status: number,
  name: string,
  title: string,
  detail: string,
): Problem {
  return { type: `urn:fanari:problem:${name}`, title, status, detail };
}

/** Somebody changed the object since the user saw it. */
export function conflictProblem(detail: string, conflict: WriteConflict): Problem {
  return {
    type: 'urn:fanari:problem:write-conflict',
    title: 'The object has changed since you saw it',
    status: 409,
    detail,
    conflict,
  };
}
