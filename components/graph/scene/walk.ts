import type { Point } from '@/components/graph/layout/point';

/** A direction of an arrow key. */
export type Direction = 'left' | 'right' | 'up' | 'down';

/** A node that can be walked to. */
export interface WalkStop extends Point {
  readonly id: string;
  readonly isNeighbour: boolean;
}

const NEIGHBOUR_BONUS = 0.35;

/**
 * The node to go to from `here`: the nearest in that direction, where nodes joined by an edge count as much nearer than
 * others. `null` when nothing lies in that direction (a cone of 60 degrees to either side).
 */
export function nextStop(
  here: Point,
  stops: readonly WalkStop[],
  direction: Direction,
): string | null {
  let best: { readonly id: string; readonly cost: number } | null = null;
  for (const stop of stops) {
    const along = alongAxis(here, stop, direction);
    const beside = besideAxis(here, stop, direction);
    if (along <= 1 || beside > along * 1.74) continue;
    const cost = (along + beside * 1.6) * (stop.isNeighbour ? NEIGHBOUR_BONUS : 1);
    if (best === null || cost < best.cost) best = { id: stop.id, cost };
  }
  return best?.id ?? null;
}

function alongAxis(from: Point, to: Point, direction: Direction): number {
  switch (direction) {
    case 'left':
      return from.x - to.x;
    case 'right':
      return to.x - from.x;
    case 'up':
      return from.y - to.y;
    case 'down':
      return to.y - from.y;
  }
}

function besideAxis(from: Point, to: Point, direction: Direction): number {
  return direction === 'left' || direction === 'right'
    ? Math.abs(to.y - from.y)
    : Math.abs(to.x - from.x);
}
