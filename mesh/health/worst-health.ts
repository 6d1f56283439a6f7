import type { Health, HealthStatus } from '@/mesh/health/health';

/** Greater is worse. `healthy` outranks `idle` and `unknown`, because a measurement says more than its absence. */
const RANK = {
  failing: 4,
  degraded: 3,
  healthy: 2,
  unknown: 1,
  idle: 0,
} as const satisfies Record<HealthStatus, number>;

/** The worse of two verdicts with its rule; the first of equals. */
export function worstHealth(a: Health, b: Health): Health {
  return RANK[b.status] > RANK[a.status] ? b : a;
}

/** The status that speaks for several, in the same order; `unknown` for none. */
export function worstStatus(statuses: readonly HealthStatus[]): HealthStatus {
  return (
    statuses.reduce<HealthStatus | null>(
      (worst, status) => (worst === null || RANK[status] > RANK[worst] ? status : worst),
      null,
    ) ?? 'unknown'
  );
}
