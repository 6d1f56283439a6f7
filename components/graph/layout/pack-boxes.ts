import { boundsOf, overlaps, type Point, type Rectangle } from '@/components/graph/layout/point';
import { packTight } from '@/components/graph/layout/pack-tight';
import { titleScale } from '@/components/graph/layout/title-scale';
import { rankBoxes, type BoxFlow } from '@/components/graph/layout/rank-boxes';

/** A rectangle to be placed. */
export interface PackItem {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Width of the title at zoom 1, pixels; 0 without one. */
  readonly titleWidth: number;
}

const COLUMN_GAP = 44;
const ROW_GAP = 28;
const WIDE_ASPECT = 1.6;
const MAX_COLUMNS = 40;
/** Where a picture is shown, in pixels. */
export interface ViewSize {
  readonly width: number;
  readonly height: number;
}

/** A common window, less its toolbars. */
export const USUAL_VIEW: ViewSize = { width: 1000, height: 740 };

/**
 * Places rectangles without overlap, in columns by the flow between them; those without flow stand in rows below.
 * Of the possible pictures the one is taken that `view` shows largest.
 * Rectangles in `fixed` stay where they are and the others give way (two fixed ones may overlap each other).
 */
export function packBoxes(
  items: readonly PackItem[],
  flows: readonly BoxFlow[],
  fixed: ReadonlyMap<string, Point> = new Map(),
  view: ViewSize = USUAL_VIEW,
): ReadonlyMap<string, Point> {
  const ranks = rankBoxes(
    items.map((item) => item.id),
    flows,
  );
  const connected = best(
    [placeRanked(items, ranks, flows, view), ...withLeavesInGaps(items, ranks, flows, view)],
    flows,
    view,
  );
  const filled = fillGaps(
    items.filter((item) => !ranks.has(item.id)),
    connected,
    'left',
  );
  const placedIds = new Set([...connected, ...filled].map(({ id }) => id));
  const loose = placeLoose(
    items.filter((item) => !placedIds.has(item.id)),
    boundsOf([...connected, ...filled].map(toRectangle)),
    view,
  );
  const wanted = [...connected, ...filled, ...loose];
  return giveWay(wanted, fixed);
}

interface Placed extends PackItem, Point {}

function toRectangle(item: Placed): Rectangle {
  return item;
}

/** What a picture loses in which no flow runs left to right, 0..1. */
const DIRECTION_WORTH = 0.45;

/** Tries many ways to share ranks among columns and keeps what a screen shows largest, weighed against flows that lose their direction. */
function placeRanked(
  items: readonly PackItem[],
  ranks: ReadonlyMap<string, number>,
  flows: readonly BoxFlow[],
  view: ViewSize,
): readonly Placed[] {
  const ranked = items.filter((item) => ranks.has(item.id));
  return best(
    columnings(ranked, ranks, flows).map((columns) => placeColumns(columns, flows)),
    flows,
    view,
  );
}

/** The first of the best arrangements. */
function best(
  arrangements: readonly (readonly Placed[])[],
  flows: readonly BoxFlow[],
  view: ViewSize,
): readonly Placed[] {
  let winner: readonly Placed[] = [];
  let highest = -1;
  for (const placed of arrangements) {
    const bounds = boundsOf(placed.map(toRectangle));
    if (bounds === null) continue;
    const scale = Math.min(1, view.width / bounds.width, view.height / bounds.height);
    const score = scale * (1 - DIRECTION_WORTH * shareNotForward(placed, flows));
    if (score > highest) {
      winner = placed;
      highest = score;
    }
  }
  return winner;
}

/** Share of the connected area up to which a box that calls nothing may stand in a gap. */
const LEAF_SHARE = 0.03;

/** The arrangement in which small boxes that call nothing stand in gaps that the others leave, as far right as they can. */
function withLeavesInGaps(
  items: readonly PackItem[],
  ranks: ReadonlyMap<string, number>,
  flows: readonly BoxFlow[],
  view: ViewSize,
): readonly (readonly Placed[])[] {
  const ranked = items.filter((item) => ranks.has(item.id));
  const area = ranked.reduce((sum, item) => sum + item.width * item.height, 0);
  const callers = new Set(flows.map((flow) => flow.source));
  const leaves = ranked.filter(
    (item) => !callers.has(item.id) && item.width * item.height < area * LEAF_SHARE,
  );
  if (leaves.length === 0 || leaves.length > FILL_UP_TO_ITEMS) return [];
  const ids = new Set(leaves.map(({ id }) => id));
  const others = items.filter((item) => !ids.has(item.id));
  const around = placeRanked(others, ranks, flows, view);
  const filled = fillGaps(leaves, around, 'right');
  return filled.length === leaves.length ? [[...around, ...filled]] : [];
}

