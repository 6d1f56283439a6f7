import type { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import { isAbsent, toSampleRow, type SampleRow } from '@/demo/prometheus/sample-row';
import type { RowRange, SampleSegment } from '@/demo/prometheus/sample-segment';
import type { SampleTrend } from '@/demo/prometheus/sample-trend';

/**
 * How a slot's samples are kept. All but `RAW` never fall: there is one first value, and the others are whole offsets from
 * it, for `SCALED` ones in units of {@link UNIT}. Only what comes back exactly is kept as offsets.
 */
export const ENCODING = {
  ABSENT: 0,
  CONSTANT: 1,
  BYTES: 2,
  SHORTS: 3,
  WORDS: 4,
  SCALED_SHORTS: 5,
  SCALED_WORDS: 6,
  RAW: 7,
} as const;

/** Milliseconds are observed in steps of this size, so that their sums are whole multiples of it. */
export const UNIT = 1 / 64;

/** The parts of a {@link SampleBlock}. */
export interface BlockParts {
  readonly rowCount: number;
  /** By slot: number of the entry in its pool, times eight, plus the encoding. */
  readonly codes: Uint32Array;
  /** First value by slot. */
  readonly firsts: Float64Array;
  readonly bytes: Uint8Array;
  readonly shorts: Uint16Array;
  readonly words: Uint32Array;
  readonly raw: Float64Array<ArrayBuffer>;
}

/** Some neighbouring snapshots, each series on its own in as few bytes as its growth needs; no sample is changed by it. */
export class SampleBlock implements SampleSegment {
  readonly rowCount: number;
  readonly byteCount: number;
  private readonly rawRow: SampleRow;

  constructor(private readonly parts: BlockParts) {
    const { codes, firsts, bytes, shorts, words, raw } = parts;
    this.rowCount = parts.rowCount;
    this.rawRow = toSampleRow(raw);
    this.byteCount = [codes, firsts, bytes, shorts, words, raw].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  fill(slot: number, rows: RowRange, buffer: SampleBuffer): void {
    const { from, to, timesMs, timeOffset } = rows;
    const code = this.parts.codes[slot] ?? ENCODING.ABSENT;
    const encoding = code & 7;
    if (encoding === ENCODING.ABSENT) return;
    const { times, values } = buffer;
    let { count } = buffer;
    for (let row = from; row < to; row++) {
      if (encoding === ENCODING.RAW && this.isRawAbsent(code, row)) continue;
      values[count] = this.decode(slot, code, row);
      times[count] = timesMs[timeOffset + row] ?? 0;
      count++;
    }
    buffer.count = count;
  }

  follow(slot: number, rows: RowRange, trend: SampleTrend): void {
    const { from, to, timesMs, timeOffset } = rows;
    const code = this.parts.codes[slot] ?? ENCODING.ABSENT;
    const encoding = code & 7;
    if (encoding === ENCODING.ABSENT || from >= to) return;
    if (encoding !== ENCODING.RAW) {
      const first = this.decode(slot, code, from);
      const last = this.decode(slot, code, to - 1);
      const fromMs = timesMs[timeOffset + from] ?? 0;
      trend.addRising(to - from, fromMs, first, timesMs[timeOffset + to - 1] ?? 0, last);
      return;
    }
    for (let row = from; row < to; row++) {
      if (this.isRawAbsent(code, row)) continue;
      trend.add(timesMs[timeOffset + row] ?? 0, this.decode(slot, code, row));
    }
  }

  newest(slot: number, from: number, to: number): number {
    const code = this.parts.codes[slot] ?? ENCODING.ABSENT;
    if ((code & 7) === ENCODING.ABSENT) return -1;
    if ((code & 7) !== ENCODING.RAW) return to > from ? to - 1 : -1;
    for (let row = to - 1; row >= from; row--) if (!this.isRawAbsent(code, row)) return row;
    return -1;
  }

  valueAt(slot: number, row: number): number {
    return this.decode(slot, this.parts.codes[slot] ?? ENCODING.ABSENT, row);
  }

  private isRawAbsent(code: number, row: number): boolean {
    return isAbsent(this.rawRow, (code >>> 3) * this.rowCount + row);
  }

  private decode(slot: number, code: number, row: number): number {
    const { firsts, bytes, shorts, words, raw } = this.parts;
    const first = firsts[slot] ?? 0;
    const index = (code >>> 3) * this.rowCount + row;
    switch (code & 7) {
      case ENCODING.BYTES:
        return first + (bytes[index] ?? 0);
      case ENCODING.SHORTS:
        return first + (shorts[index] ?? 0);
      case ENCODING.WORDS:
        return first + (words[index] ?? 0);
      case ENCODING.SCALED_SHORTS:
        return first + (shorts[index] ?? 0) * UNIT;
      case ENCODING.SCALED_WORDS:
        return first + (words[index] ?? 0) * UNIT;
      case ENCODING.RAW:
        return raw[index] ?? 0;
      default:
        return first;
    }
  }
}
