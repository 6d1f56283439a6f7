import { GRAPH_SIZES } from '@/components/graph/graph-tokens';
import { forgetAbsent } from '@/components/graph/layout/forget-absent';
import {
  slideDown,
  USUAL_VIEW,
  type PackItem,
  type ViewSize,
} from '@/components/graph/layout/pack-boxes';
import { packClusters } from '@/components/graph/layout/pack-clusters';
import { nodeRectangle, placeNew } from '@/components/graph/layout/place-new';
import { titleWidth } from '@/components/graph/layout/title-scale';
import { boundsOf, overlaps, type Point, type Rectangle } from '@/components/graph/layout/point';
import type {
  InsideLayout,
  InsideProblem,
  LayoutNode,
} from '@/components/graph/layout/inside-layout';
import type { LayoutMemory } from '@/components/graph/layout/layout-memory';
import type { LayoutPlan, PlanItem } from '@/components/graph/layout/layout-plan';

/** Where everything stands, and what to remember of it. */
export interface LayoutResult {
  /** Absolute centres of bodies by node id. */
  readonly positions: ReadonlyMap<string, Point>;
  readonly memory: LayoutMemory;
}

/**
 * Places a whole drawing in two levels. What the memory knows stays; a namespace of which it knows nothing (or too
 * little to keep its shape) is asked from `layOutInside`; the items are then packed by flow, again only as far as they
 * are new, unless the user folded or opened something.
 */
export async function layOut(
  plan: LayoutPlan,
  memory: LayoutMemory,
  layOutInside: (problem: InsideProblem) => Promise<InsideLayout>,
  view: ViewSize = USUAL_VIEW,
): Promise<LayoutResult> {
  const insides = await Promise.all(
    plan.items.map(async (item) => insideOf(item, memory, layOutInside)),
  );
  const shaped = plan.items.map((item, index) =>
    shapeOf(item, insides[index] ?? new Map<string, Point>(), memory),
  );
  const origins = placeItems(shaped, plan, memory, view);
  const positions = new Map<string, Point>();
  for (const shape of shaped) {
    const origin = origins.get(shape.item.id) ?? { x: 0, y: 0 };
    for (const [id, point] of shape.points)
      positions.set(id, { x: origin.x + point.x, y: origin.y + point.y });
  }
  return { positions, memory: remembered(memory, plan, shaped, insides, origins) };
}

interface Shape {
  readonly item: PlanItem;
  /** Relative centres with the user's moves applied. */
  readonly points: ReadonlyMap<string, Point>;
  /** Extent relative to the origin, frame and title included. */
  readonly extent: Rectangle;
}

async function insideOf(
  item: PlanItem,
  memory: LayoutMemory,
  layOutInside: (problem: InsideProblem) => Promise<InsideLayout>,
): Promise<InsideLayout> {
  if (item.kind === 'single') return singleInside(item.problem.nodes[0]);
  const known = memory.insides[item.id] ?? {};
  const standing = new Map<string, Point>();
  for (const node of item.problem.nodes) {
    const point = known[node.id];
    if (point !== undefined) standing.set(node.id, point);
  }
  if (outgrown(item.problem.nodes, standing, memory)) return layOutInside(item.problem);
  if (standing.size === item.problem.nodes.length) return standing;
  return standing.size * 2 > item.problem.nodes.length
    ? placeNew(item.problem, standing)
    : layOutInside(item.problem);
}

/** Whether bodies that nobody moved stand on each other now, e.g. because services have become cards. */
function outgrown(
  nodes: readonly LayoutNode[],
  standing: ReadonlyMap<string, Point>,
  memory: LayoutMemory,
): boolean {
  const bodies = nodes.flatMap((node) => {
    const point = standing.get(node.id);
    if (point === undefined || node.id in memory.movedNodes) return [];
    const { width, height } = node;
    return [{ x: point.x - width / 2, y: point.y - height / 2, width, height }];
  });
  return bodies.some((body, index) =>
    bodies.slice(index + 1).some((other) => overlaps(body, other)),
  );
}

