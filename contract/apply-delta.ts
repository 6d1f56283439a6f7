import type { Graph } from '@/mesh/graph/graph';
import type { GraphDelta } from '@/contract/graph-stream';

interface Identified {
  readonly id: string;
}

function merge<T extends Identified>(
  before: readonly T[],
  changed: readonly T[],
  removed: readonly string[],
): readonly T[] {
  if (changed.length === 0 && removed.length === 0) return before;
  const replacements = new Map(changed.map((item) => [item.id, item]));
  const gone = new Set(removed);
  const kept: T[] = [];
  for (const item of before) {
    if (gone.has(item.id)) continue;
    kept.push(replacements.get(item.id) ?? item);
    replacements.delete(item.id);
  }
  return [...kept, ...replacements.values()];
}

/**
 * The graph after a delta. Unchanged nodes and edges keep their identity (`===`) and the order stays, with new ones at
 * the end, so that a view can tell cheaply what to redraw.
 */
export function applyDelta(graph: Graph, delta: GraphDelta): Graph {
  return {
    ...graph,
    at: delta.at,
    windowSeconds: delta.windowSeconds,
    gaps: delta.gaps,
    nodes: merge(graph.nodes, delta.nodes, delta.removedNodes),
    edges: merge(graph.edges, delta.edges, delta.removedEdges),
  };
}
