/** What `rate` and its like need to know of one series' samples in a range. One object is filled again for every series. */
export class SampleTrend {
  count = 0;
  firstMs = 0;
  firstValue = 0;
  lastMs = 0;
  lastValue = 0;
  /** What a counter had reached before each of its resets, added up. */
  lost = 0;

  constructor(
    /** The range that was asked for, both ends included. */
    public startMs: number,
    public endMs: number,
  ) {}

  /** Makes it a trend without samples. */
  clear(): void {
    this.count = 0;
    this.lost = 0;
  }

  /** Adds the next sample in time. */
  add(timeMs: number, value: number): void {
    if (this.count === 0) {
      this.firstMs = timeMs;
      this.firstValue = value;
    } else if (value < this.lastValue) {
      this.lost += this.lastValue;
    }
    this.count++;
    this.lastMs = timeMs;
    this.lastValue = value;
  }

  /** Adds `count` neighbouring samples that never fall, of which only the ends matter. */
  addRising(count: number, fromMs: number, from: number, toMs: number, to: number): void {
    this.add(fromMs, from);
    if (count === 1) return;
    this.count += count - 1;
    this.lastMs = toMs;
    this.lastValue = to;
  }
}