function shareNotForward(placed: readonly Placed[], flows: readonly BoxFlow[]): number {
  const byId = new Map(placed.map((item) => [item.id, item]));
  let total = 0;
  let lost = 0;
  for (const flow of flows) {
    const source = byId.get(flow.source);
    const target = byId.get(flow.target);
    if (source === undefined || target === undefined) continue;
    total += 1;
    if (source.x + source.width > target.x) lost += 1;
  }
  return total === 0 ? 0 : lost / total;
}

const CUT_UP_TO_RANKS = 7;

/** Ways to share ranks among columns, widest first: for few ranks every way, for many ever coarser ones; tall columns whole and broken. */
function columnings(
  ranked: readonly PackItem[],
  ranks: ReadonlyMap<string, number>,
  flows: readonly BoxFlow[],
): readonly (readonly (readonly PackItem[])[])[] {
  const rankCount = Math.max(0, ...ranks.values()) + 1;
  const most = Math.min(rankCount, MAX_COLUMNS);
  const ways: ((rank: number) => number)[] =
    rankCount <= CUT_UP_TO_RANKS
      ? Array.from({ length: 2 ** (rankCount - 1) }, (_, index) => cutWay(~index))
      : Array.from({ length: most }, (_, index) => (rank) => {
          return Math.floor((rank * (most - index)) / rankCount);
        });
  return ways.flatMap((columnOf) => {
    const whole = wholeColumns(ranked, ranks, columnOf);
    return [brokenColumns(whole, ranked, flows), whole];
  });
}

/** The way that begins a new column after rank `n` where bit `n` of `cuts` is set. */
function cutWay(cuts: number): (rank: number) => number {
  return (rank) => {
    let column = 0;
    for (let before = 0; before < rank; before += 1) column += (cuts >> before) & 1;
    return column;
  };
}

function wholeColumns(
  ranked: readonly PackItem[],
  ranks: ReadonlyMap<string, number>,
  columnOf: (rank: number) => number,
): readonly (readonly PackItem[])[] {
  const columns: PackItem[][] = [];
  for (const item of ranked) (columns[columnOf(ranks.get(item.id) ?? 0)] ??= []).push(item);
  return columns.flatMap((column) => [column]);
}

function brokenColumns(
  columns: readonly (readonly PackItem[])[],
  ranked: readonly PackItem[],
  flows: readonly BoxFlow[],
): readonly (readonly PackItem[])[] {
  const area = ranked.reduce(
    (sum, item) => sum + (item.width + COLUMN_GAP) * (item.height + ROW_GAP),
    0,
  );
  const height = Math.max(
    Math.sqrt(area / WIDE_ASPECT) * 1.25,
    ...ranked.map((item) => item.height),
  );
  return columns.flatMap((column) => brokenColumn(column, height, flows));
}

function brokenColumn(
  column: readonly PackItem[],
  height: number,
  flows: readonly BoxFlow[],
): readonly PackItem[][] {
  const total = column.reduce((sum, item) => sum + item.height + ROW_GAP, 0);
  const parts = Math.max(1, Math.ceil(total / height));
  const sends = new Map<string, number>();
  for (const flow of flows) sends.set(flow.source, (sends.get(flow.source) ?? 0) + 1);
  const callersFirst = [...column].sort((a, b) => (sends.get(b.id) ?? 0) - (sends.get(a.id) ?? 0));
  const broken: PackItem[][] = [];
  let room = 0;
  for (const item of callersFirst) {
    const current = broken.at(-1);
    if (current === undefined || room + item.height > total / parts + ROW_GAP) {
      broken.push([item]);
      room = item.height + ROW_GAP;
    } else {
      current.push(item);
      room += item.height + ROW_GAP;
    }
  }
  return broken;
}

function placeColumns(
  columns: readonly (readonly PackItem[])[],
  flows: readonly BoxFlow[],
): readonly Placed[] {
  const middleOf = new Map<string, number>();
  const placed: Placed[] = [];
  let x = 0;
  for (const [columnIndex, column] of columns.entries()) {
    const width = Math.max(...column.map((item) => item.width));
    const ordered = [...column]
      .map((item) => ({ item, pull: meanMiddle(item.id, middleOf, flows) }))
      .sort((a, b) => a.pull - b.pull || a.item.id.localeCompare(b.item.id));
    const total = column.reduce((sum, item) => sum + item.height + ROW_GAP, -ROW_GAP);
    let y = -total / 2 + (columnIndex % 2 === 1 ? staggerOf(column) : 0);
    for (const { item } of ordered) {
      placed.push({ ...item, x: x + (width - item.width) / 2, y });
      middleOf.set(item.id, y + item.height / 2);
      y += item.height + ROW_GAP;
    }
    x += width + COLUMN_GAP;
  }
  return placed;
}

const STAGGER_UP_TO_HEIGHT = 120;

