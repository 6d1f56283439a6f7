import { edgeSubject, nodeSubject } from '@/components/graph/find/find-subject';
import { matchesFind } from '@/components/graph/find/match-find';
import type { FindExpression } from '@/components/graph/find/parse-find';
import type { Graph } from '@/mesh/graph/graph';

/** The graph without the nodes and edges that match, and without edges that lost an end. `null` hides nothing. */
export function hideMatches(graph: Graph, expression: FindExpression | null): Graph {
  if (expression === null) return graph;
  const nodes = graph.nodes.filter((node) => !matchesFind(expression, nodeSubject(node)));
  const kept = new Set(nodes.map((node) => node.id));
  const edges = graph.edges.filter(
    (edge) =>
      kept.has(edge.source) && kept.has(edge.target) && !matchesFind(expression, edgeSubject(edge)),
  );
  return { ...graph, nodes, edges };
}

/** Ids of nodes and edges that match; `null` when there is nothing to look for. */
export function findMatches(
  graph: Graph,
  expression: FindExpression | null,
): ReadonlySet<string> | null {
  if (expression === null) return null;
  const found = new Set<string>();
  for (const node of graph.nodes)
    if (matchesFind(expression, nodeSubject(node))) found.add(node.id);
  for (const edge of graph.edges)
    if (matchesFind(expression, edgeSubject(edge))) found.add(edge.id);
  return found;
}
