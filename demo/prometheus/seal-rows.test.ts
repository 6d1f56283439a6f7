import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import { markAbsent, toSampleRow, type SampleRow } from '@/demo/prometheus/sample-row';
import { RowSegment, type RowRange, type SampleSegment } from '@/demo/prometheus/sample-segment';
import { SampleTrend } from '@/demo/prometheus/sample-trend';
import { sealRows } from '@/demo/prometheus/seal-rows';

const value = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 5_000_000_000 }),
  fc.integer({ min: 0, max: 9_000_000 }).map((steps) => steps / 64),
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity),
  fc.constant(null),
);

/** One series over the rows: anything, or a counter that grows by whole or half steps, or nothing new. */
const column = fc.oneof(
  fc.array(value, { minLength: 12, maxLength: 12 }),
  fc
    .tuple(
      fc.nat(),
      fc.array(fc.nat({ max: 70_000 }), { minLength: 12, maxLength: 12 }),
      fc.constantFrom(1, 0.5, 1 / 64),
    )
    .map(([start, steps, unit]) => {
      let at = start;
      return steps.map((step) => (at += step * unit));
    }),
  value.map((same) => Array.from({ length: 12 }, () => same)),
);

function rowsOf(columns: readonly (readonly (number | null)[])[], born: number): SampleRow[] {
  return Array.from({ length: 12 }, (_each, index) => {
    // The last series is born at row `born`: earlier rows are shorter.
    const known = index < born ? columns.length - 1 : columns.length;
    const row = toSampleRow(new Float64Array(known));
    columns.slice(0, known).forEach((samples, slot) => {
      const sample = samples[index] ?? null;
      if (sample === null) markAbsent(row, slot);
      else row.values[slot] = sample;
    });
    return row;
  });
}

const timesMs = Array.from({ length: 20 }, (_each, index) => 1000 * index ** 1.5);

function samplesIn(segment: SampleSegment, slot: number, rows: RowRange): number[][] {
  const buffer = new SampleBuffer(12);
  segment.fill(slot, rows, buffer);
  return [...buffer.times.slice(0, buffer.count)].map((time, index) => [time, buffer.value(index)]);
}

function trendIn(segment: SampleSegment, slot: number, rows: RowRange): SampleTrend {
  const trend = new SampleTrend(0, 0);
  segment.follow(slot, rows, trend);
  return trend;
}

describe('a sealed block', () => {
  it('gives back every sample exactly, in any part of it, and the same trends', () => {
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 6 }),
        fc.nat({ max: 12 }),
        fc.nat({ max: 12 }),
        fc.nat({ max: 12 }),
        (columns, born, one, other) => {
          const rows = rowsOf(columns, born);
          const [block, loose] = [sealRows(rows), new RowSegment(rows)];
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          const range = { from, to, timesMs, timeOffset: 3 };
          // One slot more than there are: a series born after the block.
          for (let slot = 0; slot <= columns.length; slot++) {
            expect(samplesIn(block, slot, range)).toEqual(samplesIn(loose, slot, range));
            expect(trendIn(block, slot, range)).toEqual(trendIn(loose, slot, range));
            expect(block.newest(slot, from, to)).toBe(loose.newest(slot, from, to));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
