import type { CanaryApplyBody, CanaryApplyResponse } from '@/contract/canary-apply';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import type { CanaryPlan, CanaryStart, CanaryStep, CanaryUndoStep } from '@/mesh/splits/canary';
import { undoOfStep } from '@/mesh/splits/undo-canary-step';
import type { WriteContext } from '@/server/usecases/apply-split';
import { isRouteKind, type CanaryContext } from '@/server/usecases/canary-context';
import { auditStep, faultProblem, nameOf, writeStep } from '@/server/usecases/canary-writes';
import { generationOf } from '@/server/usecases/generation-of';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { pause } from '@/server/usecases/pause';
import { planCanary } from '@/server/usecases/plan-canary';
import { asSentence, requestProblem } from '@/server/usecases/problems';
import { settleStep, settleUndoStep } from '@/server/usecases/settle-canary-step';
import type { WriteFault } from '@/server/usecases/settle-write';

/**
 * Starts a canary with exactly the writes that were previewed, with a pause before the route; every write is one audit line, and so is a start that is
 * refused before its first write. When a write fails, those before it are taken back; when it is not known whether a
 * write was made, they stay, because a route without its subsets fails every request. Problems: those of `planCanary`;
 * 403 when read-only or not permitted; 409 when other things would be written than were seen or somebody was faster;
 * 422 when the API server or a warning that blocks refuses.
 */
export async function applyCanary(
  sources: MeshSources,
  body: CanaryApplyBody,
  context: CanaryContext,
): Promise<Result<CanaryApplyResponse, Problem>> {
  const plan = await prepare(sources, body, context);
  if (!plan.ok) {
    const step = { action: 'create', object: serviceRef(body.start) } as const;
    auditStep(sources, step, { problem: plan.error, resourceVersion: null }, context);
    return plan;
  }
  const undo: CanaryUndoStep[] = [];
  for (const step of plan.value.steps) {
    if (undo.length > 0 && isRouteKind(step.object.kind)) {
      await pause(context.propagationPauseSeconds * 1000);
    }
    const written = await settleStep(sources.cluster, step, context);
    if (!written.ok) {
      const problem = await stepProblem(sources, step, written.error, context);
      auditStep(sources, step, { problem, resourceVersion: null }, context);
      const reason = asSentence(problem.detail);
      const detail =
        written.error.kind === 'unknown'
          ? leave(reason, undo)
          : await takeBack(sources, reason, undo, context);
      return fail({ ...problem, detail });
    }
    const { uid, resourceVersion } = written.value.config.meta;
    auditStep(sources, step, { problem: null, resourceVersion }, context);
    const generation = generationOf(written.value);
    undo.unshift(undoOfStep(step, { uid, resourceVersion, generation }));
  }
  const written = plan.value.steps.map(({ object }) => object);
  return ok({ written, undo: { steps: undo }, at: sources.clock.now() });
}

function serviceRef({ namespace, service }: CanaryStart) {
  return { group: '', kind: 'Service', namespace, name: service };
}

/** Everything that can be found out before the first write: the plan is what was seen, and each write would be taken. */
async function prepare(
  sources: MeshSources,
  body: CanaryApplyBody,
  context: WriteContext,
): Promise<Result<CanaryPlan, Problem>> {
  const planned = planCanary(sources, body.start);
  if (!planned.ok) return planned;
  const { plan, seen } = planned.value;
  if (seen !== body.seen) {
    const title = 'Something else would be written than you saw';
    const detail = 'The cluster has changed since the preview. Nothing was written; look again.';
    return fail(requestProblem(409, 'plan-changed', title, detail));
  }
  const blocking = plan.warnings.find(({ blocks }) => blocks);
  if (blocking !== undefined) {
    return fail(requestProblem(422, 'blocked', 'This is not safe to write', blocking.message));
  }
  const tries = await Promise.all(
    plan.steps.map(
      async (step) => [step, await writeStep(sources.cluster, step, true, context)] as const,
    ),
  );
  for (const [step, tried] of tries) {
    if (!tried.ok) return fail(await stepProblem(sources, step, tried.error, context));
  }
  return ok(plan);
}

async function stepProblem(
  { cluster }: MeshSources,
  step: CanaryStep,
  fault: WriteFault,
  context: WriteContext,
): Promise<Problem> {
  const patch = step.action === 'add-subsets' ? step.patch : null;
  return faultProblem(cluster, { object: step.object, patch }, fault, context);
}

/** What a start had written stays when a later write may have been made: that one may need it. */
function leave(reason: string, undo: readonly CanaryUndoStep[]): string {
  if (undo.length === 0) return reason;
  const names = undo.map(({ object }) => nameOf(object)).join(', ');
  return `${reason} What had been written before was left as it is: ${names}.`;
}

/** Takes back what a start had written before it failed, and says so after the reason; ends where that fails. */
async function takeBack(
  sources: MeshSources,
  reason: string,
  undo: readonly CanaryUndoStep[],
  context: WriteContext,
): Promise<string> {
  if (undo.length === 0) return `${reason} Nothing was written.`;
  for (const [position, step] of undo.entries()) {
    const done = await settleUndoStep(sources.cluster, step, context);
    const { object } = step;
    const problem = done.ok
      ? null
      : await faultProblem(sources.cluster, { object, patch: null }, done.error, context);
    auditStep(sources, step, { problem, resourceVersion: done.ok ? done.value : null }, context);
    if (problem === null) continue;
    const left = undo.slice(position).map((one) => nameOf(one.object));
    return `${reason} ${asSentence(problem.detail)} This was not taken back: ${left.join(', ')}.`;
  }
  return `${reason} What had been written before was taken back.`;
}
