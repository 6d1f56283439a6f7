import { boundaryAt, moveBoundaryTo } from '@/components/graph/split/boundaries';

const BIG_STEP = 10;

/**
 * The percents after a key on the slider behind destination `index`: arrows one percent, with shift or as PageUp and
 * PageDown ten, Home and End all the way. `null` for other keys.
 */
export function percentsAfterKey(
  percents: readonly number[],
  index: number,
  key: string,
  isShift: boolean,
): readonly number[] | null {
  const here = percents[index] ?? 0;
  const step = isShift ? BIG_STEP : 1;
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return moveBoundaryTo(percents, index, here + step);
    case 'ArrowLeft':
    case 'ArrowDown':
      return moveBoundaryTo(percents, index, here - step);
    case 'PageUp':
      return moveBoundaryTo(percents, index, here + BIG_STEP);
    case 'PageDown':
      return moveBoundaryTo(percents, index, here - BIG_STEP);
    case 'Home':
      return moveBoundaryTo(percents, index, 0);
    case 'End':
      return moveBoundaryTo(percents, index, boundaryAt(percents, index + 1));
    default:
      return null;
  }
}
