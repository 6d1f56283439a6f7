import type { EdgeData, GraphElements, NodeData } from '@/components/graph/to-elements';
import type {
  InsideProblem,
  LayoutGaps,
  LayoutNode,
} from '@/components/graph/layout/inside-layout';
import type { BoxFlow } from '@/components/graph/layout/rank-boxes';

/** Something that stands on the plane by itself. `single` holds exactly one node: a folded box or a node outside all. */
export interface PlanItem {
  readonly id: string;
  readonly kind: 'namespace' | 'single';
  /** Id of the cluster's box that it stands in; `null` for what stands in none. */
  readonly around: string | null;
  readonly problem: InsideProblem;
}

/** A drawing taken apart for the two levels of its layout. */
export interface LayoutPlan {
  readonly items: readonly PlanItem[];
  /** Edges between items, joined; the weight is their number. */
  readonly flows: readonly BoxFlow[];
  /** Items that are folded namespaces. */
  readonly folded: ReadonlySet<string>;
  /** Items that never give way. */
  readonly pinned: ReadonlySet<string>;
}

/** Takes a drawing apart: an item per open namespace, per folded one, and per node outside all. Linear. */
export function planLayout(
  elements: GraphElements,
  pinned: ReadonlySet<string>,
  gaps: LayoutGaps,
): LayoutPlan {
  const byId = new Map(elements.nodes.map((node) => [node.id, node]));
  const itemOf = new Map<string, string>();
  const members = new Map<string, LayoutNode[]>();
  for (const node of elements.nodes) {
    if (node.kind === 'box' && node.role !== 'folded') continue;
    const item = outermost(node, byId);
    itemOf.set(node.id, item);
    const list = members.get(item);
    if (list === undefined) members.set(item, [toLayoutNode(node, byId)]);
    else list.push(toLayoutNode(node, byId));
  }
  const inner = new Map<string, { source: string; target: string }[]>();
  for (const edge of elements.edges) {
    const item = itemOf.get(edge.source);
    if (item === undefined || item !== itemOf.get(edge.target)) continue;
    const list = inner.get(item);
    if (list === undefined) inner.set(item, [edge]);
    else list.push(edge);
  }
  return {
    items: [...members].map(([id, nodes]) => ({
      id,
      kind: byId.get(id)?.role === 'namespace-box' ? 'namespace' : 'single',
      around: byId.get(id)?.parent ?? null,
      problem: { nodes, edges: inner.get(id) ?? [], gaps },
    })),
    flows: flowsOf(elements.edges, itemOf),
    folded: new Set(
      elements.nodes
        .filter((node) => node.role === 'folded' && outermost(node, byId) === node.id)
        .map((node) => node.id),
    ),
    pinned,
  };
}

/** The outermost box around a node that is no cluster's; itself where there is none. */
function outermost(node: NodeData, byId: ReadonlyMap<string, NodeData>): string {
  const parent = node.parent === null ? undefined : byId.get(node.parent);
  return parent === undefined || parent.role === 'cluster-box' ? node.id : outermost(parent, byId);
}

function toLayoutNode(node: NodeData, byId: ReadonlyMap<string, NodeData>): LayoutNode {
  const parent = node.parent === null ? undefined : byId.get(node.parent);
  return {
    id: node.id,
    width: node.width,
    height: node.height,
    outerWidth: node.outerWidth,
    labelHeight: node.labelHeight,
    group: parent?.role === 'app-box' ? parent.id : null,
  };
}

function flowsOf(
  edges: readonly EdgeData[],
  itemOf: ReadonlyMap<string, string>,
): readonly BoxFlow[] {
  const counts = new Map<string, { source: string; target: string; weight: number }>();
  for (const edge of edges) {
    const source = itemOf.get(edge.source);
    const target = itemOf.get(edge.target);
    if (source === undefined || target === undefined || source === target) continue;
    const key = `${source}>${target}`;
    const flow = counts.get(key);
    if (flow === undefined) counts.set(key, { source, target, weight: 1 });
    else flow.weight += 1;
  }
  return [...counts.values()];
}
