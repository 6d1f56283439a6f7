/** Samples of one series inside a range, oldest first. One buffer is filled again for every series. */
export class SampleBuffer {
  /** Epoch milliseconds. */
  times: Float64Array;
  values: Float64Array;
  count = 0;
  /** The range that was asked for, both ends included. */
  startMs = 0;
  endMs = 0;
  /** Evaluation time of the query. */
  atMs = 0;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  /** Makes room; what was in the buffer is lost. */
  reserve(capacity: number): void {
    if (this.times.length >= capacity) return;
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  push(timeMs: number, value: number): void {
    this.times[this.count] = timeMs;
    this.values[this.count] = value;
    this.count++;
  }

  time(index: number): number {
    return this.times[index] ?? Number.NaN;
  }

  value(index: number): number {
    return this.values[index] ?? Number.NaN;
  }
}
