import { asRecord } from '@/server/adapters/parse-json';
import type { ApiAnswer } from '@/server/adapters/kubernetes/client';
import { sourceError, type SourceError } from '@/server/errors';
import type { SourceErrorKind } from '@/mesh/gap';
import type { PatchFault } from '@/server/ports';

function kindOf(status: number): SourceErrorKind {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 429 || status === 503) return 'overloaded';
  if (status === 504) return 'timeout';
  return status >= 400 && status < 500 ? 'bad-query' : 'bad-response';
}

const WORDS: Readonly<Partial<Record<SourceErrorKind, string>>> = {
  unauthorized: 'refused the credentials',
  'not-found': 'does not have',
  overloaded: 'is overloaded and could not give',
  timeout: 'took too long to give',
};

/** The failure that a refused read is. `what` names the thing asked for, `subject` who asked. */
export function toApiFault(
  answer: ApiAnswer,
  what: string,
  subject: 'Fanari' | 'you' = 'Fanari',
): SourceError {
  const kind = kindOf(answer.status);
  const words =
    kind === 'forbidden'
      ? `does not let ${subject} read`
      : (WORDS[kind] ?? `answered with status ${answer.status} for`);
  return sourceError('kubernetes', kind, `The Kubernetes API server ${words} ${what}`);
}

const LONGEST_MESSAGE = 10_000;

/** The API server's own explanation (`Status.message`), word for word; `null` when it gave none. */
export function statusMessage(answer: ApiAnswer): string | null {
  const message = asRecord(answer.body)?.['message'];
  return typeof message === 'string' ? message.slice(0, LONGEST_MESSAGE) : null;
}

/** How every authorizer's denial reads: `User "x" cannot patch resource "pods" …`. */
const DENIED_TO_USER = /User "[^"]*" cannot \S+ (resource|path) /;

/**
 * What a refused write is. 409 is a `conflict`. `refused`: the API server judged the change itself and said why, by a
 * schema (400, 422) or in admission, whose webhooks, policies and quotas answer 403 too. A 403 that is about who asks is
 * a failure of the source, in the words given, because the account's name is nobody else's business.
 */
export function toWriteFault(
  answer: ApiAnswer,
  { what, forbidden }: { readonly what: string; readonly forbidden: string },
): PatchFault {
  const { status } = answer;
  const own = statusMessage(answer);
  const message = own ?? `The API server answered with status ${status}`;
  if (status === 409) return { kind: 'conflict', message };
  const isAdmission = status === 403 && own !== null && !DENIED_TO_USER.test(own);
  if (status === 400 || status === 422 || isAdmission) return { kind: 'refused', message };
  const error = toApiFault(answer, what);
  return { kind: 'source', error: status === 403 ? { ...error, message: forbidden } : error };
}
