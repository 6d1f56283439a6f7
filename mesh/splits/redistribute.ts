/**
 * Weights after one of them is set: the others share what is left in proportion to what they have (evenly when they
 * have nothing), as whole numbers by largest remainder. The sum stays, nothing goes below zero, and `wanted` is rounded
 * and held between zero and the sum. A lone weight, or an index outside the list, changes nothing.
 */
export function redistribute(
  weights: readonly number[],
  index: number,
  wanted: number,
): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (weights.length < 2 || weights[index] === undefined) return [...weights];
  const own = clamp(Math.round(wanted), 0, sum);
  const others = weights.filter((_, position) => position !== index);
  const shared = shareOut(others, sum - own);
  return [...shared.slice(0, index), own, ...shared.slice(index)];
}

/**
 * Weights after the boundary between `boundaryIndex` and its right neighbour is dragged by `delta` weight units (to the
 * right: the left one grows). Only the two neighbours change, and neither goes below zero.
 */
export function moveBoundary(
  weights: readonly number[],
  boundaryIndex: number,
  delta: number,
): readonly number[] {
  const left = weights[boundaryIndex];
  const right = weights[boundaryIndex + 1];
  if (left === undefined || right === undefined) return [...weights];
  const moved = clamp(Math.round(delta), -left, right);
  return weights.map((weight, position) => {
    if (position === boundaryIndex) return left + moved;
    return position === boundaryIndex + 1 ? right - moved : weight;
  });
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/**
 * Splits a whole `total` in proportion to `parts` (evenly when they are all zero) into whole numbers by largest
 * remainder; ties go to the earlier part.
 */
export function shareOut(parts: readonly number[], total: number): readonly number[] {
  const sum = parts.reduce((running, part) => running + part, 0);
  const exact = parts.map((part) => (sum > 0 ? (part / sum) * total : total / parts.length));
  const floors = exact.map(Math.floor);
  let left = total - floors.reduce((running, part) => running + part, 0);
  const byRemainder = exact
    .map((value, position) => ({ position, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.position - b.position);
  const extra = new Set<number>();
  for (const { position } of byRemainder) {
    if (left < 1) break;
    extra.add(position);
    left -= 1;
  }
  return floors.map((part, position) => (extra.has(position) ? part + 1 : part));
}