/** Small boxes stand in the gaps of the column before, so that an edge to the column after does not run behind them. */
function staggerOf(column: readonly PackItem[]): number {
  const tallest = Math.max(...column.map((item) => item.height));
  return column.length > 1 && tallest <= STAGGER_UP_TO_HEIGHT ? (tallest + ROW_GAP) / 2 : 0;
}

function meanMiddle(
  id: string,
  middleOf: ReadonlyMap<string, number>,
  flows: readonly BoxFlow[],
): number {
  const callers = flows
    .filter((flow) => flow.target === id)
    .flatMap((flow) => middleOf.get(flow.source) ?? []);
  return callers.length === 0
    ? 0
    : callers.reduce((sum, middle) => sum + middle, 0) / callers.length;
}

const FILL_STEP = 24;
const FILL_UP_TO_ITEMS = 12;

/** Puts boxes without flow where the connected ones left room inside their bounds; those that find none are left out. */
function fillGaps(
  items: readonly PackItem[],
  around: readonly Placed[],
  side: 'left' | 'right',
): readonly Placed[] {
  const bounds = boundsOf(around.map(toRectangle));
  if (bounds === null || items.length > FILL_UP_TO_ITEMS) return [];
  const filled: Placed[] = [];
  for (const item of [...items].sort((a, b) => a.id.localeCompare(b.id))) {
    const spot = freeSpot(item, bounds, [...around, ...filled], side);
    if (spot !== null) filled.push({ ...item, ...spot });
  }
  return filled;
}

function freeSpot(
  item: PackItem,
  bounds: Rectangle,
  standing: readonly Placed[],
  side: 'left' | 'right',
): Point | null {
  const right = bounds.x + bounds.width - item.width;
  const bottom = bounds.y + bounds.height - item.height;
  for (let shift = 0; bounds.x + shift <= right; shift += FILL_STEP) {
    const x = side === 'left' ? bounds.x + shift : right - shift;
    for (let y = bottom; y >= bounds.y; y -= FILL_STEP) {
      const wanted = { x, y, width: item.width, height: item.height };
      if (!standing.some((other) => overlaps(wanted, other, ROW_GAP))) return { x, y };
    }
  }
  return null;
}

/** Below what is connected, in the shape that makes the whole picture largest. */
function placeLoose(
  items: readonly PackItem[],
  above: Rectangle | null,
  view: ViewSize,
): readonly Placed[] {
  const left = above?.x ?? 0;
  const top = above === null ? 0 : above.y + above.height + ROW_GAP * 1.5;
  const whole = (loose: Rectangle): Rectangle =>
    boundsOf([{ ...loose, x: left, y: top }, ...(above === null ? [] : [above])]) ?? loose;
  const pack = (titles: number): ReadonlyMap<string, Point> =>
    packTight(
      items.map(({ id, width, height, titleWidth }) => ({
        id,
        height,
        width: Math.max(width, titleWidth * titles),
      })),
      {
        gap: ROW_GAP,
        leastWidth: above?.width ?? 0,
        badness: (loose) => {
          const { width, height } = whole(loose);
          return Math.max(width / view.width, height / view.height);
        },
      },
    );
  const at = (corners: ReadonlyMap<string, Point>): readonly Placed[] =>
    items.map((item) => {
      const { x, y } = corners.get(item.id) ?? { x: 0, y: 0 };
      return { ...item, x: left + x, y: top + y };
    });
  // Titles keep their size on screen, so a small picture has wider ones; how small it is must be known first.
  const { width, height } = whole(boundsOf(at(pack(1)).map(toRectangle)) ?? NOTHING);
  return at(pack(titleScale(Math.min(1, view.width / width, view.height / height))));
}

const NOTHING: Rectangle = { x: 0, y: 0, width: 1, height: 1 };

/** Keeps `fixed` where they are and slides each other rectangle down until it is free. */
function giveWay(
  items: readonly Placed[],
  fixed: ReadonlyMap<string, Point>,
): ReadonlyMap<string, Point> {
  const standing: Rectangle[] = items.flatMap((item) => {
    const at = fixed.get(item.id);
    return at === undefined ? [] : [{ ...item, ...at }];
  });
  const hasFixed = standing.length > 0;
  const result = new Map<string, Point>();
  for (const item of items) {
    const at =
      fixed.get(item.id) ?? (hasFixed ? slideDown(item, standing) : { x: item.x, y: item.y });
    result.set(item.id, at);
    if (!fixed.has(item.id) && hasFixed) standing.push({ ...item, ...at });
  }
  return result;
}

/** The first free place at or below where a rectangle wants to be. */
export function slideDown(wanted: Rectangle, standing: readonly Rectangle[]): Point {
  let y = wanted.y;
  for (;;) {
    const hit = standing.find((other) => overlaps({ ...wanted, y }, other, ROW_GAP / 2));
    if (hit === undefined) return { x: wanted.x, y };
    y = hit.y + hit.height + ROW_GAP / 2;
  }
}
