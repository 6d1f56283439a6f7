import { CompensatedSum } from '@/demo/prometheus/promql/compensated-sum';
import type { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import type { SampleTrend } from '@/demo/prometheus/sample-trend';

/**
 * Growth over a range, stretched from the samples to the edges of the range:
 *
 *     start |....x---x---x---x..| end
 *
 * Up to the edge where it is nearer than 1.1 average sample intervals, else half an interval. A counter is not stretched
 * back past the moment at which it would have been zero, and what it lost in resets is added again. Needs two samples.
 * The growth is divided by `perSeconds`.
 */
export function extrapolated(trend: SampleTrend, isCounter: boolean, perSeconds = 1): number {
  const { count, startMs, endMs, firstMs, firstValue, lastMs, lastValue } = trend;
  let growth = lastValue - firstValue;
  if (isCounter) growth += trend.lost;
  const sampledSeconds = (lastMs - firstMs) / 1000;
  const averageSeconds = sampledSeconds / (count - 1);
  let toStart = (firstMs - startMs) / 1000;
  const toEnd = (endMs - lastMs) / 1000;
  if (isCounter && growth > 0 && firstValue >= 0) {
    toStart = Math.min(toStart, sampledSeconds * (firstValue / growth));
  }
  const threshold = averageSeconds * 1.1;
  const stretchedSeconds =
    sampledSeconds +
    (toStart < threshold ? toStart : averageSeconds / 2) +
    (toEnd < threshold ? toEnd : averageSeconds / 2);
  return growth * (stretchedSeconds / sampledSeconds / perSeconds);
}

/** Least-squares line through the samples: slope per second, and value at `interceptMs`. */
export function regression(
  samples: SampleBuffer,
  interceptMs: number,
): { slope: number; intercept: number } {
  const sums = Array.from({ length: 4 }, () => new CompensatedSum());
  const [sumX, sumY, sumXY, sumXX] = sums;
  const first = samples.value(0);
  let isConstant = true;
  for (let index = 0; index < samples.count; index++) {
    const x = (samples.time(index) - interceptMs) / 1000;
    const y = samples.value(index);
    if (index > 0 && y !== first) isConstant = false;
    sumX?.add(x);
    sumY?.add(y);
    sumXY?.add(x * y);
    sumXX?.add(x * x);
  }
  if (isConstant) return constantLine(first);
  const [x = 0, y = 0, xy = 0, xx = 0] = sums.map((each) => each.total);
  const { count } = samples;
  const slope = (xy - (x * y) / count) / (xx - (x * x) / count);
  return { slope, intercept: y / count - (slope * x) / count };
}

function constantLine(value: number): { slope: number; intercept: number } {
  const isInfinite = Math.abs(value) === Number.POSITIVE_INFINITY;
  return isInfinite ? { slope: Number.NaN, intercept: Number.NaN } : { slope: 0, intercept: value };
}
