import type { Point } from '@/components/graph/layout/point';

/** The lower edge of what is placed from `x` on, up to where the next step begins. */
interface Step {
  readonly x: number;
  readonly y: number;
}

/** Places rectangles one after another, each below what stands there already. */
export interface Skyline {
  /** The corner that is as high and then as far left as there is room. What is wider than the whole stands at the left. */
  readonly place: (width: number, height: number) => Point;
}

/**
 * Remembers of what is placed only its lower edge, as steps from left to right. A place costs as many looks as the edge
 * has steps, times how many the rectangle spans: room that is enclosed above the edge is given up for that.
 */
export function createSkyline(width: number): Skyline {
  let steps: readonly Step[] = [{ x: 0, y: 0 }];
  return {
    place: (itemWidth, itemHeight) => {
      const at = highestPlace(steps, itemWidth, width);
      steps = withStep(steps, at, at.x + itemWidth, at.y + itemHeight);
      return at;
    },
  };
}

function highestPlace(steps: readonly Step[], itemWidth: number, width: number): Point {
  let best: Point | null = null;
  for (const [first, { x }] of steps.entries()) {
    if (best !== null && x + itemWidth > width) break;
    const y = lowestOf(steps, first, x + itemWidth, best?.y ?? Number.POSITIVE_INFINITY);
    if (best === null || y < best.y) best = { x, y };
  }
  return best ?? { x: 0, y: 0 };
}

/** How low the edge is from the step `first` to `right`; no further than `limit` matters. */
function lowestOf(steps: readonly Step[], first: number, right: number, limit: number): number {
  let lowest = 0;
  for (let index = first; index < steps.length; index += 1) {
    const step = steps[index];
    if (step === undefined || step.x >= right || lowest >= limit) break;
    lowest = Math.max(lowest, step.y);
  }
  return lowest;
}

/** The edge with a new step from `at.x` to `right`; what was there before begins again at `right`. */
function withStep(
  steps: readonly Step[],
  at: Point,
  right: number,
  bottom: number,
): readonly Step[] {
  const covered = steps.filter(({ x }) => x < right);
  const after = steps.filter(({ x }) => x >= right);
  const before = covered.filter(({ x }) => x < at.x);
  const resumed = after[0]?.x === right ? [] : [{ x: right, y: covered.at(-1)?.y ?? 0 }];
  return [...before, { x: at.x, y: bottom }, ...resumed, ...after];
}
