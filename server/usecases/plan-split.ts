import type { Problem, WriteConflict } from '@/contract/problem';
import type { JsonObject } from '@/mesh/json';
import { fail, ok, type Result } from '@/mesh/result';
import { findSplits } from '@/mesh/splits/find-splits';
import { planWeightChange, readCurrent } from '@/mesh/splits/plan-weight-change';
import type { SplitWarning, WeightChange, WeightPlan } from '@/mesh/splits/split';
import type { CurrentDestination, WeightFault } from '@/mesh/splits/weight-fault';
import { refKey, type ConfigObject, type FieldManager } from '@/mesh/topology/object';
import { readObject } from '@/mesh/read-json';
import type { CallOptions, ClusterObject } from '@/server/ports';
import { applyPatch } from '@/server/usecases/apply-patch';
import { generationOf } from '@/server/usecases/generation-of';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { conflictProblem, requestProblem, sourceProblem } from '@/server/usecases/problems';

/** A change worked out against the object as it is now. */
export interface PlannedSplit {
  readonly object: ClusterObject;
  readonly plan: WeightPlan;
  /** The rule's destinations as read just now. */
  readonly current: readonly CurrentDestination[];
  /** The object as it would be. */
  readonly after: JsonObject;
  readonly warnings: readonly SplitWarning[];
}

/** Who changed an object last, controllers' status updates aside. */
function lastChange(managers: readonly FieldManager[]): FieldManager | null {
  let last: FieldManager | null = null;
  for (const manager of managers) {
    if (manager.subresource !== '') continue;
    if (last === null || (manager.timeMs ?? 0) >= (last.timeMs ?? 0)) last = manager;
  }
  return last;
}

/** What a conflict tells about the object as it is now; `wanted` is `null` for writes that are not about weights. */
export function toConflict(
  object: ClusterObject,
  fault: WeightFault,
  wanted: WeightChange['wanted'] | null,
): WriteConflict {
  const change = lastChange(object.config.meta.managers);
  return {
    resourceVersion: object.config.meta.resourceVersion,
    generation: generationOf(object),
    current: fault.current,
    isAsWanted: isAsWanted(fault, wanted),
    changedBy: change?.manager ?? null,
    changedAtMs: change?.timeMs ?? null,
  };
}

/** Only of weights: in another rule, or with other destinations, equal numbers mean something else. */
function isAsWanted(fault: WeightFault, wanted: WeightChange['wanted'] | null): boolean {
  return (
    fault.kind === 'weights-differ' &&
    fault.current.length === wanted?.length &&
    fault.current.every(({ weight }, index) => weight === wanted[index])
  );
}

function faultProblem(object: ClusterObject, fault: WeightFault, change: WeightChange): Problem {
  if (fault.kind === 'invalid-wanted') {
    return requestProblem(422, 'invalid-weights', 'These weights cannot be written', fault.message);
  }
  return conflictProblem(fault.message, toConflict(object, fault, change.wanted));
}

/**
 * Warnings about the weights wanted, found as for any other split, in a topology that already has them. Weights that
 * total zero block until whoever wants them confirms that.
 */
function warningsOf(
  sources: MeshSources,
  after: ConfigObject,
  change: WeightChange,
): readonly SplitWarning[] {
  const topology = sources.cluster.topology();
  const key = `${after.group}/${after.kind}`;
  const others = (topology.config.get(key) ?? []).filter(
    (object) => object.meta.uid !== after.meta.uid,
  );
  const config = new Map(topology.config).set(key, [...others, after]);
  const splits = findSplits({ topology: { ...topology, config }, telemetry: null });
  const split = splits.find(
    ({ object, rulePointer }) =>
      refKey(object) === refKey(change.object) && rulePointer === change.rulePointer,
  );
  return (split?.warnings ?? []).map((warning) =>
    warning.rule === 'all-weights-zero'
      ? { ...warning, blocks: change.confirmsZero !== true }
      : warning,
  );
}

/**
 * Reads the object afresh and plans the change against it. Problems: the upstream's; 404 without the object; 409 when
 * the rule is not what the user saw; 422 for weights that the API cannot hold.
 */
export async function planSplit(
  sources: MeshSources,
  change: WeightChange,
  options: CallOptions,
): Promise<Result<PlannedSplit, Problem>> {
  if (change.apiVersion.split('/')[0] !== change.object.group) {
    const detail = 'apiVersion and object.group name different groups';
    return fail(requestProblem(400, 'bad-request', 'The request cannot be read', detail));
  }
  const found = await sources.cluster.getObject(change.object, options);
  if (!found.ok) return fail(sourceProblem(found.error));
  const object = found.value;
  const plan = planWeightChange(object.config, change);
  if (!plan.ok) return fail(faultProblem(object, plan.error, change));
  const after = applyPatch(object.raw, plan.value.patch);
  const spec = readObject(after, 'spec') ?? {};
  const warnings = warningsOf(sources, { ...object.config, spec }, change);
  const current = readCurrent(object.config, change);
  return ok({ object, plan: plan.value, current, after, warnings });
}
