import type { SourceErrorKind, SourceGap, SourceName } from '@/mesh/gap';

/** Why an upstream gave no usable answer. `message` is for people and holds no upstream body, token or credentials. */
export interface SourceError {
  readonly source: SourceName;
  readonly kind: SourceErrorKind;
  readonly message: string;
  /** What was caught, for the log's error class only; `null` when nothing was thrown. */
  readonly cause: Error | null;
}

interface KindRule {
  /** HTTP status of the answer to the browser. */
  readonly status: number;
  readonly title: string;
}

const rules = {
  unreachable: { status: 502, title: 'An upstream cannot be reached' },
  timeout: { status: 504, title: 'An upstream took too long' },
  unauthorized: { status: 502, title: 'An upstream refused the credentials' },
  forbidden: { status: 403, title: 'This is not permitted' },
  'not-found': { status: 404, title: 'Not found' },
  'bad-query': { status: 502, title: 'An upstream refused the question' },
  'bad-response': { status: 502, title: 'An upstream answered rubbish' },
  overloaded: { status: 503, title: 'An upstream is overloaded' },
  'read-only': { status: 403, title: 'Fanari is read-only' },
  aborted: { status: 499, title: 'The request was given up' },
  'not-configured': { status: 501, title: 'This source is not configured' },
} as const satisfies Record<SourceErrorKind, KindRule>;

/** How a kind of failure is answered. */
export function ruleOf(kind: SourceErrorKind): KindRule {
  return rules[kind];
}

/** Makes a {@link SourceError}. */
export function sourceError(
  source: SourceName,
  kind: SourceErrorKind,
  message: string,
  cause: unknown = null,
): SourceError {
  return { source, kind, message, cause: cause instanceof Error ? cause : null };
}

/** The gap that an error leaves; `sinceMs` is `null` for an upstream that is not configured, which began at no time. */
export function toGap(error: SourceError, what: string, sinceMs: number | null): SourceGap {
  return { source: error.source, kind: error.kind, what, message: error.message, sinceMs };
}
