import { shareOut } from '@/mesh/splits/redistribute';
import { toPercents } from '@/mesh/splits/to-percents';

/** Totals above this are not kept, so that no weight can exceed what Gateway API takes. */
const MAX_KEPT_TOTAL = 1_000_000;

/**
 * Weights to write when somebody moved the shown percents of `current` weights to `percents` (which add up to 100). A
 * total that whole percents fit into (a multiple of 100) is kept, and a destination whose percent did not move keeps its
 * weight exactly; the others share the rest by their percents. Any other total becomes 100.
 *
 * Example: 595, 400 and 5 show as 60, 40 and 0 percent. Moved to 50, 50 and 0 they become 498, 497 and 5.
 */
export function weightsOfPercents(
  current: readonly number[],
  percents: readonly number[],
): readonly number[] {
  const total = current.reduce((sum, weight) => sum + weight, 0);
  const isKept = total > 100 && total % 100 === 0 && total <= MAX_KEPT_TOTAL;
  if (!isKept || current.length !== percents.length) return [...percents];
  const before = toPercents(current);
  const moved = percents.flatMap((percent, index) => (percent === before[index] ? [] : [index]));
  const free = moved.reduce((sum, index) => sum + (current[index] ?? 0), 0);
  const shares = shareOut(
    moved.map((index) => percents[index] ?? 0),
    free,
  );
  return current.map((weight, index) => shares[moved.indexOf(index)] ?? weight);
}
