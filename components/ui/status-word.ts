import type { HealthStatus } from '@/mesh/health/health';

/** Health statuses in words, worst first. */
export const STATUS_WORD: Readonly<Record<HealthStatus, string>> = {
  failing: 'Failing',
  degraded: 'Degraded',
  healthy: 'Healthy',
  idle: 'Idle',
  unknown: 'Not measured',
};

/** Position for sorting: 0 is worst. */
export const STATUS_ORDER: Readonly<Record<HealthStatus, number>> = {
  failing: 0,
  degraded: 1,
  unknown: 2,
  healthy: 3,
  idle: 4,
};