function singleInside(node: LayoutNode | undefined): InsideLayout {
  return node === undefined
    ? new Map()
    : new Map([[node.id, { x: node.outerWidth / 2, y: node.height / 2 }]]);
}

function shapeOf(item: PlanItem, inside: InsideLayout, memory: LayoutMemory): Shape {
  const points = new Map<string, Point>();
  const rectangles: Rectangle[] = [];
  for (const node of item.problem.nodes) {
    const moved = item.kind === 'namespace' ? memory.movedNodes[node.id] : undefined;
    const point = moved ?? inside.get(node.id) ?? { x: 0, y: 0 };
    points.set(node.id, point);
    rectangles.push(grouped(nodeRectangle(node, point), node));
  }
  const bounds = boundsOf(rectangles) ?? { x: 0, y: 0, width: 0, height: 0 };
  const around = item.kind === 'single' ? 0 : GRAPH_SIZES.boxPadding;
  const title = item.kind === 'single' ? 0 : GRAPH_SIZES.boxTitle;
  const wanted = item.kind === 'single' ? 0 : titleOf(item) - 2 * around;
  return {
    item,
    points,
    extent: {
      x: bounds.x - around,
      y: bounds.y - around - title,
      width: Math.max(bounds.width, wanted) + 2 * around,
      height: bounds.height + 2 * around + title,
    },
  };
}

function titleOf({ id }: PlanItem): number {
  return titleWidth(id.slice(id.indexOf(':') + 1));
}

/** A node in an app box takes the box's frame and title with it. */
function grouped(rectangle: Rectangle, node: LayoutNode): Rectangle {
  if (node.group === null) return rectangle;
  return {
    x: rectangle.x - 16,
    y: rectangle.y - 30,
    width: rectangle.width + 32,
    height: rectangle.height + 44,
  };
}

function placeItems(
  shaped: readonly Shape[],
  plan: LayoutPlan,
  memory: LayoutMemory,
  view: ViewSize,
): ReadonlyMap<string, Point> {
  const isRearranged = wasRefolded(plan, memory) || outgrowsCluster(plan, memory);
  const kept = new Map<string, Point>();
  for (const { item } of shaped) {
    const origin =
      memory.movedItems[item.id] ?? (isRearranged ? undefined : memory.origins[item.id]);
    if (origin !== undefined) kept.set(item.id, origin);
  }
  const isFresh = kept.size === 0 || isRearranged;
  const corners = isFresh ? packed(shaped, plan, kept, view) : besideKept(shaped, plan, kept);
  return new Map(shaped.map(({ item, extent }) => [item.id, minus(corners.get(item.id), extent)]));
}

/** Whether something that was folded is open now, or the reverse: the user rearranges the picture on purpose. */
function wasRefolded(plan: LayoutPlan, memory: LayoutMemory): boolean {
  return plan.items.some(
    ({ id }) => id in memory.origins && memory.folded.includes(id) !== plan.folded.has(id),
  );
}

/** Whether something new would stand in a cluster's frame, which has no room for it: frames would overlap. */
function outgrowsCluster(plan: LayoutPlan, memory: LayoutMemory): boolean {
  return plan.items.some(({ id, around }) => around !== null && !(id in memory.origins));
}

/** Extents are packed by their corner; an origin is the corner less the extent's own offset. */
function packed(
  shaped: readonly Shape[],
  plan: LayoutPlan,
  kept: ReadonlyMap<string, Point>,
  view: ViewSize,
): ReadonlyMap<string, Point> {
  const fixed = new Map<string, Point>();
  for (const { item, extent } of shaped) {
    const origin = kept.get(item.id);
    if (origin !== undefined)
      fixed.set(item.id, { x: origin.x + extent.x, y: origin.y + extent.y });
  }
  const around = new Map(plan.items.map((item) => [item.id, item.around]));
  return packClusters(shaped.map(toPackItem), { around, flows: plan.flows, fixed, view });
}

