import { ENCODING, SampleBlock, UNIT } from '@/demo/prometheus/sample-block';
import { isAbsent, markAbsent, toSampleRow, type SampleRow } from '@/demo/prometheus/sample-row';

const MOST_BYTE = 0xff;
const MOST_SHORT = 0xffff;
const MOST_WORD = 0xffffffff;

/** Packs neighbouring snapshots into a block from which every sample comes back bit by bit, NaN payloads aside. */
export function sealRows(rows: readonly SampleRow[]): SampleBlock {
  const slotCount = Math.max(0, ...rows.map(({ values }) => values.length));
  const packer = new Packer(rows, slotCount);
  for (let slot = 0; slot < slotCount; slot++) packer.pack(slot);
  return packer.block();
}

class Packer {
  private readonly column: Float64Array;
  private readonly codes: Uint32Array;
  private readonly firsts: Float64Array;
  private readonly bytes = new Pool((size) => new Uint8Array(size));
  private readonly shorts = new Pool((size) => new Uint16Array(size));
  private readonly words = new Pool((size) => new Uint32Array(size));
  private readonly raw = new Pool((size) => new Float64Array(size));

  constructor(
    private readonly rows: readonly SampleRow[],
    slotCount: number,
  ) {
    this.column = new Float64Array(rows.length);
    this.codes = new Uint32Array(slotCount);
    this.firsts = new Float64Array(slotCount);
  }

  pack(slot: number): void {
    if (!this.readColumn(slot)) {
      this.codes[slot] = this.isAbsentThroughout(slot) ? ENCODING.ABSENT : this.packRaw(slot);
      return;
    }
    const first = this.column[0] ?? 0;
    const growth = (this.column.at(-1) ?? 0) - first;
    this.firsts[slot] = first;
    if (growth === 0) this.codes[slot] = ENCODING.CONSTANT;
    else if (this.isWhole(1)) this.codes[slot] = this.packWhole(slot, growth);
    else if (this.isWhole(UNIT)) this.codes[slot] = this.packScaled(slot, growth / UNIT);
    else this.codes[slot] = this.packRaw(slot);
  }

  block(): SampleBlock {
    return new SampleBlock({
      rowCount: this.rows.length,
      codes: this.codes,
      firsts: this.firsts,
      bytes: this.bytes.taken(),
      shorts: this.shorts.taken(),
      words: this.words.taken(),
      raw: this.raw.taken(),
    });
  }

  /** Copies one slot's samples; `false` when they fall somewhere, or one is absent, not finite or a negative zero. */
  private readColumn(slot: number): boolean {
    let before = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < this.rows.length; index++) {
      const values = this.rows[index]?.values;
      if (values === undefined || slot >= values.length) return false;
      const value = values[slot] ?? 0;
      if (!(value >= before) || value === Infinity || (value === 0 && 1 / value < 0)) return false;
      this.column[index] = value;
      before = value;
    }
    return before !== Number.NEGATIVE_INFINITY;
  }

  private isWhole(unit: number): boolean {
    const first = this.column[0] ?? 0;
    for (let index = 0; index < this.column.length; index++) {
      const value = this.column[index] ?? 0;
      const offset = (value - first) / unit;
      if (offset > MOST_WORD || offset !== Math.floor(offset) || first + offset * unit !== value) {
        return false;
      }
    }
    return true;
  }

  private packWhole(slot: number, growth: number): number {
    if (growth <= MOST_BYTE) return this.packOffsets(slot, this.bytes, 1) | ENCODING.BYTES;
    if (growth <= MOST_SHORT) return this.packOffsets(slot, this.shorts, 1) | ENCODING.SHORTS;
    return this.packOffsets(slot, this.words, 1) | ENCODING.WORDS;
  }

  private packScaled(slot: number, growth: number): number {
    return growth <= MOST_SHORT
      ? this.packOffsets(slot, this.shorts, UNIT) | ENCODING.SCALED_SHORTS
      : this.packOffsets(slot, this.words, UNIT) | ENCODING.SCALED_WORDS;
  }

  private packOffsets(
    slot: number,
    pool: Pool<Uint8Array | Uint16Array | Uint32Array>,
    unit: number,
  ): number {
    const first = this.firsts[slot] ?? 0;
    const start = pool.reserve(this.rows.length);
    const { array } = pool;
    for (let index = 0; index < this.column.length; index++) {
      array[start + index] = ((this.column[index] ?? 0) - first) / unit;
    }
    return (start / this.rows.length) << 3;
  }

  /** Copies bits where a value may be NaN, because the absence mark is one. */
  private packRaw(slot: number): number {
    const start = this.raw.reserve(this.rows.length);
    const target = toSampleRow(this.raw.array);
    for (const [index, row] of this.rows.entries()) {
      if (isAbsent(row, slot)) markAbsent(target, start + index);
      else target.values[start + index] = row.values[slot] ?? 0;
    }
    return ((start / this.rows.length) << 3) | ENCODING.RAW;
  }

  private isAbsentThroughout(slot: number): boolean {
    return this.rows.every((row) => isAbsent(row, slot));
  }
}

type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** A typed array that grows. */
class Pool<T extends NumberArray> {
  array: T;
  private used = 0;

  constructor(private readonly make: (size: number) => T) {
    this.array = make(0);
  }

  /** Index of the first of `count` new places. */
  reserve(count: number): number {
    const start = this.used;
    this.used += count;
    if (this.used > this.array.length) {
      const larger = this.make(Math.max(this.used, this.array.length * 2, 1024));
      larger.set(this.array);
      this.array = larger;
    }
    return start;
  }

  /** What was reserved, without the room behind it. */
  taken(): T {
    return this.array.slice(0, this.used) as T;
  }
}
