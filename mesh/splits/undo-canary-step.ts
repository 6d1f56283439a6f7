import type { CanaryStep, CanaryUndoStep } from '@/mesh/splits/canary';
import type { JsonPatchOperation } from '@/mesh/json';

/** What takes back a step that was written; `written` is the object as the API server then had it. */
export function undoOfStep(
  step: CanaryStep,
  written: {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number | null;
  },
): CanaryUndoStep {
  const { object, apiVersion } = step;
  if (step.action === 'create') {
    return { action: 'delete', object, apiVersion, ...written };
  }
  const { added, isNewList } = step;
  return { action: 'remove-subsets', object, apiVersion, added, isNewList };
}

/**
 * The JSON patch that removes subsets which a start had added, last first, each tested to be still what was added. A
 * list that the start had made goes whole, so that the rule is as it was.
 */
export function subsetRemovalPatch(
  step: Extract<CanaryUndoStep, { readonly action: 'remove-subsets' }>,
): readonly JsonPatchOperation[] {
  const toJson = ({ name, labels }: (typeof step.added)[number]) => ({
    name,
    labels: { ...labels },
  });
  if (step.isNewList) {
    return [
      { op: 'test', path: '/spec/subsets', value: step.added.map(toJson) },
      { op: 'remove', path: '/spec/subsets' },
    ];
  }
  const reversed = [...step.added].sort((a, b) => b.position - a.position);
  return reversed.flatMap((subset): readonly JsonPatchOperation[] => {
    const path = `/spec/subsets/${subset.position}`;
    return [
      { op: 'test', path, value: toJson(subset) },
      { op: 'remove', path },
    ];
  });
}
