import { boxesOf } from '@/components/graph/fold/boxes';
import type { Graph } from '@/mesh/graph/graph';

/** Nodes above which namespaces start folded: beyond it a picture is unreadable and slow to lay out. */
export const FOLD_ABOVE_NODES = 150;

/**
 * Ids of the boxes folded while the user has not chosen: every namespace of a large graph with several of them, else
 * none. `graph` is what there is before anything is hidden, so that hiding opens nothing.
 */
export function defaultCollapsed(graph: Graph): readonly string[] {
  if (graph.nodes.length <= FOLD_ABOVE_NODES) return [];
  const namespaces = boxesOf(graph).filter((box) => box.kind === 'namespace');
  if (namespaces.length < 2) return [];
  return namespaces.filter((box) => box.memberIds.length > 1).map((box) => box.id);
}
