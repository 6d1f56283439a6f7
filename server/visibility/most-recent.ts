/** The values used last, so many of them; the one unused for longest goes first. */
export class MostRecent<Value> {
  private readonly values = new Map<string, Value>();

  constructor(private readonly most: number) {}

  /** The value of a key, made where it is not known. */
  get(key: string, make: () => Value): Value {
    const value = this.values.has(key) ? (this.values.get(key) as Value) : make();
    this.values.delete(key);
    this.values.set(key, value);
    const [oldest] = this.values.keys();
    if (this.values.size > this.most && oldest !== undefined) this.values.delete(oldest);
    return value;
  }
}
