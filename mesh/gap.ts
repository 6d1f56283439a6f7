/** The upstreams that Fanari reads. */
export type SourceName = 'kubernetes' | 'prometheus' | 'jaeger';

/** Why an upstream gave no usable answer. */
export type SourceErrorKind =
  | 'unreachable'
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'bad-query'
  | 'bad-response'
  | 'overloaded'
  | 'read-only'
  | 'aborted'
  | 'not-configured';

/**
 * A part of an answer that is missing, with the reason. Answers are partial by design: with Prometheus down the topology
 * is still drawn and its figures are `null`.
 */
export interface SourceGap {
  readonly source: SourceName;
  /** The cluster that it is missing from; absent where one cluster is watched, and for other sources. */
  readonly cluster?: string;
  readonly kind: SourceErrorKind;
  /** What is missing, e.g. `request rates` or `VirtualService`. */
  readonly what: string;
  /** One sentence for people; never holds an upstream's body, a token or a URL with credentials. */
  readonly message: string;
  /** Epoch milliseconds since when it is missing; `null` where it was never to be had: the upstream is not configured. */
  readonly sinceMs: number | null;
}
