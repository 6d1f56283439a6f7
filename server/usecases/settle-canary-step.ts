import type { JsonValue } from '@/mesh/json';
import { readList, readString } from '@/mesh/read-json';
import type { Result } from '@/mesh/result';
import type { CanaryStep, CanaryUndoStep } from '@/mesh/splits/canary';
import { subsetRemovalPatch } from '@/mesh/splits/undo-canary-step';
import type { CallOptions, ClusterObject, ClusterSource } from '@/server/ports';
import { isGone, testsHold, writeStep, writeUndoStep } from '@/server/usecases/canary-writes';
import { isAlsoOurs } from '@/server/usecases/is-only-ours';
import { settleWrite, type ReadBack, type WriteFault } from '@/server/usecases/settle-write';

/** Does one step of a start, and finds out what became of it when the answer is lost. */
export async function settleStep(
  cluster: ClusterSource,
  step: CanaryStep,
  options: CallOptions,
): Promise<Result<ClusterObject, WriteFault>> {
  return settleWrite({
    write: async () => writeStep(cluster, step, false, options),
    readBack: async (reading) => readStep(cluster, step, reading),
  });
}

/** Takes one step back as `writeUndoStep`, and finds out what became of that when the answer is lost. */
export async function settleUndoStep(
  cluster: ClusterSource,
  step: CanaryUndoStep,
  options: CallOptions,
): Promise<Result<string | null, WriteFault>> {
  return settleWrite({
    write: async () => writeUndoStep(cluster, step, false, options),
    readBack: async (reading) => readUndoStep(cluster, step, reading),
  });
}

/** Whether the subsets that a start added are no more in the rule. */
export function isWithoutSubsets(
  { raw }: ClusterObject,
  { added }: Extract<CanaryUndoStep, { readonly action: 'remove-subsets' }>,
): boolean {
  const names = readList(raw, 'spec', 'subsets').map((subset) => readString(subset, 'name'));
  return added.every(({ name }) => !names.includes(name));
}

async function readStep(
  cluster: ClusterSource,
  step: CanaryStep,
  options: CallOptions,
): Promise<ReadBack<ClusterObject>> {
  const now = await cluster.getObject(step.object, options);
  if (!now.ok) {
    if (!isGone(cluster, step.object, now.error)) return { state: 'unreadable' };
    return { state: step.action === 'create' ? 'unwritten' : 'other' };
  }
  const { value } = now;
  if (step.action === 'create') {
    if (!isAlsoOurs(value)) return { state: 'other' };
    const isWhole = holds(value.raw['spec'], step.manifest['spec']);
    return isWhole ? { state: 'written', value } : { state: 'unreadable' };
  }
  const { added, isNewList, object, apiVersion } = step;
  const removal = { action: 'remove-subsets', added, isNewList, object, apiVersion } as const;
  if (testsHold(value.raw, subsetRemovalPatch(removal))) return { state: 'written', value };
  return { state: testsHold(value.raw, step.patch) ? 'unwritten' : 'other' };
}

async function readUndoStep(
  cluster: ClusterSource,
  step: CanaryUndoStep,
  options: CallOptions,
): Promise<ReadBack<string | null>> {
  const now = await cluster.getObject(step.object, options);
  if (!now.ok) {
    const gone = isGone(cluster, step.object, now.error);
    return gone ? { state: 'written', value: null } : { state: 'unreadable' };
  }
  const { raw, config } = now.value;
  if (step.action === 'delete') {
    // Another object of this name, or one that only waits for its finalizers.
    const gone =
      config.meta.uid !== step.uid || readString(raw, 'metadata', 'deletionTimestamp') !== null;
    return gone ? { state: 'written', value: null } : { state: 'unwritten' };
  }
  if (isWithoutSubsets(now.value, step)) {
    return { state: 'written', value: config.meta.resourceVersion };
  }
  return { state: testsHold(raw, subsetRemovalPatch(step)) ? 'unwritten' : 'other' };
}

/** Whether a stored value is what was sent, defaults aside that the API server filled in. */
function holds(stored: JsonValue | undefined, sent: JsonValue | undefined): boolean {
  if (Array.isArray(sent)) {
    return (
      Array.isArray(stored) &&
      stored.length === sent.length &&
      sent.every((item, index) => holds(stored[index], item))
    );
  }
  if (typeof sent !== 'object' || sent === null) return stored === sent;
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return false;
  return Object.entries(sent).every(([key, value]) => holds(stored[key], value));
}
