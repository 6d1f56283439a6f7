import { createHash } from 'node:crypto';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import type { CanaryFault, CanaryPlan, CanaryStart } from '@/mesh/splits/canary';
import { planCanaryStart } from '@/mesh/splits/plan-canary-start';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { requestProblem } from '@/server/usecases/problems';

/** A start worked out for the cluster as it is now. */
export interface PlannedCanary {
  readonly plan: CanaryPlan;
  /** Stands for exactly these writes: two plans with the same text write the same. */
  readonly seen: string;
}

const PROBLEMS = {
  'no-candidate': [409, 'A canary cannot be started here (any more)'],
  'api-unavailable': [422, 'This API cannot be used here'],
  'invalid-weights': [422, 'These weights cannot be written'],
} as const satisfies Record<CanaryFault['kind'], readonly [number, string]>;

/** Plans a start. Problems: 409 when the service is no candidate any more; 422 for an API or weights that do not fit. */
export function planCanary(
  { cluster }: MeshSources,
  start: CanaryStart,
): Result<PlannedCanary, Problem> {
  if (cluster.clusters() !== null) {
    const detail = 'Where several clusters are watched, Fanari does not start canaries yet';
    return fail(requestProblem(422, 'api-unavailable', PROBLEMS['api-unavailable'][1], detail));
  }
  const plan = planCanaryStart(
    cluster.topology(),
    start,
    (groupKind) => cluster.servedVersion(groupKind) ?? 'v1',
  );
  if (!plan.ok) {
    const { kind, message } = plan.error;
    const [status, title] = PROBLEMS[kind];
    return fail(requestProblem(status, kind, title, message));
  }
  const seen = createHash('sha256').update(JSON.stringify(plan.value.steps)).digest('hex');
  return ok({ plan: plan.value, seen });
}
