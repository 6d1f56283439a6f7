import type { SampleRow } from '@/demo/prometheus/sample-row';

/** A frozen look at what is retained, oldest first; both arrays have the same length. */
export interface SampleView {
  /** Snapshot times, epoch milliseconds, strictly growing. */
  readonly timesMs: readonly number[];
  readonly rows: readonly SampleRow[];
}

/** Limits of a {@link SampleHistory}. */
export interface HistoryLimits {
  /** Age, in milliseconds, at which a snapshot is dropped. */
  readonly retentionMs: number;
  /** Samples kept over all series, 8 bytes each; the oldest snapshots go first, but two always stay. */
  readonly maxSamples: number;
}

/** Snapshots within age and size limits. All series share the snapshot times. */
export class SampleHistory {
  private timesMs: number[] = [];
  private rows: SampleRow[] = [];
  private samples = 0;
  private frozen: SampleView | null = null;

  constructor(private readonly limits: HistoryLimits) {}

  /** Samples held now. */
  get sampleCount(): number {
    return this.samples;
  }

  /** Time of the newest snapshot; `null` before the first. */
  get newestMs(): number | null {
    return this.timesMs.at(-1) ?? null;
  }

  /** Time of the oldest snapshot still held; `null` before the first. */
  get oldestMs(): number | null {
    return this.timesMs[0] ?? null;
  }

  /** Appends a snapshot and drops what is too old or too much. Throws when time does not grow. */
  append(atMs: number, row: SampleRow): void {
    const newest = this.newestMs;
    if (!Number.isSafeInteger(atMs) || (newest !== null && atMs <= newest)) {
      throw new Error(
        `snapshot at ${atMs} must be a whole millisecond after ${newest ?? 'the epoch'}`,
      );
    }
    this.timesMs.push(atMs);
    this.rows.push(row);
    this.samples += row.values.length;
    this.frozen = null;
    this.trim(atMs - this.limits.retentionMs);
  }

  /** The same object until the next snapshot; safe to read across awaits. */
  view(): SampleView {
    this.frozen ??= { timesMs: this.timesMs.slice(), rows: this.rows.slice() };
    return this.frozen;
  }

  /** How far back samples reach or will reach at the present number of series and pace, in milliseconds. */
  effectiveRetentionMs(): number {
    const [oldest, newest] = [this.oldestMs, this.newestMs];
    const perSnapshot = this.rows.at(-1)?.values.length ?? 0;
    if (oldest === null || newest === null || perSnapshot === 0 || this.timesMs.length < 2) {
      return this.limits.retentionMs;
    }
    const intervalMs = (newest - oldest) / (this.timesMs.length - 1);
    const snapshots = Math.max(2, Math.floor(this.limits.maxSamples / perSnapshot));
    return Math.min(this.limits.retentionMs, Math.round((snapshots - 1) * intervalMs));
  }

  private trim(oldestAllowedMs: number): void {
    let drop = 0;
    while (this.rows.length - drop > 2 && this.isDue(drop, oldestAllowedMs)) {
      this.samples -= this.rows[drop]?.values.length ?? 0;
      drop++;
    }
    if (drop === 0) return;
    this.timesMs = this.timesMs.slice(drop);
    this.rows = this.rows.slice(drop);
  }

  private isDue(index: number, oldestAllowedMs: number): boolean {
    return (this.timesMs[index] ?? 0) < oldestAllowedMs || this.samples > this.limits.maxSamples;
  }
}
