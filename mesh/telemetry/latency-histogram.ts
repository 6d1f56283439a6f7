import { addCumulative, quantileOfCumulative } from '@/mesh/telemetry/bucket-quantile';
import type { LatencySample } from '@/mesh/telemetry/telemetry';

/** Sums cumulative latency histograms, so that quantiles of several edges together are true ones, not averages. */
export interface LatencyHistogram {
  add(samples: readonly LatencySample[]): void;
  /** Milliseconds; `null` without observations that can be placed. */
  quantile(q: number): number | null;
}

/**
 * An empty histogram over `boundsMs` (ascending, every bound that a sample may name). A sample without a single bucket
 * is left out of the sum: nothing says in which bucket all of its observations lie, and placing them anywhere would
 * bend the quantile.
 */
export function latencyHistogram(boundsMs: readonly number[]): LatencyHistogram {
  const sums = new Float64Array(boundsMs.length);
  let total = 0;
  return {
    add(samples) {
      for (const { buckets, totalPerSecond } of samples) {
        if (buckets.length === 0 || !(totalPerSecond > 0)) continue;
        addCumulative(sums, buckets, boundsMs, totalPerSecond);
        total += totalPerSecond;
      }
    },
    quantile: (q) => quantileOfCumulative(q, sums, boundsMs, total),
  };
}
