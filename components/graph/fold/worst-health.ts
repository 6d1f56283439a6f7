import type { HealthStatus } from '@/mesh/health/health';

const WORST_FIRST: readonly HealthStatus[] = ['failing', 'degraded', 'healthy', 'unknown', 'idle'];

/** The health that speaks for several; `unknown` for none. A healthy part outweighs idle and unmeasured ones. */
export function worstHealth(statuses: readonly HealthStatus[]): HealthStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? 'unknown';
}
