import { GRAPH_SIZES } from '@/components/graph/graph-tokens';
import { packBoxes, type PackItem, type ViewSize } from '@/components/graph/layout/pack-boxes';
import { boundsOf, type Point } from '@/components/graph/layout/point';
import { titleWidth } from '@/components/graph/layout/title-scale';
import type { BoxFlow } from '@/components/graph/layout/rank-boxes';

/** What is known of the items that are packed. */
export interface PackedAround {
  /** The cluster's frame that each item stands in; `null` for none. */
  readonly around: ReadonlyMap<string, string | null>;
  readonly flows: readonly BoxFlow[];
  readonly fixed: ReadonlyMap<string, Point>;
  readonly view: ViewSize;
}

/** Padding of a cluster's frame, as its style has it, and room for its title. */
const FRAME = { padding: 22, title: GRAPH_SIZES.boxTitle + 12 } as const;

/**
 * Packs boxes; those of a cluster within its frame, and then the frames beside what stands in none. What the user has
 * placed stays there, although frames may then overlap. Without frames as `packBoxes`.
 */
export function packClusters(
  items: readonly PackItem[],
  { around, flows, fixed, view }: PackedAround,
): ReadonlyMap<string, Point> {
  const groups = new Map<string, PackItem[]>();
  const loose: PackItem[] = [];
  for (const item of items) {
    const frame = around.get(item.id) ?? null;
    if (frame === null) loose.push(item);
    else if (groups.has(frame)) groups.get(frame)?.push(item);
    else groups.set(frame, [item]);
  }
  if (groups.size === 0) return packBoxes(items, flows, fixed, view);
  const frames = [...groups].map(([id, members]) => packFrame(id, members, flows, view));
  const outerOf = (id: string) => around.get(id) ?? id;
  const outer = packBoxes(
    [...frames.map(({ item }) => item), ...loose],
    joined(flows, outerOf),
    new Map(),
    view,
  );
  const corners = new Map<string, Point>();
  for (const { id } of loose) corners.set(id, fixed.get(id) ?? outer.get(id) ?? ORIGIN);
  for (const { item, inside } of frames) {
    const corner = outer.get(item.id) ?? ORIGIN;
    for (const [id, point] of inside) {
      corners.set(id, fixed.get(id) ?? { x: corner.x + point.x, y: corner.y + point.y });
    }
  }
  return corners;
}

const ORIGIN: Point = { x: 0, y: 0 };

interface PackedFrame {
  readonly item: PackItem;
  /** Corners relative to the frame's. */
  readonly inside: ReadonlyMap<string, Point>;
}

function packFrame(
  id: string,
  members: readonly PackItem[],
  flows: readonly BoxFlow[],
  view: ViewSize,
): PackedFrame {
  const own = new Set(members.map((member) => member.id));
  const within = flows.filter(({ source, target }) => own.has(source) && own.has(target));
  const corners = packBoxes(members, within, new Map(), view);
  const placed = members.map((member) => ({ ...member, ...(corners.get(member.id) ?? ORIGIN) }));
  const bounds = boundsOf(placed) ?? { x: 0, y: 0, width: 0, height: 0 };
  const inside = new Map(
    placed.map(({ id: member, x, y }) => [
      member,
      { x: x - bounds.x + FRAME.padding, y: y - bounds.y + FRAME.padding + FRAME.title },
    ]),
  );
  const item = {
    id,
    width: bounds.width + 2 * FRAME.padding,
    height: bounds.height + 2 * FRAME.padding + FRAME.title,
    titleWidth: titleWidth(id.slice(id.indexOf(':') + 1)),
  };
  return { item, inside };
}

function joined(flows: readonly BoxFlow[], outerOf: (id: string) => string): readonly BoxFlow[] {
  const byEnds = new Map<string, BoxFlow>();
  for (const { source, target, weight } of flows) {
    const [from, to] = [outerOf(source), outerOf(target)];
    if (from === to) continue;
    const key = `${from}>${to}`;
    byEnds.set(key, { source: from, target: to, weight: weight + (byEnds.get(key)?.weight ?? 0) });
  }
  return [...byEnds.values()];
}
