import { asRecord } from '@/server/adapters/parse-json';
import type { ApiAnswer } from '@/server/adapters/kubernetes/client';
import { sourceError, type SourceError } from '@/server/errors';
import type { SourceErrorKind } from '@/mesh/gap';

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
  forbidden: 'does not let Fanari read',
  'not-found': 'does not have',
  overloaded: 'is overloaded and could not give',
  timeout: 'took too long to give',
};

/** The failure that a refused read is. `what` names the thing asked for. */
export function toApiFault(answer: ApiAnswer, what: string): SourceError {
  const kind = kindOf(answer.status);
  const words = WORDS[kind] ?? `answered with status ${answer.status} for`;
  return sourceError('kubernetes', kind, `The Kubernetes API server ${words} ${what}`);
}

/** The API server's own explanation (`Status.message`), at most 500 characters; `null` when it gave none. */
export function statusMessage(answer: ApiAnswer): string | null {
  const message = asRecord(answer.body)?.['message'];
  return typeof message === 'string' ? message.slice(0, 500) : null;
}
