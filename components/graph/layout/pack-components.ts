import {
  BADGE_ROOM,
  columnWidth,
  isNarrow,
  type InsideLayout,
  type InsideProblem,
  type LayoutNode,
} from '@/components/graph/layout/inside-layout';
import { packTight } from '@/components/graph/layout/pack-tight';
import { boundsOf, type Point, type Rectangle } from '@/components/graph/layout/point';

/** Fewer parts are left as they are: there is nothing to gain. */
const PACKED_FROM_PARTS = 3;
const GAP = 18;
/** Names are written larger than the plane where the picture is small. */
const NAME_GROWTH = 1.2;
const GROUP = { top: 30, side: 16, bottom: 14 } as const;

/**
 * Puts the parts of a namespace that no edge connects beside and below each other in a compact picture, each in the
 * shape that it has in `layout`: without figures, and among idle workloads, a namespace falls into many.
 */
export function packComponents(problem: InsideProblem, layout: InsideLayout): InsideLayout {
  const parts = partsOf(problem);
  if (parts.length < PACKED_FROM_PARTS) return layout;
  const frames = parts.map((nodes) => frameOf(nodes, layout));
  const aspect = isNarrow(problem.gaps) ? 1 : 1.5;
  const corners = packTight(
    frames.map(({ width, height }, index) => ({ id: idOf(parts[index]), width, height })),
    { gap: GAP, leastWidth: 0, badness: ({ width, height }) => Math.max(width / aspect, height) },
  );
  const centres = new Map<string, Point>();
  parts.forEach((nodes, index) => {
    const corner = corners.get(idOf(nodes));
    const frame = frames[index];
    if (corner === undefined || frame === undefined) return;
    for (const { id } of nodes) {
      const { x, y } = layout.get(id) ?? { x: frame.x, y: frame.y };
      centres.set(id, { x: x - frame.x + corner.x, y: y - frame.y + corner.y });
    }
  });
  return centres;
}

function idOf(nodes: readonly LayoutNode[] = []): string {
  return nodes[0]?.id ?? '';
}

/** Nodes that edges or a common group connect, in an order that depends on nothing but their names. */
function partsOf({ nodes, edges }: InsideProblem): readonly (readonly LayoutNode[])[] {
  const neighbours = new Map<string, string[]>();
  const connect = (a: string, b: string): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = neighbours.get(from);
      if (known === undefined) neighbours.set(from, [to]);
      else known.push(to);
    }
  };
  for (const { source, target } of edges) connect(source, target);
  for (const { id, group } of nodes) if (group !== null) connect(id, `group ${group}`);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const parts: LayoutNode[][] = [];
  for (const id of [...byId.keys()].sort()) {
    if (seen.has(id)) continue;
    const part: LayoutNode[] = [];
    const waiting = [id];
    seen.add(id);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const node = byId.get(next);
      if (node !== undefined) part.push(node);
      for (const other of neighbours.get(next) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        waiting.push(other);
      }
    }
    parts.push(part);
  }
  return parts;
}

/** Room that a part takes. A lone node has neighbours at its own height on both sides, so its name must fit. */
function frameOf(nodes: readonly LayoutNode[], layout: InsideLayout): Rectangle {
  const isLone = nodes.length === 1;
  const rectangles = nodes.map((node) => {
    const { x, y } = layout.get(node.id) ?? { x: 0, y: 0 };
    const width = isLone ? Math.max(node.width, node.outerWidth * NAME_GROWTH) : columnWidth(node);
    const around = node.group === null ? NO_GROUP : GROUP;
    return {
      x: x - width / 2 - around.side,
      y: y - node.height / 2 - BADGE_ROOM - around.top,
      width: width + 2 * around.side,
      height: node.height + BADGE_ROOM + node.labelHeight + around.top + around.bottom,
    };
  });
  return boundsOf(rectangles) ?? { x: 0, y: 0, width: 0, height: 0 };
}

const NO_GROUP = { top: 0, side: 0, bottom: 0 } as const;
