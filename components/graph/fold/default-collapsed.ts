import type { Box } from '@/components/graph/fold/boxes';

/** Visible nodes above which namespaces start folded: beyond it a picture is unreadable and slow to lay out. */
export const FOLD_ABOVE_NODES = 150;

/** The boxes folded while the user has not chosen: every namespace of a large graph with several of them, else none. */
export function defaultCollapsed(boxes: readonly Box[], nodeCount: number): readonly string[] {
  const namespaces = boxes.filter((box) => box.kind === 'namespace');
  if (nodeCount <= FOLD_ABOVE_NODES || namespaces.length < 2) return [];
  return namespaces.filter((box) => box.memberIds.length > 1).map((box) => box.id);
}
