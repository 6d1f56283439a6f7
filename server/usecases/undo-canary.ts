import type { CanaryUndoResponse } from '@/contract/canary-undo';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import type { CanaryUndo, CanaryUndoStep } from '@/mesh/splits/canary';
import { subsetRemovalPatch } from '@/mesh/splits/undo-canary-step';
import type { ObjectRef } from '@/mesh/topology/object';
import type { ClusterObject } from '@/server/ports';
import type { WriteContext } from '@/server/usecases/apply-split';
import { isRouteKind, type CanaryContext } from '@/server/usecases/canary-context';
import {
  auditStep,
  faultProblem,
  isGone,
  nameOf,
  objectConflict,
  testsHold,
  writeUndoStep,
} from '@/server/usecases/canary-writes';
import { generationOf } from '@/server/usecases/generation-of';
import { isAlsoOurs, isOnlyOurs, othersOf } from '@/server/usecases/is-only-ours';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { pause } from '@/server/usecases/pause';
import { asSentence, requestProblem, sourceProblem } from '@/server/usecases/problems';
import { isWithoutSubsets, settleUndoStep } from '@/server/usecases/settle-canary-step';
import type { WriteFault } from '@/server/usecases/settle-write';

/**
 * Takes a started canary back, the route first, with a pause before what it named. All steps are checked and tried before the first is done, so that a
 * change by anybody since leaves everything as it is. Objects that are gone already count as undone. Problems: 403 when
 * read-only or not permitted; 409 when an object has changed, or anybody but Fanari has written one that would be
 * deleted; 422 for an object that Fanari did not write.
 */
export async function undoCanary(
  sources: MeshSources,
  undo: CanaryUndo,
  context: CanaryContext,
): Promise<Result<CanaryUndoResponse, Problem>> {
  const steps: CanaryUndoStep[] = [];
  for (const step of undo.steps) {
    const checked = await check(sources, step, context);
    if (!checked.ok) {
      auditStep(sources, step, { problem: checked.error, resourceVersion: null }, context);
      return checked;
    }
    if (checked.value !== null) steps.push(checked.value);
  }
  const done: string[] = [];
  let isRouteGone = false;
  for (const step of steps) {
    if (isRouteGone) await pause(context.propagationPauseSeconds * 1000);
    isRouteGone = isRouteKind(step.object.kind);
    const written = await undoStep(sources, step, context);
    if (!written.ok) {
      const problem = written.error;
      auditStep(sources, step, { problem, resourceVersion: null }, context);
      if (done.length === 0) return fail(problem);
      const detail = `${asSentence(problem.detail)} Taken back before that: ${done.join(', ')}.`;
      return fail({ ...problem, detail });
    }
    auditStep(sources, step, { problem: null, resourceVersion: written.value }, context);
    done.push(nameOf(step.object));
  }
  return ok({ undone: undo.steps.map(({ object }) => object), at: sources.clock.now() });
}

/** How often a step is tried again because a controller wrote the status between looking and deleting. */
const MAX_RETRIES = 3;

/** Does one step that was checked. A conflict is checked again, since a controller's status is nobody's change. */
async function undoStep(
  sources: MeshSources,
  checked: CanaryUndoStep,
  context: WriteContext,
): Promise<Result<string | null, Problem>> {
  let step = checked;
  for (let left = MAX_RETRIES; ; left -= 1) {
    const written = await settleUndoStep(sources.cluster, step, context);
    if (written.ok) return written;
    if (written.error.kind !== 'conflict' || left === 0)
      return fail(await stepProblem(sources, step, written.error, context));
    const again = await check(sources, step, context);
    if (!again.ok) return again;
    if (again.value === null) return ok(null);
    step = again.value;
  }
}

/** The step on the object as it stands now; `null` when nothing is left to do; a problem when it must not be done. */
async function check(
  sources: MeshSources,
  step: CanaryUndoStep,
  context: WriteContext,
  retries = MAX_RETRIES,
): Promise<Result<CanaryUndoStep | null, Problem>> {
  const { cluster } = sources;
  const found = await cluster.getObject(step.object, context);
  if (!found.ok)
    return isGone(cluster, step.object, found.error) ? ok(null) : fail(sourceProblem(found.error));
  if (step.action === 'remove-subsets' && isWithoutSubsets(found.value, step)) return ok(null);
  const refusal = refusalOf(step, found.value);
  if (refusal !== null) return fail(refusal);
  const { resourceVersion } = found.value.config.meta;
  const current = step.action === 'delete' ? { ...step, resourceVersion } : step;
  const tried = await writeUndoStep(cluster, current, true, context);
  if (tried.ok) return ok(current);
  if (tried.error.kind === 'conflict' && retries > 0)
    return check(sources, step, context, retries - 1);
  return fail(await stepProblem(sources, step, tried.error, context));
}

function refusalOf(step: CanaryUndoStep, now: ClusterObject): Problem | null {
  const { object } = step;
  if (!isAlsoOurs(now)) {
    const detail = `${nameOf(object)} was not written by Fanari, so Fanari does not take it back.`;
    return requestProblem(422, 'not-ours', 'This was not written by Fanari', detail);
  }
  if (step.action === 'delete' && now.config.meta.uid === step.uid && !isOnlyOurs(now)) {
    return notOnlyOurs(object, now);
  }
  const isSame =
    step.action === 'delete'
      ? now.config.meta.uid === step.uid && isUnchanged(step, now)
      : testsHold(now.raw, subsetRemovalPatch(step));
  if (isSame) return null;
  const detail = `${nameOf(object)} has changed since the canary was started. Nothing was taken back.`;
  return objectConflict(now, object, detail);
}

/** What somebody else has written, or made before Fanari changed its weights, is theirs to delete. */
function notOnlyOurs(object: ObjectRef, now: ClusterObject): Problem {
  const others = othersOf(now).join(', ') || 'somebody else';
  const detail =
    `${nameOf(object)} was also written by ${others}. Fanari deletes only what nobody else has written. ` +
    'Nothing was taken back; who no longer needs the object can delete it with kubectl.';
  return requestProblem(409, 'not-only-ours', 'Somebody else has written this too', detail);
}

/**
 * A status that a controller wrote is no change, and raises no generation; an object without a generation must be the
 * very version.
 */
function isUnchanged(
  step: Extract<CanaryUndoStep, { readonly action: 'delete' }>,
  now: ClusterObject,
): boolean {
  if (now.config.meta.resourceVersion === step.resourceVersion) return true;
  return step.generation !== null && generationOf(now) === step.generation;
}

async function stepProblem(
  { cluster }: MeshSources,
  step: CanaryUndoStep,
  fault: WriteFault,
  context: WriteContext,
): Promise<Problem> {
  const { object } = step;
  if (step.action === 'delete')
    return faultProblem(cluster, { object, patch: null, done: 'deleted' }, fault, context);
  return faultProblem(cluster, { object, patch: subsetRemovalPatch(step) }, fault, context);
}
