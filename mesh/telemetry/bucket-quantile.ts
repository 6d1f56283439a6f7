/** One bucket of a cumulative histogram as a rate: observations per second up to `upperBoundMs`. */
export interface BucketRate {
  readonly upperBoundMs: number;
  readonly perSecond: number;
}

/**
 * The value below which the share `q` (0..1) of observations lies, in milliseconds, interpolated as PromQL's
 * `histogram_quantile` does: linear inside the bucket, the lowest bucket starting at zero, and the highest finite bound
 * when the value lies above it.
 *
 * `buckets` may leave out bounds whose rate is zero or `total`, in any order; `boundsMs` (ascending) says which exist.
 * `null` when there were no observations, when `q` is out of range, or when no bucket tells where they lie (all
 * observations of a sparse histogram in one bucket).
 */
export function bucketQuantile(
  q: number,
  buckets: readonly BucketRate[],
  boundsMs: readonly number[],
  total: number,
): number | null {
  if (buckets.length === 0) return null;
  const bounds = withBounds(boundsMs, buckets);
  const cumulative = bounds.map(() => 0);
  addCumulative(cumulative, buckets, bounds, total);
  return quantileOfCumulative(q, cumulative, bounds, total);
}

/**
 * Adds a sparse histogram to dense `sums` (one rate per bound): never falling, zero below its first bucket, `total`
 * above its last. Buckets of bounds that are not in `boundsMs` count for the next higher bound.
 */
export function addCumulative(
  sums: number[],
  buckets: readonly BucketRate[],
  boundsMs: readonly number[],
  total: number,
): void {
  const sorted = isAscending(buckets)
    ? buckets
    : [...buckets].sort((a, b) => a.upperBoundMs - b.upperBoundMs);
  const last = sorted.at(-1)?.upperBoundMs ?? 0;
  let next = 0;
  let reached = 0;
  for (let position = 0; position < boundsMs.length; position += 1) {
    const bound = boundsMs[position] ?? 0;
    for (
      let bucket = sorted[next];
      bucket !== undefined && bucket.upperBoundMs <= bound;
      bucket = sorted[next]
    ) {
      reached = Math.max(reached, Math.min(bucket.perSecond, total));
      next += 1;
    }
    sums[position] = (sums[position] ?? 0) + (bound > last ? total : reached);
  }
}

/** {@link bucketQuantile} of a dense histogram: `cumulative` has one rate for each of `boundsMs`. */
export function quantileOfCumulative(
  q: number,
  cumulative: readonly number[],
  boundsMs: readonly number[],
  total: number,
): number | null {
  if (!(total > 0) || !(q >= 0 && q <= 1)) return null;
  const rank = q * total;
  let lowerMs = 0;
  let below = 0;
  for (let position = 0; position < boundsMs.length; position += 1) {
    const upperMs = boundsMs[position] ?? lowerMs;
    const reached = cumulative[position] ?? below;
    if (reached >= rank && reached > below) {
      return lowerMs + (upperMs - lowerMs) * ((rank - below) / (reached - below));
    }
    lowerMs = upperMs;
    below = Math.max(below, reached);
  }
  return lowerMs > 0 ? lowerMs : null;
}

function withBounds(
  boundsMs: readonly number[],
  buckets: readonly BucketRate[],
): readonly number[] {
  const known = new Set(boundsMs);
  const missing = buckets.filter((bucket) => !known.has(bucket.upperBoundMs));
  if (missing.length === 0) return boundsMs;
  const all = new Set([...boundsMs, ...missing.map((bucket) => bucket.upperBoundMs)]);
  return [...all].sort((a, b) => a - b);
}

function isAscending(buckets: readonly BucketRate[]): boolean {
  let previous = -Infinity;
  for (const { upperBoundMs } of buckets) {
    if (upperBoundMs < previous) return false;
    previous = upperBoundMs;
  }
  return true;
}
