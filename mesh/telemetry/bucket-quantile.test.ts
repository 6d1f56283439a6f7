import { describe, expect, test } from 'vitest';
import { bucketQuantile } from '@/mesh/telemetry/bucket-quantile';
import { LatencyHistogram } from '@/mesh/telemetry/latency-histogram';
import { aLatency } from '@/mesh/testing/telemetry-builders';

const BOUNDS = [1, 5, 10, 25, 50];

function buckets(...pairs: readonly (readonly [number, number])[]) {
  return pairs.map(([upperBoundMs, perSecond]) => ({ upperBoundMs, perSecond }));
}

describe('bucketQuantile', () => {
  // Expected values were worked out by hand with Prometheus' rule: start + width * (rank - below) / inside.
  test('interpolates inside the bucket that holds the rank', () => {
    const histogram = buckets([1, 2], [5, 6], [10, 9], [25, 10]);
    expect(bucketQuantile(0.5, histogram, BOUNDS, 10)).toBeCloseTo(1 + 4 * (3 / 4));
    expect(bucketQuantile(0.95, histogram, BOUNDS, 10)).toBeCloseTo(10 + 15 * 0.5);
  });

  test('the lowest bucket starts at zero', () => {
    expect(bucketQuantile(0.1, buckets([1, 2]), BOUNDS, 10)).toBeCloseTo(0.5);
  });

  test('bounds that are left out are zero below and the total above', () => {
    const sparse = bucketQuantile(0.5, buckets([10, 4]), BOUNDS, 10);
    const dense = bucketQuantile(
      0.5,
      buckets([1, 0], [5, 0], [10, 4], [25, 10], [50, 10]),
      BOUNDS,
      10,
    );
    expect(sparse).toBe(dense);
    expect(sparse).toBeCloseTo(10 + 15 * (1 / 6));
  });

  test('a value above every finite bound is the highest of them', () => {
    expect(bucketQuantile(0.99, buckets([25, 1], [50, 2]), BOUNDS, 10)).toBe(50);
  });

  test('no data and no place for the data give null, never zero', () => {
    expect(bucketQuantile(0.5, [], BOUNDS, 10)).toBeNull();
    expect(bucketQuantile(0.5, buckets([1, 0]), BOUNDS, 0)).toBeNull();
    expect(bucketQuantile(0.5, buckets([1, 1]), BOUNDS, Number.NaN)).toBeNull();
    expect(bucketQuantile(1.5, buckets([1, 1]), BOUNDS, 2)).toBeNull();
  });

  test('order of buckets does not matter', () => {
    const histogram = buckets([1, 2], [5, 6], [10, 9]);
    expect(bucketQuantile(0.7, [...histogram].reverse(), BOUNDS, 10)).toBe(
      bucketQuantile(0.7, histogram, BOUNDS, 10),
    );
  });
});

describe('merged quantiles', () => {
  test('two edges together have the quantile of all their requests, not the mean of two quantiles', () => {
    const histogram = new LatencyHistogram(BOUNDS);
    histogram.add([
      aLatency('source', 'n/a', 'n/b', null, 90, [[1, 45]]),
      aLatency('source', 'n/c', 'n/b', null, 10, [[25, 5]]),
    ]);
    // Together: le 1: 45, le 5: 90, le 10: 90, le 25: 95, le 50: 100.
    expect(histogram.quantile(0.5)).toBeCloseTo(1 + 4 * (5 / 45));
    expect(histogram.quantile(0.95)).toBeCloseTo(25);
    expect(histogram.quantile(0.99)).toBeCloseTo(25 + 25 * (4 / 5));
  });

  test('a sample that says nothing about its place does not bend the others', () => {
    const histogram = new LatencyHistogram(BOUNDS);
    histogram.add([aLatency('source', 'n/a', 'n/b', null, 1_000, [])]);
    expect(histogram.quantile(0.5)).toBeNull();
    histogram.add([aLatency('source', 'n/c', 'n/b', null, 10, [[1, 5]])]);
    expect(histogram.quantile(0.5)).toBe(1);
  });
});
