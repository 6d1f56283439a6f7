/** A cumulative bucket: how many observations were at most `upperBound`. */
export interface Bucket {
  readonly upperBound: number;
  count: number;
}

/**
 * Quantile of a classic histogram: linear interpolation inside the bucket where the rank falls, from zero in the first
 * one; the highest finite bound when it falls in `+Inf`. NaN without observations, without a `+Inf` bucket or with no
 * other; -Inf and +Inf for quantiles below 0 and above 1. Sorts `buckets` in place.
 */
export function histogramQuantile(quantile: number, buckets: Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  buckets.sort((left, right) => left.upperBound - right.upperBound || 0);
  if (buckets.at(-1)?.upperBound !== Number.POSITIVE_INFINITY) return Number.NaN;
  const merged = mergeEqualBounds(buckets);
  makeMonotonic(merged);
  const observations = merged.at(-1)?.count ?? 0;
  if (merged.length < 2 || observations === 0) return Number.NaN;
  return interpolate(merged, quantile * observations);
}

function interpolate(buckets: readonly Bucket[], rank: number): number {
  const last = buckets.length - 1;
  let at = 0;
  while (at < last && !((buckets[at]?.count ?? 0) >= rank)) at++;
  const upper = buckets[at]?.upperBound ?? 0;
  if (at === last) return buckets[last - 1]?.upperBound ?? 0;
  if (at === 0 && upper <= 0) return upper;
  const before = buckets[at - 1] ?? { upperBound: 0, count: 0 };
  const count = (buckets[at]?.count ?? 0) - before.count;
  const lower = before.upperBound;
  return lower + (upper - lower) * ((rank - before.count) / count);
}

function mergeEqualBounds(buckets: readonly Bucket[]): Bucket[] {
  const merged: Bucket[] = [];
  for (const { upperBound, count } of buckets) {
    const last = merged.at(-1);
    if (last?.upperBound === upperBound) last.count += count;
    else merged.push({ upperBound, count });
  }
  return merged;
}

/** Buckets scraped or rated apart may not grow; a count below one before it is raised to it. */
function makeMonotonic(buckets: readonly Bucket[]): void {
  let highest = buckets[0]?.count ?? 0;
  for (const bucket of buckets) {
    if (bucket.count > highest) highest = bucket.count;
    else if (bucket.count < highest) bucket.count = highest;
  }
}
