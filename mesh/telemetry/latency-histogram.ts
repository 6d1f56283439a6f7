import { bucketQuantile, toCumulative } from '@/mesh/telemetry/bucket-quantile';
import type { LatencySample } from '@/mesh/telemetry/telemetry';

/** Sums cumulative latency histograms, so that quantiles of several edges together are true ones, not averages. */
export interface LatencyHistogram {
  add(samples: readonly LatencySample[]): void;
  /** Milliseconds; `null` without observations that can be placed. */
  quantile(q: number): number | null;
}

/**
 * An empty histogram over `boundsMs` (ascending). A sample without a single bucket is left out of the sum: nothing says
 * in which bucket all of its observations lie, and placing them anywhere would bend the quantile.
 */
export function latencyHistogram(boundsMs: readonly number[]): LatencyHistogram {
  let sole: LatencySample | null = null;
  let sums: Float64Array | null = null;
  let total = 0;

  function addDense(sample: LatencySample): void {
    const target = (sums ??= new Float64Array(boundsMs.length));
    const filled = toCumulative(sample.buckets, boundsMs, sample.totalPerSecond);
    let index = 0;
    for (const { upperBoundMs, perSecond } of filled) {
      if (boundsMs[index] === upperBoundMs) target[index] = (target[index] ?? 0) + perSecond;
      else continue;
      index += 1;
    }
    total += sample.totalPerSecond;
  }

  return {
    add(samples) {
      for (const sample of samples) {
        if (sample.buckets.length === 0 || !(sample.totalPerSecond > 0)) continue;
        if (sole === null && sums === null) {
          sole = sample;
          continue;
        }
        if (sole !== null) addDense(sole);
        sole = null;
        addDense(sample);
      }
    },
    quantile(q) {
      if (sole !== null) return bucketQuantile(q, sole.buckets, boundsMs, sole.totalPerSecond);
      const dense = sums;
      if (dense === null) return null;
      const buckets = boundsMs.map((upperBoundMs, i) => ({
        upperBoundMs,
        perSecond: dense[i] ?? 0,
      }));
      return bucketQuantile(q, buckets, boundsMs, total);
    },
  };
}
