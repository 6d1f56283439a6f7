/** Share of requests, 0..1, from which an edge or node is degraded or failing. */
export interface RatioThreshold {
  /** Exclusive: more than this share is degraded. */
  readonly degradedAbove: number;
  /** Inclusive: this share or more is failing. */
  readonly failingFrom: number;
}

/** HTTP 5xx, requests without a response, gRPC failures, and failed TCP connections. */
export const FAILURE_THRESHOLD: RatioThreshold = { degradedAbove: 0.001, failingFrom: 0.1 };

/** HTTP 4xx, which are the caller's fault as often as not. Degraded from 10 % on, so the bound is inclusive there. */
export const CLIENT_ERROR_THRESHOLD = { degradedFrom: 0.1, failingFrom: 0.2 } as const;

/** Failed requests within the window that it takes to call something degraded: one alone is chance. */
export const DEGRADED_MIN_FAILURES = 2;

/** Failed requests within the window that it takes to call something failing; fewer are degraded at most. */
export const FAILING_MIN_FAILURES = 5;
