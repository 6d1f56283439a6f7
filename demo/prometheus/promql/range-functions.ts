import { CompensatedSum } from '@/demo/prometheus/promql/compensated-sum';
import { quantileOf } from '@/demo/prometheus/promql/quantile';
import { extrapolated, regression } from '@/demo/prometheus/promql/range-trend';
import type { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import type { SampleTrend } from '@/demo/prometheus/sample-trend';

/** A function of one series' samples in a range. */
export interface RangeFunction {
  /** With fewer samples the series gives no result. */
  readonly leastSamples: number;
  /** `parameter`: the scalar argument, where the function has one. */
  readonly compute: (samples: SampleBuffer, parameter: number) => number;
}

function overTime(compute: RangeFunction['compute']): RangeFunction {
  return { leastSamples: 1, compute };
}

function ofSeveral(compute: RangeFunction['compute']): RangeFunction {
  return { leastSamples: 2, compute };
}

/** Functions that need two samples and look only at the {@link SampleTrend} of a series, by PromQL name. */
export const TREND_FUNCTIONS: ReadonlyMap<string, (trend: SampleTrend) => number> = new Map([
  ['rate', (trend) => extrapolated(trend, true, (trend.endMs - trend.startMs) / 1000)],
  ['increase', (trend) => extrapolated(trend, true)],
  ['delta', (trend) => extrapolated(trend, false)],
]);

/** The other functions from a range vector to an instant vector, by PromQL name; `absent_over_time` is not one of each series. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map([
  ['irate', ofSeveral(instantRate)],
  ['idelta', ofSeveral((samples) => lastStep(samples, 1) - lastStep(samples, 2))],
  ['deriv', ofSeveral((samples) => regression(samples, samples.time(0)).slope)],
  ['predict_linear', ofSeveral(predictLinear)],
  ['resets', overTime((samples) => countSteps(samples, (before, now) => now < before))],
  ['changes', overTime((samples) => countSteps(samples, isChange))],
  ['avg_over_time', overTime(average)],
  ['sum_over_time', overTime(sum)],
  ['min_over_time', overTime((samples) => extreme(samples, (value, best) => value < best))],
  ['max_over_time', overTime((samples) => extreme(samples, (value, best) => value > best))],
  ['count_over_time', overTime((samples) => samples.count)],
  ['last_over_time', overTime((samples) => lastStep(samples, 1))],
  ['present_over_time', overTime(() => 1)],
  ['stddev_over_time', overTime((samples) => Math.sqrt(variance(samples)))],
  ['stdvar_over_time', overTime(variance)],
  ['quantile_over_time', overTime(quantileOverTime)],
]);

function lastStep(samples: SampleBuffer, fromEnd: number): number {
  return samples.value(samples.count - fromEnd);
}

function instantRate(samples: SampleBuffer): number {
  const last = lastStep(samples, 1);
  const before = lastStep(samples, 2);
  const seconds = (samples.time(samples.count - 1) - samples.time(samples.count - 2)) / 1000;
  return (last < before ? last : last - before) / seconds;
}

function predictLinear(samples: SampleBuffer, seconds: number): number {
  const { slope, intercept } = regression(samples, samples.atMs);
  return slope * seconds + intercept;
}

function countSteps(
  samples: SampleBuffer,
  counts: (before: number, now: number) => boolean,
): number {
  let found = 0;
  for (let index = 1; index < samples.count; index++) {
    if (counts(samples.value(index - 1), samples.value(index))) found++;
  }
  return found;
}

function isChange(before: number, now: number): boolean {
  return before !== now && !(Number.isNaN(before) && Number.isNaN(now));
}

function average(samples: SampleBuffer): number {
  const mean = new CompensatedSum();
  for (let index = 0; index < samples.count; index++) {
    const value = samples.value(index);
    if (mean.isInfinite() && keepsInfinity(mean.uncompensated, value)) continue;
    const count = index + 1;
    mean.add(value / count - mean.uncompensated / count);
  }
  return mean.total;
}

function keepsInfinity(mean: number, value: number): boolean {
  return Number.isFinite(value) || value === mean;
}

function sum(samples: SampleBuffer): number {
  const total = new CompensatedSum();
  for (let index = 0; index < samples.count; index++) total.add(samples.value(index));
  return total.total;
}

function extreme(
  samples: SampleBuffer,
  isBetter: (value: number, best: number) => boolean,
): number {
  let best = samples.value(0);
  for (let index = 1; index < samples.count; index++) {
    const value = samples.value(index);
    if (isBetter(value, best) || Number.isNaN(best)) best = value;
  }
  return best;
}

function variance(samples: SampleBuffer): number {
  const mean = new CompensatedSum();
  const squares = new CompensatedSum();
  for (let index = 0; index < samples.count; index++) {
    const value = samples.value(index);
    const delta = value - mean.total;
    mean.add(delta / (index + 1));
    squares.add(delta * (value - mean.total));
  }
  return squares.total / samples.count;
}

function quantileOverTime(samples: SampleBuffer, quantile: number): number {
  return quantileOf(quantile, Array.from(samples.values.subarray(0, samples.count)));
}
