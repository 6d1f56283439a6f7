import type { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import { firstIndexFrom } from '@/demo/prometheus/promql/time-index';
import type { RowRange, SampleSegment } from '@/demo/prometheus/sample-segment';
import type { SampleTrend } from '@/demo/prometheus/sample-trend';

interface Part {
  readonly segment: SampleSegment;
  readonly rows: RowRange;
}

/** The samples of all series that lie in one stretch of time. */
export class SampleRange {
  constructor(
    private readonly parts: readonly Part[],
    /** Most samples that a series can have here. */
    readonly capacity: number,
  ) {}

  /** Puts the samples of a slot into the buffer, oldest first. */
  fill(slot: number, buffer: SampleBuffer): void {
    buffer.count = 0;
    for (const { segment, rows } of this.parts) segment.fill(slot, rows, buffer);
  }

  /** Works out the trend of a slot, without looking at samples that cannot matter. */
  follow(slot: number, trend: SampleTrend): void {
    trend.clear();
    for (const { segment, rows } of this.parts) segment.follow(slot, rows, trend);
  }

  /** The newest sample of a slot: calls `found` with its time and value; `false` when there is none. */
  newest(slot: number, found: (timeMs: number, value: number) => void): boolean {
    for (let index = this.parts.length - 1; index >= 0; index--) {
      const part = this.parts[index];
      if (part === undefined) continue;
      const { segment, rows } = part;
      const row = segment.newest(slot, rows.from, rows.to);
      if (row < 0) continue;
      found(rows.timesMs[rows.timeOffset + row] ?? 0, segment.valueAt(slot, row));
      return true;
    }
    return false;
  }
}

/** A frozen look at what is retained. */
export class SampleView {
  constructor(
    /** Snapshot times, epoch milliseconds, strictly growing. */
    readonly timesMs: readonly number[],
    private readonly segments: readonly SampleSegment[],
    /** Rows at the start of the first segment that have left retention. */
    private readonly skippedRows: number,
  ) {}

  /** Everything from `startMs` to `endMs`, both included. */
  range(startMs: number, endMs: number): SampleRange {
    const first = firstIndexFrom(this.timesMs, startMs);
    const end = firstIndexFrom(this.timesMs, endMs + 1);
    const parts: Part[] = [];
    let timeOffset = -this.skippedRows;
    for (const segment of this.segments) {
      const from = Math.max(0, first - timeOffset, -timeOffset);
      const to = Math.min(segment.rowCount, end - timeOffset);
      if (from < to) parts.push({ segment, rows: { from, to, timesMs: this.timesMs, timeOffset } });
      timeOffset += segment.rowCount;
    }
    return new SampleRange(parts, Math.max(0, end - first));
  }
}
