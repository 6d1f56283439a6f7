/** Order in which Prometheus sorts for quantiles: NaN before everything. */
function nanFirst(left: number, right: number): number {
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  return Number.isNaN(right) ? 1 : left - right || 0;
}

/**
 * Quantile of a sample by linear interpolation between neighbours. Below 0 it is -Inf, above 1 +Inf; NaN for no values or
 * for the quantile NaN. Sorts `values` in place.
 */
export function quantileOf(quantile: number, values: number[]): number {
  if (values.length === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  values.sort(nanFirst);
  const rank = quantile * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] ?? 0) * (1 - weight) + (values[upper] ?? 0) * weight;
}
