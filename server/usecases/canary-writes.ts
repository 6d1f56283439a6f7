import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '@/contract/problem';
import type { JsonObject, JsonPatchOperation, JsonValue } from '@/mesh/json';
import { ok, type Result } from '@/mesh/result';
import type { CanaryStep, CanaryUndoStep } from '@/mesh/splits/canary';
import { subsetRemovalPatch } from '@/mesh/splits/undo-canary-step';
import type { ObjectRef } from '@/mesh/topology/object';
import type { SourceError } from '@/server/errors';
import type { CallOptions, ClusterObject, ClusterSource, PatchFault } from '@/server/ports';
import type { WriteContext } from '@/server/usecases/apply-split';
import { outcomeOf } from '@/server/usecases/apply-split';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { toConflict } from '@/server/usecases/plan-split';
import {
  conflictProblem,
  requestProblem,
  sourceProblem,
  unknownProblem,
} from '@/server/usecases/problems';
import type { WriteFault } from '@/server/usecases/settle-write';

/** Does one step of a start, or only has the API server try it. */
export async function writeStep(
  cluster: ClusterSource,
  step: CanaryStep,
  dryRun: boolean,
  options: CallOptions,
): Promise<Result<ClusterObject, PatchFault>> {
  const { object: ref, apiVersion } = step;
  if (step.action === 'add-subsets')
    return cluster.patchObject({ ref, apiVersion, patch: step.patch, dryRun }, options);
  return cluster.createObject({ ref, apiVersion, manifest: step.manifest, dryRun }, options);
}

/** Takes one step back, or only has the API server try it. The object's version afterwards; `null` when it is gone. */
export async function writeUndoStep(
  cluster: ClusterSource,
  step: CanaryUndoStep,
  dryRun: boolean,
  options: CallOptions,
): Promise<Result<string | null, PatchFault>> {
  const { object: ref, apiVersion } = step;
  if (step.action === 'delete') {
    const { uid, resourceVersion } = step;
    return cluster.deleteObject({ ref, apiVersion, uid, resourceVersion, dryRun }, options);
  }
  const patch = subsetRemovalPatch(step);
  const written = await cluster.patchObject({ ref, apiVersion, patch, dryRun }, options);
  return written.ok ? ok(written.value.config.meta.resourceVersion) : written;
}

/** An object for people, e.g. `VirtualService bookinfo/details`. */
export function nameOf({ kind, namespace, name, cluster }: ObjectRef): string {
  return `${kind} ${namespace}/${name}${cluster === undefined ? '' : ` in cluster ${cluster}`}`;
}

/** Whether a failed read says that the object is gone, and not only that Fanari no longer sees its kind. */
export function isGone(
  cluster: ClusterSource,
  { group, kind, cluster: name }: ObjectRef,
  error: SourceError,
): boolean {
  return error.kind === 'not-found' && cluster.servedVersion(`${group}/${kind}`, name) !== null;
}

/** Whether every `test` of a patch holds for the object. */
export function testsHold(object: JsonObject, patch: readonly JsonPatchOperation[]): boolean {
  return patch.every((operation) => {
    if (operation.op !== 'test') return true;
    let here: JsonValue | undefined = object;
    for (const key of operation.path.split('/').slice(1)) {
      if (Array.isArray(here)) here = here[Number(key)];
      else here = typeof here === 'object' && here !== null ? here[key] : undefined;
    }
    return isDeepStrictEqual(here, operation.value);
  });
}

/** A conflict about one object as it is now. */
export function objectConflict(object: ClusterObject, ref: ObjectRef, detail: string): Problem {
  const fault = { kind: 'rule-gone', message: detail, current: [] } as const;
  return conflictProblem(detail, { ...toConflict(object, fault, null), object: ref });
}

/**
 * The problem of a write that was not accepted. A failed `test` and an invalid object are both 422 to the API server;
 * what tells them apart is the object itself.
 */
export async function faultProblem(
  cluster: ClusterSource,
  write: {
    readonly object: ObjectRef;
    readonly patch: readonly JsonPatchOperation[] | null;
    /** Word for what has been done if it has; without it `written`. */
    readonly done?: 'deleted';
  },
  fault: WriteFault,
  options: CallOptions,
): Promise<Problem> {
  if (fault.kind === 'source') return sourceProblem(fault.error);
  if (fault.kind === 'unknown') {
    const doubt = `${nameOf(write.object)} may have been ${write.done ?? 'written'}.`;
    return unknownProblem(fault.error, doubt);
  }
  const { object: ref, patch } = write;
  const now = await cluster.getObject(ref, options);
  const isOther = now.ok && (patch === null || !testsHold(now.value.raw, patch));
  if (fault.kind === 'refused' && (patch === null || !isOther)) {
    return requestProblem(422, 'refused', 'The API server refused the change', fault.message);
  }
  const detail = `${nameOf(ref)} was made or changed by somebody else in the meantime. It was left as it is.`;
  return now.ok
    ? objectConflict(now.value, ref, detail)
    : requestProblem(409, 'write-conflict', 'The object has changed since you saw it', detail);
}

/** Writes the audit line of one step, of a start or of its undo. `problem` is `null` when it was accepted. */
export function auditStep(
  { observer }: MeshSources,
  step: { readonly action: (CanaryStep | CanaryUndoStep)['action']; readonly object: ObjectRef },
  result: { readonly problem: Problem | null; readonly resourceVersion: string | null },
  { actor }: WriteContext,
): void {
  const { problem, resourceVersion } = result;
  observer.onWrite({
    action: step.action,
    object: step.object,
    rulePointer: '',
    before: [],
    after: [],
    outcome: problem === null ? 'accepted' : outcomeOf(problem),
    message: problem?.detail ?? null,
    resourceVersion,
    actor,
  });
}
