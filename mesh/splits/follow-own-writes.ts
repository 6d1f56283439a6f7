import { refKey } from '@/mesh/topology/object';
import type { CanaryUndo, CanaryUndoStep } from '@/mesh/splits/canary';
import type { ObjectRef } from '@/mesh/topology/object';

/** A write of weights that one made oneself, as the API server answered it. */
export interface OwnWrite {
  readonly object: ObjectRef;
  readonly resourceVersion: string;
  /** `metadata.generation` after it; `null` for objects without one. */
  readonly generation: number | null;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/**
 * A started canary's undo that also takes back what one wrote to its objects since `startedAtMs`, oldest write first.
 * Every change of a spec raises the generation by one: a write is followed only when nobody else's lies between it and
 * the version that the undo is guarded by. After somebody else's change the undo stays as it was, and meets a conflict.
 */
export function followOwnWrites(
  undo: CanaryUndo,
  writes: readonly OwnWrite[],
  startedAtMs: number,
): CanaryUndo {
  const later = writes.filter(({ atMs }) => atMs >= startedAtMs);
  return { steps: undo.steps.map((step) => later.reduce(follow, step)) };
}

function follow(step: CanaryUndoStep, write: OwnWrite): CanaryUndoStep {
  if (step.action !== 'delete' || refKey(step.object) !== refKey(write.object)) return step;
  if (step.generation === null || write.generation !== step.generation + 1) return step;
  return { ...step, generation: write.generation, resourceVersion: write.resourceVersion };
}
