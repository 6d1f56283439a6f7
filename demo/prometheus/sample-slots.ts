import { isAbsent, markAbsent, toSampleRow, type SampleRow } from '@/demo/prometheus/sample-row';

/** The present value of every series, in one flat array, so that a snapshot is one copy of memory. */
export class SampleSlots {
  private current: SampleRow = toSampleRow(new Float64Array(1024));
  private used = 0;
  private readonly freeBlocks = new Map<number, number[]>();

  /** Slots given out so far, free ones included. */
  get size(): number {
    return this.used;
  }

  /** First of `count` neighbouring slots, all absent. */
  allocate(count: number): number {
    const base = this.freeBlocks.get(count)?.pop() ?? this.extend(count);
    this.clear(base, count);
    return base;
  }

  /** Gives a block back. Only for blocks whose samples have all left retention. */
  release(base: number, count: number): void {
    const blocks = this.freeBlocks.get(count) ?? [];
    blocks.push(base);
    this.freeBlocks.set(count, blocks);
  }

  /** Makes a block absent: from the next snapshot on its series have no samples. */
  clear(base: number, count: number): void {
    for (let slot = base; slot < base + count; slot++) markAbsent(this.current, slot);
  }

  isAbsent(slot: number): boolean {
    return isAbsent(this.current, slot);
  }

  set(slot: number, value: number): void {
    this.current.values[slot] = Number.isNaN(value) ? Number.NaN : value;
  }

  add(slot: number, value: number): void {
    this.set(slot, (this.current.values[slot] ?? 0) + value);
  }

  /** Adds a number, not NaN, to each of the slots from `first` to `last`, `last` included. */
  addToRange(first: number, last: number, value: number): void {
    const { values } = this.current;
    for (let slot = first; slot <= last; slot++) values[slot] = (values[slot] ?? 0) + value;
  }

  /** A copy that never changes. */
  copy(): SampleRow {
    return toSampleRow(this.current.values.slice(0, this.used));
  }

  private extend(count: number): number {
    const base = this.used;
    this.used += count;
    if (this.used > this.current.values.length) {
      const larger = new Float64Array(Math.max(this.used, this.current.values.length * 2));
      larger.set(this.current.values);
      this.current = toSampleRow(larger);
    }
    return base;
  }
}
