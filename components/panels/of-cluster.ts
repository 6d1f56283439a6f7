import type { Graph } from '@/mesh/graph/graph';

/**
 * What of a graph is in one cluster, with the far ends of edges that cross its border; the graph itself for `null`. Figures
 * of what is of several clusters stay those of all.
 */
export function ofCluster(graph: Graph, cluster: string | null): Graph {
  if (cluster === null) return graph;
  const own = new Set(graph.nodes.filter((node) => node.cluster === cluster).map(({ id }) => id));
  const edges = graph.edges.filter(({ source, target }) => own.has(source) || own.has(target));
  const shown = new Set([...own, ...edges.flatMap(({ source, target }) => [source, target])]);
  return { ...graph, nodes: graph.nodes.filter(({ id }) => shown.has(id)), edges };
}
