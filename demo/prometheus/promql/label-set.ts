const SEPARATOR = '\ud800';

/** Labels of one element, `__name__` included, sorted by name and without empty values. */
export class LabelSet {
  private cachedKey: string | null = null;
  private cachedJson: string | null = null;

  /** Both arrays run in parallel; names are sorted and distinct, values not empty. */
  constructor(
    readonly names: readonly string[],
    readonly values: readonly string[],
  ) {}

  static readonly EMPTY = new LabelSet([], []);

  /** From pairs in any order; empty values are dropped. */
  static of(pairs: Iterable<readonly [string, string]>): LabelSet {
    const kept = [...pairs].filter(([, value]) => value !== '');
    kept.sort(([left], [right]) => (left < right ? -1 : 1));
    return new LabelSet(
      kept.map(([name]) => name),
      kept.map(([, value]) => value),
    );
  }

  /** Equal for equal label sets and for no others. */
  get key(): string {
    this.cachedKey ??= this.names.join(SEPARATOR) + SEPARATOR + this.values.join(SEPARATOR);
    return this.cachedKey;
  }

  /** As a JSON object. */
  get json(): string {
    this.cachedJson ??= JSON.stringify(Object.fromEntries(this.entries()));
    return this.cachedJson;
  }

  /** The empty string for a label that is not there, as PromQL has it. */
  get(name: string): string {
    return this.values[this.names.indexOf(name)] ?? '';
  }

  entries(): [string, string][] {
    return this.names.map((name, index) => [name, this.values[index] ?? '']);
  }

  /** Only the labels that `keeps` approves of; the same object where that is all. */
  filter(keeps: (name: string) => boolean): LabelSet {
    if (this.names.every(keeps)) return this;
    const kept = this.names.flatMap((name, index) => (keeps(name) ? [index] : []));
    return new LabelSet(
      kept.map((index) => this.names[index] ?? ''),
      kept.map((index) => this.values[index] ?? ''),
    );
  }

  /** With one label set, or taken away by an empty value. */
  with(name: string, value: string): LabelSet {
    if (this.get(name) === value) return this;
    return LabelSet.of([...this.entries().filter(([each]) => each !== name), [name, value]]);
  }

  withoutName(): LabelSet {
    return this.names.includes('__name__') ? this.filter((name) => name !== '__name__') : this;
  }
}