function toPackItem({ item, extent }: Shape): PackItem {
  return {
    id: item.id,
    width: extent.width,
    height: extent.height,
    titleWidth: item.kind === 'single' ? 0 : titleOf(item),
  };
}

/** New items go right of what calls them, at the first free place; old ones stay, except one that another grew into. */
function besideKept(
  shaped: readonly Shape[],
  plan: LayoutPlan,
  kept: ReadonlyMap<string, Point>,
): ReadonlyMap<string, Point> {
  const corners = new Map<string, Point>();
  const standing = new Map<string, Rectangle>();
  const stand = (shape: Shape, corner: Point): void => {
    corners.set(shape.item.id, corner);
    standing.set(shape.item.id, {
      ...corner,
      width: shape.extent.width,
      height: shape.extent.height,
    });
  };
  const old = shaped.filter(({ item }) => kept.has(item.id));
  for (const shape of old) {
    const origin = kept.get(shape.item.id) ?? { x: 0, y: 0 };
    const corner = { x: origin.x + shape.extent.x, y: origin.y + shape.extent.y };
    const wanted = { ...corner, width: shape.extent.width, height: shape.extent.height };
    const isHit =
      !plan.pinned.has(shape.item.id) &&
      [...standing.values()].some((other) => overlaps(wanted, other));
    stand(shape, isHit ? slideDown(wanted, [...standing.values()]) : corner);
  }
  for (const shape of shaped.filter(({ item }) => !kept.has(item.id))) {
    stand(
      shape,
      slideDown(
        {
          ...idealCorner(shape, plan, standing),
          width: shape.extent.width,
          height: shape.extent.height,
        },
        [...standing.values()],
      ),
    );
  }
  return corners;
}

function idealCorner(
  shape: Shape,
  plan: LayoutPlan,
  standing: ReadonlyMap<string, Rectangle>,
): Point {
  const callers = plan.flows
    .filter((flow) => flow.target === shape.item.id)
    .flatMap((flow) => standing.get(flow.source) ?? []);
  const called = plan.flows
    .filter((flow) => flow.source === shape.item.id)
    .flatMap((flow) => standing.get(flow.target) ?? []);
  const caller = boundsOf(callers);
  if (caller !== null) return { x: caller.x + caller.width + 56, y: caller.y };
  const target = boundsOf(called);
  if (target !== null) return { x: target.x - shape.extent.width - 56, y: target.y };
  const all = boundsOf([...standing.values()]);
  return all === null ? { x: 0, y: 0 } : { x: all.x, y: all.y + all.height + 60 };
}

function minus(corner: Point | undefined, extent: Rectangle): Point {
  return { x: (corner?.x ?? 0) - extent.x, y: (corner?.y ?? 0) - extent.y };
}

function remembered(
  memory: LayoutMemory,
  plan: LayoutPlan,
  shaped: readonly Shape[],
  insides: readonly InsideLayout[],
  origins: ReadonlyMap<string, Point>,
): LayoutMemory {
  const kept: Record<string, Readonly<Record<string, Point>>> = { ...memory.insides };
  shaped.forEach(({ item }, index) => {
    if (item.kind === 'namespace')
      kept[item.id] = { ...kept[item.id], ...Object.fromEntries(insides[index] ?? []) };
  });
  const isRefolded = wasRefolded(plan, memory);
  const next = forgetAbsent(
    {
      ...memory,
      insides: kept,
      origins: { ...(isRefolded ? {} : memory.origins), ...Object.fromEntries(origins) },
    },
    plan,
  );
  return { ...next, folded: foldedItems(memory, plan, next) };
}

/** What is folded, also of what is hidden for a while: it comes back to its place, and nothing is arranged anew for it. */
function foldedItems(
  before: LayoutMemory,
  plan: LayoutPlan,
  { origins }: LayoutMemory,
): readonly string[] {
  const present = new Set(plan.items.map(({ id }) => id));
  const absent = before.folded.filter((id) => !present.has(id) && id in origins);
  return [...absent, ...plan.folded];
}
