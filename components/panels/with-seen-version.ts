import type { WriteConflict } from '@/contract/problem';
import type { CanaryUndo } from '@/mesh/splits/canary';
import { refKey } from '@/mesh/topology/object';

/**
 * The same undo for an object that has changed since, now that the user has been told so: guarded by the version that
 * they were told of. `null` when the conflict is about nothing that the undo would delete.
 */
export function withSeenVersion(undo: CanaryUndo, conflict: WriteConflict): CanaryUndo | null {
  const { object, resourceVersion } = conflict;
  if (object === undefined) return null;
  const isIt = (step: CanaryUndo['steps'][number]) =>
    step.action === 'delete' && refKey(step.object) === refKey(object);
  if (!undo.steps.some(isIt)) return null;
  return { steps: undo.steps.map((step) => (isIt(step) ? { ...step, resourceVersion } : step)) };
}
