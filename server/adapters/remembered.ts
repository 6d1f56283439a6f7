/** An answer that is the same for everybody for a while: it is asked for once at a time, and kept for `forMs`. */
export class Remembered<T> {
  private known: { readonly atMs: number; readonly answer: Promise<T> } | null = null;

  constructor(
    private readonly ask: () => Promise<T>,
    private readonly forMs: number,
    private readonly now: () => number,
  ) {}

  /** The answer that is kept or under way, else a new one. One that could not be made is not kept. */
  async get(): Promise<T> {
    if (this.known !== null && this.now() - this.known.atMs < this.forMs) return this.known.answer;
    const answer = this.ask();
    const entry = { atMs: this.now(), answer };
    this.known = entry;
    try {
      return await answer;
    } catch (caught) {
      if (this.known === entry) this.known = null;
      throw caught;
    }
  }
}
