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

/** `type` of {@link unknownProblem}. */
export const WRITE_UNKNOWN = 'urn:fanari:problem:write-unknown';

/** A write of which nobody knows whether it was made. `doubt`: what may be so, as a sentence. */
export function unknownProblem(error: SourceError, doubt: string): Problem {
  return {
    type: WRITE_UNKNOWN,
    title: 'It is not known whether this was written',
    status: ruleOf(error.kind).status,
    detail: `${asSentence(error.message)} ${doubt} Look at it before you try again.`,
    source: error.source,
  };
}

/** A message with the full stop that it may lack. */
export function asSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
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
