import type { Selection } from '@/components/graph/selection';
import { failedPerSecond, judgedRates } from '@/components/panels/decided-share';
import { healthFigure } from '@/components/panels/health-figure';
import type { Graph, GraphEdge, GraphNode } from '@/mesh/graph/graph';

/** One thing that is failing or degraded. */
export interface Trouble {
  readonly selection: Selection;
  readonly status: 'failing' | 'degraded';
  readonly name: string;
  /** The figure that tells most, in a few characters. */
  readonly figure: string;
  readonly reason: string;
}

/**
 * Everything that is failing or degraded: failing first, then by how many requests fail per second. An edge is left out
 * when its target is listed already and no better than the edge itself: the node tells it.
 */
export function troubles(graph: Graph): readonly Trouble[] {
  const labels = new Map(graph.nodes.map(({ id, label }) => [id, label]));
  const nodes = graph.nodes.filter(isTroubled);
  const worst = new Map(nodes.map(({ id, health }) => [id, health.status]));
  const edges = graph.edges.filter((edge) => isTroubled(edge) && !isTold(edge, worst));
  const ranked = [
    ...nodes.map((node) => ({
      trouble: nodeTrouble(node),
      failed: failedPerSecond(node.health, judgedRates(node)),
    })),
    ...edges.map((edge) => ({
      trouble: edgeTrouble(edge, labels),
      failed: failedPerSecond(edge.health, edge),
    })),
  ];
  ranked.sort((a, b) => rank(a.trouble) - rank(b.trouble) || compareFailed(a.failed, b.failed));
  return ranked.map(({ trouble }) => trouble);
}

function isTroubled(item: { readonly health: GraphNode['health'] }): boolean {
  return item.health.status === 'failing' || item.health.status === 'degraded';
}

function isTold(edge: GraphEdge, worst: ReadonlyMap<string, string>): boolean {
  const target = worst.get(edge.target);
  return target === 'failing' || target === edge.health.status;
}

function rank({ status }: Trouble): number {
  return status === 'failing' ? 0 : 1;
}

/** Most first; what is not measured ranks below anything measured. */
function compareFailed(a: number | null, b: number | null): number {
  return (b ?? -1) - (a ?? -1);
}

function toStatus(item: { readonly health: GraphNode['health'] }): Trouble['status'] {
  return item.health.status === 'failing' ? 'failing' : 'degraded';
}

function nodeTrouble(node: GraphNode): Trouble {
  const { health, readyPods, desiredPods } = node;
  const isPods = health.rule.startsWith('pods') && readyPods !== null && desiredPods !== null;
  return {
    selection: { kind: 'node', id: node.id },
    status: toStatus(node),
    name: node.label,
    figure: isPods ? `${readyPods}/${desiredPods} pods` : healthFigure(health, node.inbound),
    reason: health.reason,
  };
}

function edgeTrouble(edge: GraphEdge, labels: ReadonlyMap<string, string>): Trouble {
  const name = (id: string) => labels.get(id) ?? id;
  return {
    selection: { kind: 'edge', id: edge.id },
    status: toStatus(edge),
    name: `${name(edge.source)} → ${name(edge.target)}`,
    figure: healthFigure(edge.health, edge),
    reason: edge.health.reason,
  };
}
