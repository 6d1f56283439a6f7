/** Worst first: `failing`, `degraded`, `healthy`; `idle` had no traffic; `unknown` could not be measured. */
export type HealthStatus = 'failing' | 'degraded' | 'healthy' | 'idle' | 'unknown';

/** A verdict with the rule that decided it. */
export interface Health {
  readonly status: HealthStatus;
  /** Identifier of the rule, e.g. `http-5xx-ratio` or `pods-not-ready`; documented in docs/health.md. */
  readonly rule: string;
  /** One sentence with the figures that decided, e.g. `12.5 % of requests answered 5xx (degraded from 0.1 %)`. */
  readonly reason: string;
}
