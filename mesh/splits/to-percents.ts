/**
 * Whole percents of weights, adding up to 100 (largest remainders first). With a total of zero nothing is configured:
 * every destination gets an equal part as a place to start.
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
