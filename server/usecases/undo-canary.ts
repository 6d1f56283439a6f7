import type { CanaryUndoResponse } from '@/contract/canary-undo';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import type { CanaryUndo, CanaryUndoStep } from '@/mesh/splits/canary';
import { subsetRemovalPatch } from '@/mesh/splits/undo-canary-step';
import type { ClusterObject, PatchFault } from '@/server/ports';
import { READ_ONLY, type WriteContext } from '@/server/usecases/apply-split';
import {
  auditStep,
  faultProblem,
  nameOf,
  objectConflict,
  testsHold,
  writeUndoStep,
} from '@/server/usecases/canary-writes';
import { generationOf } from '@/server/usecases/generation-of';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { requestProblem, sourceProblem } from '@/server/usecases/problems';

const OWN_MANAGER = 'fanari';

/**
 * Takes a started canary back, the route first. All steps are checked and tried before the first is done, so that a
 * change by anybody since leaves everything as it is. Objects that are gone already count as undone. Problems: 403 when
 * read-only or not permitted; 409 when an object has changed; 422 for an object that Fanari did not write.
 */
export async function undoCanary(
  sources: MeshSources,
  undo: CanaryUndo,
  context: WriteContext,
): Promise<Result<CanaryUndoResponse, Problem>> {
  const steps: CanaryUndoStep[] = [];
  for (const step of undo.steps) {
    const checked = context.readOnly ? fail(READ_ONLY) : await check(sources, step, context);
    if (!checked.ok) {
      auditStep(sources, step, { problem: checked.error, resourceVersion: null }, context);
      return checked;
    }
    if (checked.value !== null) steps.push(checked.value);
  }
  const done: string[] = [];
  for (const step of steps) {
    const written = await undoStep(sources, step, context);
    if (!written.ok) {
      const problem = written.error;
      auditStep(sources, step, { problem, resourceVersion: null }, context);
      if (done.length === 0) return fail(problem);
      const detail = `${problem.detail} Taken back before that: ${done.join(', ')}.`;
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
    const written = await writeUndoStep(sources.cluster, step, false, context);
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
    return found.error.kind === 'not-found' ? ok(null) : fail(sourceProblem(found.error));
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
  const { meta } = now.config;
  if (!meta.managers.some(({ manager }) => manager === OWN_MANAGER)) {
    const detail = `${nameOf(object)} was not written by Fanari, so Fanari does not take it back.`;
    return requestProblem(422, 'not-ours', 'This was not written by Fanari', detail);
  }
  const isSame =
    step.action === 'delete'
      ? meta.uid === step.uid && isUnchanged(step, now)
      : testsHold(now.raw, subsetRemovalPatch(step));
  if (isSame) return null;
  const detail = `${nameOf(object)} has changed since the canary was started. Nothing was taken back.`;
  return objectConflict(now, object, detail);
}

/**
 * A status that a controller wrote is no change. Labels and annotations raise no generation, so nobody else may have
 * written anything but the status; an object without a generation must be the very version.
 */
function isUnchanged(
  step: Extract<CanaryUndoStep, { readonly action: 'delete' }>,
  now: ClusterObject,
): boolean {
  const { resourceVersion, managers } = now.config.meta;
  if (resourceVersion === step.resourceVersion) return true;
  const isSpecSame = step.generation !== null && generationOf(now) === step.generation;
  return (
    isSpecSame &&
    managers.every(
      ({ manager, subresource }) => manager === OWN_MANAGER || subresource === 'status',
    )
  );
}

async function stepProblem(
  { cluster }: MeshSources,
  step: CanaryUndoStep,
  fault: PatchFault,
  context: WriteContext,
): Promise<Problem> {
  const patch = step.action === 'delete' ? null : subsetRemovalPatch(step);
  return faultProblem(cluster, { object: step.object, patch }, fault, context);
}
