/** The open watches of one API, so that tests and shutdown can end them. */
export class WatchRegistry {
  readonly #open = new Set<() => void>();

  /** Remembers how to end one watch; returns the removal. */
  add(end: () => void): () => void {
    this.#open.add(end);
    return () => this.#open.delete(end);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Ends every open watch, as a restarting API server would. */
  endAll(): void {
    for (const end of [...this.#open]) end();
    this.#open.clear();
  }
}
