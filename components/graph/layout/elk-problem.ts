import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api';
import {
  BADGE_ROOM,
  columnWidth,
  type InsideLayout,
  type InsideProblem,
  type LayoutGaps,
  type LayoutNode,
} from '@/components/graph/layout/inside-layout';
import { packComponents } from '@/components/graph/layout/pack-components';
import type { Point } from '@/components/graph/layout/point';

const ROOT_OPTIONS: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
  'elk.spacing.componentComponent': '24',
  'elk.aspectRatio': '1',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.layered.cycleBreaking.strategy': 'GREEDY',
  'elk.edgeRouting': 'POLYLINE',
  'elk.randomSeed': '1',
  // More rounds take longer and change next to nothing.
  'elk.layered.thoroughness': '2',
};

const QUICK_ABOVE_NODES = 80;
const QUICK_OPTIONS: LayoutOptions = {
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
};

const FIXED_SPACING: LayoutOptions = {
  'elk.spacing.edgeNode': '5',
  'elk.spacing.edgeEdge': '4',
  'elk.layered.spacing.edgeNodeBetweenLayers': '10',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '6',
};

const GROUP_PADDING = '[top=30,left=16,bottom=14,right=16]';

function spacing({ row, column }: LayoutGaps): LayoutOptions {
  return {
    ...FIXED_SPACING,
    'elk.spacing.nodeNode': String(row),
    'elk.layered.spacing.nodeNodeBetweenLayers': String(column),
  };
}

/** The problem in ELK's terms: groups as nested nodes, everything in a fixed order so that equal input gives equal output. */
export function toElkProblem(problem: InsideProblem): ElkNode {
  const nodes = [...problem.nodes].sort((a, b) => a.id.localeCompare(b.id));
  const groups = [...new Set(nodes.flatMap((node) => node.group ?? []))];
  return {
    id: 'inside',
    layoutOptions: {
      ...ROOT_OPTIONS,
      ...spacing(problem.gaps),
      ...(nodes.length > QUICK_ABOVE_NODES ? QUICK_OPTIONS : {}),
      ...(groups.length > 0 ? { 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' } : {}),
    },
    children: [
      ...nodes.filter((node) => node.group === null).map(toElkNode),
      ...groups.map((group) => ({
        id: group,
        // Nested nodes do not inherit spacing.
        layoutOptions: { ...spacing(problem.gaps), 'elk.padding': GROUP_PADDING },
        children: nodes.filter((node) => node.group === group).map(toElkNode),
      })),
    ],
    edges: toElkEdges(problem),
  };
}

function toElkNode(node: LayoutNode): ElkNode {
  return {
    id: node.id,
    width: columnWidth(node),
    height: node.height + node.labelHeight + BADGE_ROOM,
  };
}

function toElkEdges(problem: InsideProblem): ElkExtendedEdge[] {
  const pairs = new Map<string, { readonly source: string; readonly target: string }>();
  for (const edge of problem.edges) {
    if (edge.source !== edge.target) pairs.set(`${edge.source}>${edge.target}`, edge);
  }
  return [...pairs]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, { source, target }]) => ({ id, sources: [source], targets: [target] }));
}

/** Reads the centres of the bodies back from ELK's answer. */
export function fromElkAnswer(answer: ElkNode, problem: InsideProblem): InsideLayout {
  const corners = new Map<string, Point>();
  collectCorners(answer, { x: 0, y: 0 }, corners);
  const centres = new Map<string, Point>();
  for (const node of problem.nodes) {
    const corner = corners.get(node.id);
    if (corner === undefined) continue;
    centres.set(node.id, {
      x: corner.x + columnWidth(node) / 2,
      y: corner.y + BADGE_ROOM + node.height / 2,
    });
  }
  return packComponents(problem, centres);
}

function collectCorners(parent: ElkNode, origin: Point, corners: Map<string, Point>): void {
  for (const child of parent.children ?? []) {
    const corner = { x: origin.x + (child.x ?? 0), y: origin.y + (child.y ?? 0) };
    corners.set(child.id, corner);
    collectCorners(child, corner, corners);
  }
}
