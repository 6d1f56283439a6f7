import type { Graph, GraphEdge } from '@/mesh/graph/graph';

/**
 * The edges on which traffic enters the picture: those that leave unknown clients or come from out of sight, and those
 * that leave a gateway which nothing is seen to call. So nothing is counted on its way in and again behind the gateway.
 */
export function enteringEdges(graph: Pick<Graph, 'nodes' | 'edges'>): readonly GraphEdge[] {
  const kinds = new Map(graph.nodes.map(({ id, kind }) => [id, kind]));
  const called = new Set(graph.edges.map(({ target }) => target));
  return graph.edges.filter(({ source }) => {
    const kind = kinds.get(source);
    return kind === 'unknown' || kind === 'outside' || (kind === 'gateway' && !called.has(source));
  });
}
