import { moveBoundary } from '@/mesh/splits/redistribute';
import type { TrafficSplit } from '@/mesh/splits/split';

/**
 * Whole percents that a control starts from, in the order of the destinations; they add up to 100 (largest remainders
 * first). With a total weight of zero nothing is configured: every destination gets an equal part as a place to start.
 */
export function toPercents(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.length === 0) return [];
  const exact = weights.map((weight) =>
    total > 0 ? (weight / total) * 100 : 100 / weights.length,
  );
  const floors = exact.map(Math.floor);
  const missing = 100 - floors.reduce((sum, percent) => sum + percent, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
    .slice(0, missing)
    .map(({ index }) => index);
  return floors.map((percent, index) => (byRemainder.includes(index) ? percent + 1 : percent));
}

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
