/**
 * Keys that need a look, each at most once at a time. Work runs in small batches on a timer, so that a burst of changes
 * costs one look per key; {@link drain} runs everything at once. Keys of a lower rank go first, so that a Service, say,
 * is looked at once after all its pods instead of after each.
 */
export class WorkQueue {
  readonly #due = new Map<number, Set<string>>();
  readonly #later = new Map<string, NodeJS.Timeout>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(
    private readonly work: (key: string) => void,
    private readonly rankOf: (key: string) => number,
    private readonly batchMs = 5,
  ) {}

  add(key: string): void {
    if (this.#isClosed) return;
    const rank = this.rankOf(key);
    this.#due.set(rank, (this.#due.get(rank) ?? new Set<string>()).add(key));
    this.#timer ??= setTimeout(() => this.#run(), this.batchMs);
  }

  /** Adds a key after a delay; a key that already waits keeps its time. */
  addAfter(key: string, delayMs: number): void {
    if (this.#isClosed || this.#later.has(key)) return;
    const timer = setTimeout(() => {
      this.#later.delete(key);
      this.add(key);
    }, delayMs);
    this.#later.set(key, timer);
  }

  /** Works until nothing is due any more; delayed keys are left waiting. */
  drain(): void {
    while (this.#due.size > 0) {
      const rank = Math.min(...this.#due.keys());
      const batch = this.#due.get(rank) ?? [];
      this.#due.delete(rank);
      for (const key of batch) this.work(key);
    }
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const timer of this.#later.values()) clearTimeout(timer);
    this.#due.clear();
    this.#later.clear();
  }

  #run(): void {
    this.#timer = null;
    this.drain();
  }
}
