/**
 * Keeps one copy of equal values: the pods of a workload share their labels, annotations and ports, which is most of
 * what a pod weighs in memory.
 */
export class Interner {
  private readonly values = new Map<string, unknown>();

  constructor(private readonly limit = 200_000) {}

  /** An equal value that was seen before, or this one. */
  share<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.values.get(key) as T | undefined;
    if (known !== undefined) return known;
    // What is left over from workloads long gone must not grow for ever.
    if (this.values.size >= this.limit) this.values.clear();
    this.values.set(key, value);
    return value;
  }
}
