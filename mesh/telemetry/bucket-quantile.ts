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
  if (!(total > 0) || !(q >= 0 && q <= 1) || buckets.length === 0) return null;
  return quantileOf(q, toCumulative(buckets, boundsMs, total), total);
}

/** Fills a sparse histogram: one rate per bound, never falling, zero below the first known bucket, `total` above. */
export function toCumulative(
  buckets: readonly BucketRate[],
  boundsMs: readonly number[],
  total: number,
): readonly BucketRate[] {
  const sorted = [...buckets].sort((a, b) => a.upperBoundMs - b.upperBoundMs);
  const last = sorted.at(-1)?.upperBoundMs ?? 0;
  const bounds = mergeBounds(boundsMs, sorted);
  const filled: BucketRate[] = [];
  let next = 0;
  let reached = 0;
  for (const upperBoundMs of bounds) {
    for (
      let bucket = sorted[next];
      bucket?.upperBoundMs === upperBoundMs;
      bucket = sorted[++next]
    ) {
      reached = Math.max(reached, Math.min(bucket.perSecond, total));
    }
    filled.push({ upperBoundMs, perSecond: upperBoundMs > last ? total : reached });
  }
  return filled;
}

function mergeBounds(
  boundsMs: readonly number[],
  sorted: readonly BucketRate[],
): readonly number[] {
  const known = new Set(boundsMs);
  const missing = sorted.filter((bucket) => !known.has(bucket.upperBoundMs));
  if (missing.length === 0) return boundsMs;
  return [...new Set([...boundsMs, ...missing.map((bucket) => bucket.upperBoundMs)])].sort(
    (a, b) => a - b,
  );
}

function quantileOf(q: number, buckets: readonly BucketRate[], total: number): number | null {
  const rank = q * total;
  let lowerMs = 0;
  let below = 0;
  for (const { upperBoundMs, perSecond } of buckets) {
    if (perSecond >= rank && perSecond > below) {
      return lowerMs + (upperBoundMs - lowerMs) * ((rank - below) / (perSecond - below));
    }
    lowerMs = upperBoundMs;
    below = perSecond;
  }
  return lowerMs > 0 ? lowerMs : null;
}
