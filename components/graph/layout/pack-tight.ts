import { boundsOf, overlaps, type Point, type Rectangle } from '@/components/graph/layout/point';

/** A rectangle to be placed. */
export interface TightItem {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** How a packing is done and judged. */
export interface TightOptions {
  readonly gap: number;
  /** Widths are tried from this one up. */
  readonly leastWidth: number;
  /** Badness of a whole picture of this extent; the first of the least is taken. */
  readonly badness: (bounds: Rectangle) => number;
}

/** Above this many rectangles every gap is no longer looked for: they stand in rows. */
const TIGHT_UP_TO_ITEMS = 40;
const WIDTHS_TRIED = 24;

/**
 * Places rectangles that belong to nothing without overlap, the tallest first, each as high and then as far left as
 * there is room. Of several widths the one is taken whose picture is least bad. Corners by id; the first is at 0, 0.
 */
export function packTight(
  items: readonly TightItem[],
  options: TightOptions,
): ReadonlyMap<string, Point> {
  const ordered = [...items].sort((a, b) => b.height - a.height || a.id.localeCompare(b.id));
  const place = items.length > TIGHT_UP_TO_ITEMS ? inRows : inGaps;
  let best: readonly Placed[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const width of widths(items, options)) {
    const placed = place(ordered, width, options.gap);
    const badness = options.badness(boundsOf(placed) ?? NOTHING);
    if (badness >= least) continue;
    best = placed;
    least = badness;
  }
  return new Map(best.map(({ id, x, y }) => [id, { x, y }]));
}

const NOTHING: Rectangle = { x: 0, y: 0, width: 0, height: 0 };

interface Placed extends TightItem, Rectangle {}

/** From the narrowest that holds every rectangle to the one in which all stand in one row. */
function widths(items: readonly TightItem[], { gap, leastWidth }: TightOptions): readonly number[] {
  const least = Math.max(leastWidth, ...items.map(({ width }) => width));
  const most = Math.max(
    least,
    items.reduce((sum, { width }) => sum + width + gap, -gap),
  );
  const step = (most / least) ** (1 / WIDTHS_TRIED);
  return Array.from({ length: WIDTHS_TRIED + 1 }, (_, index) => least * step ** index + 0.5);
}

function inGaps(items: readonly TightItem[], width: number, gap: number): readonly Placed[] {
  const placed: Placed[] = [];
  for (const item of items) {
    const xs = ascending([0, ...placed.map((other) => other.x + other.width + gap)]);
    const ys = ascending([0, ...placed.map((other) => other.y + other.height + gap)]);
    placed.push({ ...item, ...freeCorner(item, xs, ys, width, placed, gap) });
  }
  return placed;
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function freeCorner(
  item: TightItem,
  xs: readonly number[],
  ys: readonly number[],
  width: number,
  placed: readonly Placed[],
  gap: number,
): Point {
  for (const y of ys) {
    for (const x of xs) {
      if (x > 0 && x + item.width > width) break;
      // A little less than the gap, so that neighbours may stand exactly that far apart.
      const isFree = !placed.some((other) => overlaps({ ...item, x, y }, other, gap - 0.01));
      if (isFree) return { x, y };
    }
  }
  return { x: 0, y: ys.at(-1) ?? 0 };
}

function inRows(items: readonly TightItem[], width: number, gap: number): readonly Placed[] {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return items.map((item) => {
    if (x > 0 && x + item.width > width) {
      x = 0;
      y += rowHeight + gap;
      rowHeight = 0;
    }
    const placed = { ...item, x, y };
    x += item.width + gap;
    rowHeight = Math.max(rowHeight, item.height);
    return placed;
  });
}
