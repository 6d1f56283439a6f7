import { aggregateEdges, type EdgeFigures } from '@/components/graph/fold/aggregate-edges';
import type { Box } from '@/components/graph/fold/boxes';
import type { Graph, GraphEdge, GraphNode } from '@/mesh/graph/graph';
import { worstStatus } from '@/mesh/health/worst-health';
import type { HealthStatus } from '@/mesh/health/health';

/** A box drawn as one node. Its id is the box's. */
export interface FoldedBox {
  readonly box: Box;
  readonly nodes: readonly GraphNode[];
  readonly health: HealthStatus;
}

/** An edge on screen. `edges` holds what it stands for, at least one. */
export interface DrawnEdge {
  /** The edge's own id when both ends are drawn, else `source>target>protocol` of the drawn ends. */
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly protocol: GraphEdge['protocol'];
  readonly edges: readonly GraphEdge[];
  readonly figures: EdgeFigures;
}

/** What is to be drawn: nodes and edges as they are, and folded boxes in place of what they hold. */
export interface DrawnGraph {
  /** Open boxes, outer ones first. */
  readonly boxes: readonly Box[];
  readonly folded: readonly FoldedBox[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly DrawnEdge[];
}

/**
 * Folds boxes into single nodes. Edges inside a folded box vanish; edges that cross its border are joined per far end
 * and protocol. Linear in nodes and edges.
 */
export function foldGraph(
  graph: Graph,
  boxes: readonly Box[],
  collapsed: ReadonlySet<string>,
): DrawnGraph {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const isHidden = ({ parent }: Box): boolean => {
    const around = parent === null ? undefined : byId.get(parent);
    return around !== undefined && (collapsed.has(around.id) || isHidden(around));
  };
  const foldedBoxes = boxes.filter((box) => collapsed.has(box.id) && !isHidden(box));
  const standIn = new Map<string, string>();
  for (const box of foldedBoxes) for (const id of box.memberIds) standIn.set(id, box.id);
  const nodeById = new Map(graph.nodes.map((node) => [node.id, node]));
  return {
    boxes: boxes.filter((box) => !collapsed.has(box.id) && !isHidden(box)),
    folded: foldedBoxes.map((box) => foldedBox(box, nodeById)),
    nodes: graph.nodes.filter((node) => !standIn.has(node.id)),
    edges: drawnEdges(graph.edges, standIn),
  };
}

function foldedBox(box: Box, nodeById: ReadonlyMap<string, GraphNode>): FoldedBox {
  const nodes = box.memberIds.flatMap((id) => nodeById.get(id) ?? []);
  return { box, nodes, health: worstStatus(nodes.map((node) => node.health.status)) };
}

function drawnEdges(
  edges: readonly GraphEdge[],
  standIn: ReadonlyMap<string, string>,
): readonly DrawnEdge[] {
  const groups = new Map<string, EdgeGroup>();
  for (const edge of edges) {
    const source = standIn.get(edge.source) ?? edge.source;
    const target = standIn.get(edge.target) ?? edge.target;
    const isInsideFold = source === target && edge.source !== edge.target;
    if (isInsideFold || (source === target && standIn.has(edge.source))) continue;
    const key = `${source}>${target}>${edge.protocol}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { source, target, first: edge, edges: [edge] });
    else group.edges.push(edge);
  }
  return [...groups].map(([key, group]) => toDrawnEdge(key, group));
}

interface EdgeGroup {
  readonly source: string;
  readonly target: string;
  readonly first: GraphEdge;
  readonly edges: GraphEdge[];
}

function toDrawnEdge(key: string, { source, target, first, edges }: EdgeGroup): DrawnEdge {
  const isPlain = edges.length === 1 && first.source === source && first.target === target;
  return {
    id: isPlain ? first.id : key,
    source,
    target,
    protocol: first.protocol,
    edges,
    figures: aggregateEdges(edges),
  };
}
