/**
 * A map that nearly always has one or two entries, as the hosts and the reporters of an edge do: these need no table of
 * their own, which saves most of the memory of thousands of maps. Beyond two it is as fast as a `Map`.
 */
export class SmallMap<K extends string, V> {
  private firstKey: K | undefined;
  private firstValue: V | undefined;
  private secondKey: K | undefined;
  private secondValue: V | undefined;
  private rest: Map<K, V> | null = null;

  /** Number of entries. */
  get size(): number {
    const first = this.firstKey === undefined ? 0 : 1;
    const second = this.secondKey === undefined ? 0 : 1;
    return first + second + (this.rest?.size ?? 0);
  }

  /** The value of a key; `undefined` without one. */
  get(key: K): V | undefined {
    if (this.firstKey === key) return this.firstValue;
    if (this.secondKey === key) return this.secondValue;
    return this.rest?.get(key);
  }

  /** Whether the key has a value. */
  has(key: K): boolean {
    return this.firstKey === key || this.secondKey === key || this.rest?.has(key) === true;
  }

  /** Sets the value of a key. */
  set(key: K, value: V): void {
    if (this.firstKey === key) this.firstValue = value;
    else if (this.secondKey === key) this.secondValue = value;
    else if (this.rest?.has(key) === true) this.rest.set(key, value);
    else this.insert(key, value);
  }

  /** Takes a key out. */
  delete(key: K): void {
    if (this.firstKey === key) {
      this.firstKey = undefined;
      this.firstValue = undefined;
    } else if (this.secondKey === key) {
      this.secondKey = undefined;
      this.secondValue = undefined;
    } else this.rest?.delete(key);
  }

  /** Every key, in no promised order. */
  keys(): readonly K[] {
    const keys: K[] = [];
    if (this.firstKey !== undefined) keys.push(this.firstKey);
    if (this.secondKey !== undefined) keys.push(this.secondKey);
    if (this.rest !== null) keys.push(...this.rest.keys());
    return keys;
  }

  /** Every value, in no promised order. */
  values(): V[] {
    const values: V[] = [];
    if (this.firstKey !== undefined) values.push(this.firstValue as V);
    if (this.secondKey !== undefined) values.push(this.secondValue as V);
    if (this.rest !== null) for (const value of this.rest.values()) values.push(value);
    return values;
  }

  private insert(key: K, value: V): void {
    if (this.firstKey === undefined) {
      this.firstKey = key;
      this.firstValue = value;
    } else if (this.secondKey === undefined) {
      this.secondKey = key;
      this.secondValue = value;
    } else (this.rest ??= new Map<K, V>()).set(key, value);
  }
}
