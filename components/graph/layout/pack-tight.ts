import { boundsOf, type Point, type Rectangle } from '@/components/graph/layout/point';
import { createSkyline } from '@/components/graph/layout/skyline';

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
  /**
   * Badness of a whole picture of this extent; the first of the least is taken. A picture that is wider or higher must
   * not be less bad.
   */
  readonly badness: (bounds: Rectangle) => number;
}

const WIDTHS_TRIED = 24;

/**
 * Places rectangles that belong to nothing without overlap, the tallest first, each as high and then as far left as
 * there is room below what stands. Of several widths the one is taken whose picture is least bad. Corners by id; the
 * first is at 0, 0. Runs in the browser's main thread: hundreds of rectangles must cost milliseconds.
 */
export function packTight(
  items: readonly TightItem[],
  options: TightOptions,
): ReadonlyMap<string, Point> {
  const ordered = [...items].sort((a, b) => b.height - a.height || compare(a.id, b.id));
  const tallest = ordered[0]?.height ?? 0;
  let best: readonly Placed[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const width of widths(items, options)) {
    const placed = place(ordered, width, options.gap);
    const bounds = boundsOf(placed) ?? NOTHING;
    const badness = options.badness(bounds);
    if (badness < least) {
      best = placed;
      least = badness;
    }
    // So wide that even the least height would be no better: still wider ones are not either.
    if (options.badness({ ...bounds, height: tallest }) >= least) break;
  }
  return new Map(best.map(({ id, x, y }) => [id, { x, y }]));
}

const NOTHING: Rectangle = { x: 0, y: 0, width: 0, height: 0 };

interface Placed extends TightItem, Rectangle {}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

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

/** Each rectangle takes its gap to the right and below with it. */
function place(items: readonly TightItem[], width: number, gap: number): readonly Placed[] {
  const skyline = createSkyline(width + gap);
  return items.map(({ id, width: itemWidth, height }) => ({
    id,
    width: itemWidth,
    height,
    ...skyline.place(itemWidth + gap, height + gap),
  }));
}
