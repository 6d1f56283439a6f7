import type { SampleRow } from '@/demo/prometheus/sample-row';
import { RowSegment, type SampleSegment } from '@/demo/prometheus/sample-segment';
import { SampleView } from '@/demo/prometheus/sample-view';
import { sealRows } from '@/demo/prometheus/seal-rows';

/** Limits of a {@link SampleHistory}. */
export interface HistoryLimits {
  /** Age, in milliseconds, at which a snapshot is dropped. */
  readonly retentionMs: number;
  /** Memory for samples; the oldest snapshots go first, but two always stay. */
  readonly maxBytes: number;
}

/** Snapshots that are kept as they were taken, before they are packed together. */
const MOST_LOOSE_ROWS = 32;
/** With so many series that loose rows would fill much of the memory, fewer of them are kept. */
const LEAST_LOOSE_ROWS = 4;
const MOST_LOOSE_SHARE = 0.25;
/** Newest snapshots from which the pace is read. */
const PACE_ROWS = 60;

/** Snapshots within age and size limits. All series share the snapshot times. */
export class SampleHistory {
  private timesMs: number[] = [];
  private readonly sealed: SampleSegment[] = [];
  private sealedBytes = 0;
  private loose: SampleRow[] = [];
  private looseBytes = 0;
  private skippedRows = 0;
  private frozen: SampleView | null = null;

  constructor(private readonly limits: HistoryLimits) {}

  /** Memory that samples take now. */
  get byteCount(): number {
    return this.sealedBytes + this.looseBytes;
  }

  /** Time of the newest snapshot; `null` before the first. */
  get newestMs(): number | null {
    return this.timesMs.at(-1) ?? null;
  }

  /** Time of the oldest snapshot still held; `null` before the first. */
  get oldestMs(): number | null {
    return this.timesMs[0] ?? null;
  }

  /** The newest snapshot; `null` before the first. */
  get newestRow(): SampleRow | null {
    return this.loose.at(-1) ?? null;
  }

  /** Appends a snapshot and drops what is too old or too much. Throws when time does not grow. */
  append(atMs: number, row: SampleRow): void {
    const newest = this.newestMs;
    if (!Number.isSafeInteger(atMs) || (newest !== null && atMs <= newest)) {
      throw new Error(
        `snapshot at ${atMs} must be a whole millisecond after ${newest ?? 'the epoch'}`,
      );
    }
    if (this.mustSeal()) this.seal();
    this.timesMs.push(atMs);
    this.loose.push(row);
    this.looseBytes += row.values.byteLength;
    this.frozen = null;
    this.dropOld(atMs - this.limits.retentionMs);
    this.dropExcess();
  }

  /** The same object until the next snapshot; safe to read across awaits. */
  view(): SampleView {
    this.frozen ??= new SampleView(
      this.timesMs.slice(),
      [...this.sealed, new RowSegment(this.loose.slice())],
      this.skippedRows,
    );
    return this.frozen;
  }

  /** How far back samples reach or will reach at the present number of series and pace, in milliseconds. */
  effectiveRetentionMs(): number {
    const { retentionMs, maxBytes } = this.limits;
    const recent = this.timesMs.slice(-PACE_ROWS);
    const [oldest, newest] = [recent[0], recent.at(-1)];
    if (oldest === undefined || newest === undefined || recent.length < 2) return retentionMs;
    const intervalMs = (newest - oldest) / (recent.length - 1);
    const snapshots = Math.max(2, Math.floor(maxBytes / this.bytesPerRow()));
    return Math.min(retentionMs, Math.round((snapshots - 1) * intervalMs));
  }

  private bytesPerRow(): number {
    const sealedRows = this.timesMs.length + this.skippedRows - this.loose.length;
    const isSealed = sealedRows > 0;
    const rows = isSealed ? sealedRows : this.loose.length;
    return Math.max(1, (isSealed ? this.sealedBytes : this.looseBytes) / Math.max(1, rows));
  }

  private mustSeal(): boolean {
    const { length } = this.loose;
    if (length >= MOST_LOOSE_ROWS) return true;
    return length >= LEAST_LOOSE_ROWS && this.looseBytes > this.limits.maxBytes * MOST_LOOSE_SHARE;
  }

  private seal(): void {
    const block = sealRows(this.loose);
    this.sealed.push(block);
    this.sealedBytes += block.byteCount;
    this.loose = [];
    this.looseBytes = 0;
  }

  private dropOld(oldestAllowedMs: number): void {
    let drop = 0;
    while (this.timesMs.length - drop > 2 && (this.timesMs[drop] ?? 0) < oldestAllowedMs) drop++;
    this.dropRows(drop);
  }

  private dropExcess(): void {
    const { maxBytes } = this.limits;
    while (this.byteCount > maxBytes && this.timesMs.length > 2) {
      const inFirst = (this.sealed[0]?.rowCount ?? 1) - this.skippedRows;
      this.dropRows(Math.min(inFirst, this.timesMs.length - 2));
    }
  }

  private dropRows(count: number): void {
    if (count === 0) return;
    this.timesMs = this.timesMs.slice(count);
    this.skippedRows += count;
    while (this.skippedRows >= (this.sealed[0]?.rowCount ?? Infinity)) {
      const dropped = this.sealed.shift();
      this.skippedRows -= dropped?.rowCount ?? 0;
      this.sealedBytes -= dropped?.byteCount ?? 0;
    }
    if (this.sealed.length > 0) return;
    for (const row of this.loose.splice(0, this.skippedRows)) {
      this.looseBytes -= row.values.byteLength;
    }
    this.skippedRows = 0;
  }
}
