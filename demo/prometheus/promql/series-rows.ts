import type { MetricTable } from '@/demo/prometheus/metric-table';

/** Series of one metric name that a selector found. */
export interface SeriesSegment {
  readonly table: MetricTable;
  /** Position of the first series in the list. */
  readonly start: number;
}

/** Where the series of a selection are. Grows at the end as series are born; positions stay. */
export class SeriesRows {
  readonly segments: SeriesSegment[] = [];
  private tableRows = new Uint32Array(0);
  private sampleSlots = new Int32Array(0);
  private count = 0;

  /** Number of series. */
  get size(): number {
    return this.count;
  }

  /** Slot of each series in every row of samples, by position; may be longer than {@link size}. */
  get slots(): Int32Array {
    return this.sampleSlots;
  }

  /** Adds series of one table; those of a table follow each other. */
  append(table: MetricTable, rows: readonly number[]): void {
    if (rows.length === 0) return;
    if (this.segments.at(-1)?.table !== table) this.segments.push({ table, start: this.count });
    this.reserve(this.count + rows.length);
    for (const row of rows) {
      this.tableRows[this.count] = row;
      this.sampleSlots[this.count] = table.slotAt(row);
      this.count++;
    }
  }

  /** Row in its table of the series at a position. */
  rowAt(position: number): number {
    return this.tableRows[position] ?? 0;
  }

  /** Index into {@link segments} of the series at a position. */
  segmentAt(position: number): number {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.segments[middle]?.start ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private reserve(size: number): void {
    if (size <= this.tableRows.length) return;
    const capacity = Math.max(size, Math.ceil(this.count * 1.25));
    const tableRows = new Uint32Array(capacity);
    tableRows.set(this.tableRows);
    this.tableRows = tableRows;
    const sampleSlots = new Int32Array(capacity);
    sampleSlots.set(this.sampleSlots);
    this.sampleSlots = sampleSlots;
  }
}
