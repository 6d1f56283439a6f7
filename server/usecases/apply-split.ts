import type { Problem } from '@/contract/problem';
import type { SplitApplyResponse } from '@/contract/split-apply';
import { fail, ok, type Result } from '@/mesh/result';
import { planWeightChange } from '@/mesh/splits/plan-weight-change';
import type { WeightChange, WeightPlan } from '@/mesh/splits/split';
import type {
  Actor,
  CallOptions,
  ClusterObject,
  ClusterSource,
  WriteOutcome,
} from '@/server/ports';
import { generationOf } from '@/server/usecases/generation-of';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { planSplit, toConflict } from '@/server/usecases/plan-split';
import {
  conflictProblem,
  requestProblem,
  sourceProblem,
  unknownProblem,
  WRITE_UNKNOWN,
} from '@/server/usecases/problems';
import { settleWrite, type ReadBack, type WriteFault } from '@/server/usecases/settle-write';

/** Under which conditions a write is made. */
export interface WriteContext extends CallOptions {
  readonly actor: Actor;
}

/** How a refused write is counted. */
export function outcomeOf(problem: Problem): WriteOutcome {
  if (problem.type === WRITE_UNKNOWN) return 'unknown';
  if (problem.status === 409) return 'conflict';
  if (problem.status === 403) return 'forbidden';
  return problem.status === 422 || problem.status === 400 ? 'refused' : 'failed';
}

/**
 * Writes a change that still fits what the user saw; every attempt is one audit line. A lost answer is no failure: the
 * object is read back, and {@link WRITE_UNKNOWN} is said where that cannot be done. Problems: those of `planSplit`; 403
 * when read-only or not permitted; 409 when somebody was faster; 422 when the API server or a warning that blocks refuses.
 */
export async function applySplit(
  sources: MeshSources,
  change: WeightChange,
  context: WriteContext,
): Promise<Result<SplitApplyResponse, Problem>> {
  const result = await write(sources, change, context);
  sources.observer.onWrite({
    action: 'weights',
    object: change.object,
    rulePointer: change.rulePointer,
    before: change.seen.map(({ weight }) => weight),
    after: change.wanted,
    outcome: result.ok ? 'accepted' : outcomeOf(result.error),
    message: result.ok ? null : result.error.detail,
    resourceVersion: result.ok ? result.value.resourceVersion : null,
    actor: context.actor,
  });
  return result;
}

/** How often a write is tried that the API server refused only because the object was being written at that moment. */
const MAX_TRIES = 3;

async function write(
  sources: MeshSources,
  change: WeightChange,
  options: CallOptions,
): Promise<Result<SplitApplyResponse, Problem>> {
  for (let left = MAX_TRIES; ; left -= 1) {
    const planned = await planSplit(sources, change, options);
    if (!planned.ok) return planned;
    const { plan, warnings } = planned.value;
    const blocking = warnings.find(({ blocks }) => blocks);
    if (blocking !== undefined) {
      return fail(
        requestProblem(422, 'blocked', 'This change is not safe to write', blocking.message),
      );
    }
    const { object: ref, apiVersion } = change;
    const request = { ref, apiVersion, patch: plan.patch, dryRun: false };
    const written = await settleWrite({
      write: async () => sources.cluster.patchObject(request, options),
      readBack: async (reading) => readBack(sources.cluster, change, plan, reading),
    });
    if (written.ok) {
      return ok({
        object: ref,
        resourceVersion: written.value.config.meta.resourceVersion,
        generation: generationOf(written.value),
        undo: plan.undo,
        at: sources.clock.now(),
      });
    }
    // Nothing of a patch that met a conflict was written, and the next try guards the same weights.
    if (written.error.kind === 'conflict' && left > 1) continue;
    return fail(await toProblem(sources, change, written.error, options));
  }
}

/** Whether the weights are there: then the undo fits the object. Somebody else's equal ones are as good. */
async function readBack(
  cluster: ClusterSource,
  change: WeightChange,
  { undo }: WeightPlan,
  options: CallOptions,
): Promise<ReadBack<ClusterObject>> {
  const now = await cluster.getObject(change.object, options);
  if (!now.ok) return { state: now.error.kind === 'not-found' ? 'other' : 'unreadable' };
  const { config } = now.value;
  if (planWeightChange(config, undo).ok) return { state: 'written', value: now.value };
  return { state: planWeightChange(config, change).ok ? 'unwritten' : 'other' };
}

/**
 * A failed `test` of a JSON patch and an invalid object are both 422 to the API server. What tells them apart is the
 * object itself, read again: when the plan no longer fits it, somebody was faster, and the conflict tells what is there.
 */
async function toProblem(
  sources: MeshSources,
  change: WeightChange,
  fault: WriteFault,
  options: CallOptions,
): Promise<Problem> {
  if (fault.kind === 'source') return sourceProblem(fault.error);
  if (fault.kind === 'unknown') {
    const { kind, namespace, name } = change.object;
    const doubt = `The weights of ${kind} ${namespace}/${name} may have been written.`;
    return unknownProblem(fault.error, doubt);
  }
  const again = await planSplit(sources, change, options);
  if (!again.ok) return again.error;
  if (fault.kind === 'refused') {
    return requestProblem(422, 'refused', 'The API server refused the change', fault.message);
  }
  const message = 'The object is being changed all the time. Nothing was written; try again.';
  const { object, current } = again.value;
  const differs = { kind: 'weights-differ', message, current } as const;
  return conflictProblem(message, toConflict(object, differs, change.wanted));
}
