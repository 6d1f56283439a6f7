/** Lets a fixed number of pieces of work run at once; the others wait in the order in which they came. */
export class Limiter {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly atOnce: number) {}

  /** Does the work when there is room, and hands on what it gives or throws. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    // Whoever ends gives its place to the first who waits, so that nobody slips in between.
    if (this.running < this.atOnce) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
