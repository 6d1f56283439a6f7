import type { CanaryPreviewResponse } from '@/contract/canary-preview';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import type { CanaryStart, CanaryStep } from '@/mesh/splits/canary';
import type { CallOptions } from '@/server/ports';
import { applyPatch } from '@/server/usecases/apply-patch';
import type { CanaryContext } from '@/server/usecases/canary-context';
import { writeStep } from '@/server/usecases/canary-writes';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { planCanary } from '@/server/usecases/plan-canary';
import { messageOf } from '@/server/usecases/preview-split';
import { sourceProblem } from '@/server/usecases/problems';

type PreviewStep = CanaryPreviewResponse['steps'][number];

/** Plans a start, has the API server try every write without storing, and asks whether it may be made. */
export async function previewCanary(
  sources: MeshSources,
  start: CanaryStart,
  context: Omit<CanaryContext, 'actor'>,
): Promise<Result<CanaryPreviewResponse, Problem>> {
  const planned = planCanary(sources, start);
  if (!planned.ok) return planned;
  const { plan, seen } = planned.value;
  const previews = await Promise.all(plan.steps.map((step) => previewStep(sources, step, context)));
  const steps: PreviewStep[] = [];
  for (const preview of previews) {
    if (!preview.ok) return fail(preview.error);
    steps.push(preview.value);
  }
  const pauseSeconds = steps.length > 1 ? context.propagationPauseSeconds : 0;
  return ok({ seen, steps, pauseSeconds, warnings: plan.warnings });
}

async function previewStep(
  { cluster }: MeshSources,
  step: CanaryStep,
  options: CallOptions,
): Promise<Result<PreviewStep, Problem>> {
  const { action, object } = step;
  const [tried, allowed, text] = await Promise.all([
    writeStep(cluster, step, true, options),
    cluster.mayWrite(action === 'create' ? 'create' : 'patch', object, options),
    action === 'create' ? null : cluster.getObject(object, options),
  ]);
  if (text !== null && !text.ok) return fail(sourceProblem(text.error));
  const before = text?.value.raw ?? null;
  const after = action === 'create' ? step.manifest : applyPatch(before ?? {}, step.patch);
  return ok({
    action,
    object,
    before: before === null ? null : cluster.toYaml(before),
    after: cluster.toYaml(after),
    dryRun: tried.ok ? { ok: true, message: null } : { ok: false, message: messageOf(tried.error) },
    permitted: allowed.ok ? allowed.value : null,
  });
}
