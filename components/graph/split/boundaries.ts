import { moveBoundary } from '@/mesh/splits/redistribute';
import { toPercents } from '@/mesh/splits/to-percents';
import type { TrafficSplit } from '@/mesh/splits/split';

/** The percents of a split as configured. */
export function configuredPercents(split: TrafficSplit): readonly number[] {
  return toPercents(split.destinations.map((destination) => destination.effectiveWeight));
}

/**
 * Moves the boundary behind destination `index` so that this destination has `percent`; only it and the next one change,
 * and neither goes below zero. `percent` is rounded.
 */
export function moveBoundaryTo(
  percents: readonly number[],
  index: number,
  percent: number,
): readonly number[] {
  return moveBoundary(percents, index, percent - (percents[index] ?? 0));
}

/** Where the boundary behind destination `index` stands, 0..100. */
export function boundaryAt(percents: readonly number[], index: number): number {
  return percents.slice(0, index + 1).reduce((sum, percent) => sum + percent, 0);
}

/**
 * Which boundary to move when several stand on one spot: the last one to go right, the first one to go left; the others
 * have no room that way.
 */
export function pickBoundary(
  percents: readonly number[],
  index: number,
  direction: 'left' | 'right',
): number {
  const spot = boundaryAt(percents, index);
  const together = percents
    .slice(0, -1)
    .flatMap((_, at) => (boundaryAt(percents, at) === spot ? [at] : []));
  return (direction === 'left' ? together[0] : together.at(-1)) ?? index;
}
