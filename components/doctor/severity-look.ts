import type { DoctorResponse } from '@/contract/doctor';
import type { HealthStatus } from '@/mesh/health/health';

/** A finding as the API gives it. */
export type ShownFinding = DoctorResponse['findings'][number];

/** Severities as the page shows them, worst first. */
export const SEVERITY_LOOK = {
  error: { status: 'failing', one: 'error', many: 'errors' },
  warning: { status: 'degraded', one: 'warning', many: 'warnings' },
  unknown: { status: 'unknown', one: 'not known', many: 'not known' },
  info: { status: 'idle', one: 'note', many: 'notes' },
  ok: { status: 'healthy', one: 'right', many: 'right' },
} as const satisfies Record<
  ShownFinding['severity'],
  { readonly status: HealthStatus; readonly one: string; readonly many: string }
>;

/** Titles of the groups, as of the sections. */
export const GROUP_TITLE = {
  cluster: 'Cluster',
  access: 'Permissions of Fanari’s account',
  kinds: 'Kinds that are served',
  istio: 'Istio',
  injection: 'Injection',
  prometheus: 'Prometheus',
  traces: 'Traces',
  clock: 'Clocks',
  configuration: 'Configuration',
  ports: 'Ports',
} as const satisfies Record<ShownFinding['group'], string>;
