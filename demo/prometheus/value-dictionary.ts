/**
 * Label values as small integers, so that a series costs four bytes per label. The empty string is 0 and, as in
 * Prometheus, stands for a label that is not there. Values are never forgotten: a mesh has few distinct ones.
 */
export class ValueDictionary {
  private readonly ids = new Map<string, number>([['', 0]]);
  private readonly values: string[] = [''];

  /** Number of distinct values, the empty one included; every id is below it. */
  get size(): number {
    return this.values.length;
  }

  /** The id of `value`, given out on first sight. */
  idOf(value: string): number {
    const known = this.ids.get(value);
    if (known !== undefined) return known;
    const id = this.values.length;
    this.ids.set(value, id);
    this.values.push(value);
    return id;
  }

  /** The value behind an id; the empty string for an id that was never given out. */
  valueOf(id: number): string {
    return this.values[id] ?? '';
  }
}
