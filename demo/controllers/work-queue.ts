/**
 * Keys that need a look, each at most once at a time. Work runs in small batches on a timer, so that a burst of changes
 * costs one look per key; {@link drain} runs everything at once.
 */
export class WorkQueue {
  readonly #due = new Set<string>();
  readonly #later = new Map<string, NodeJS.Timeout>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(
    private readonly work: (key: string) => void,
    private readonly batchMs = 5,
  ) {}

  add(key: string): void {
    if (this.#isClosed) return;
    this.#due.add(key);
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
    for (const key of this.#due) {
      this.#due.delete(key);
      this.work(key);
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
