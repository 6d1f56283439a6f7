import { isAbsent, type SampleRow } from '@/demo/prometheus/sample-row';
import type { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import type { SampleTrend } from '@/demo/prometheus/sample-trend';

/** Some of a segment's rows: `from` up to but without `to`; row 0 of the segment was taken at `timesMs[timeOffset]`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
  readonly timesMs: readonly number[];
  readonly timeOffset: number;
}

/** The samples of all series over some neighbouring snapshots. Never changed once made. */
export interface SampleSegment {
  readonly rowCount: number;
  /** Memory that it takes. */
  readonly byteCount: number;
  /** Appends what a slot holds in the rows; absent samples are left out. The buffer has room. */
  fill(slot: number, rows: RowRange, buffer: SampleBuffer): void;
  /** Adds what a slot holds in the rows to a trend. */
  follow(slot: number, rows: RowRange, trend: SampleTrend): void;
  /** The newest of rows `from` to `to` (excluded) in which the slot has a sample, or -1. */
  newest(slot: number, from: number, to: number): number;
  /** What the slot holds in a row that {@link newest} told. */
  valueAt(slot: number, row: number): number;
}

/** The newest snapshots, each as it was taken. */
export class RowSegment implements SampleSegment {
  constructor(readonly rows: readonly SampleRow[]) {}

  get rowCount(): number {
    return this.rows.length;
  }

  get byteCount(): number {
    return this.rows.reduce((sum, row) => sum + row.values.byteLength, 0);
  }

  fill(slot: number, { from, to, timesMs, timeOffset }: RowRange, buffer: SampleBuffer): void {
    const { times, values } = buffer;
    let { count } = buffer;
    for (let index = from; index < to; index++) {
      const row = this.rows[index];
      if (row === undefined || slot >= row.values.length) continue;
      const value = row.values[slot] ?? 0;
      if (value !== value && isAbsent(row, slot)) continue;
      values[count] = value;
      times[count] = timesMs[timeOffset + index] ?? 0;
      count++;
    }
    buffer.count = count;
  }

  follow(slot: number, { from, to, timesMs, timeOffset }: RowRange, trend: SampleTrend): void {
    for (let index = from; index < to; index++) {
      const row = this.rows[index];
      if (row === undefined || slot >= row.values.length) continue;
      const value = row.values[slot] ?? 0;
      if (value !== value && isAbsent(row, slot)) continue;
      trend.add(timesMs[timeOffset + index] ?? 0, value);
    }
  }

  newest(slot: number, from: number, to: number): number {
    for (let index = to - 1; index >= from; index--) {
      const row = this.rows[index];
      if (row !== undefined && !isAbsent(row, slot)) return index;
    }
    return -1;
  }

  valueAt(slot: number, row: number): number {
    return this.rows[row]?.values[slot] ?? 0;
  }
}
