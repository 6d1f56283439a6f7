import { addCumulative, quantileOfCumulative } from '@/mesh/telemetry/bucket-quantile';
import type { LatencySample } from '@/mesh/telemetry/telemetry';

/**
 * Sums cumulative latency histograms over `boundsMs` (ascending, every bound that a sample may name), so that quantiles
 * of several edges together are true ones, not averages. A sample without a single bucket is left out of the sum:
 * nothing says in which bucket all of its observations lie, and placing them anywhere would bend the quantile.
 */
export class LatencyHistogram {
  private readonly boundsMs: readonly number[];
  private readonly sums: number[];
  private total = 0;

  constructor(boundsMs: readonly number[]) {
    this.boundsMs = boundsMs;
    this.sums = boundsMs.map(() => 0);
  }

  /** Adds samples; each counts once, whatever it is added to elsewhere. */
  add(samples: readonly LatencySample[]): void {
    for (const { buckets, totalPerSecond } of samples) {
      if (buckets.length === 0 || !(totalPerSecond > 0)) continue;
      addCumulative(this.sums, buckets, this.boundsMs, totalPerSecond);
      this.total += totalPerSecond;
    }
  }

  /** Milliseconds; `null` without observations that can be placed. */
  quantile(q: number): number | null {
    return quantileOfCumulative(q, this.sums, this.boundsMs, this.total);
  }
}
