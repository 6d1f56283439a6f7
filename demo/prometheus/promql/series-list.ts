import type { MetricTable } from '@/demo/prometheus/metric-table';
import { LabelList, type GroupLabels } from '@/demo/prometheus/promql/label-list';
import { LabelSet } from '@/demo/prometheus/promql/label-set';

/** Series of one metric name that a selector found. */
export interface SeriesSegment {
  readonly table: MetricTable;
  readonly rows: Uint32Array;
  /** Position of the first of `rows` in the list. */
  readonly start: number;
}

/** Series of the store as a selector found them. Label sets are only made for elements that somebody looks at. */
export class SeriesList extends LabelList {
  private readonly sets: (LabelSet | undefined)[] = [];
  private nameless: SeriesList | null = null;

  constructor(
    private readonly segments: readonly SeriesSegment[],
    /** Slot of each series in every row of samples, by position. */
    readonly slots: Int32Array,
    private readonly hasName: boolean,
  ) {
    super();
  }

  get size(): number {
    return this.slots.length;
  }

  isNameless(): boolean {
    return !this.hasName || this.size === 0;
  }

  at(position: number): LabelSet {
    let labels = this.sets[position];
    if (labels === undefined) {
      labels = this.read(position);
      this.sets[position] = labels;
    }
    return labels;
  }

  /** The same series at the same positions without metric name; `null` where several names were selected. */
  withoutName(): SeriesList | null {
    if (this.segments.length > 1) return null;
    this.nameless ??= new SeriesList(this.segments, this.slots, false);
    return this.nameless;
  }

  protected groupKeys(by: GroupLabels): (position: number) => string {
    const names = by.without ? this.namesWithout(by.labels) : by.labels;
    const withName = this.hasName && names.includes('__name__');
    const columns = this.segments.map(({ table }) => {
      const found = names.map((name) => table.column(name));
      return { found, nameId: withName ? table.dictionary.idOf(table.name) : 0 };
    });
    const codes = new Array<number>(names.length * 2 + 2);
    return (position) => {
      const at = this.segmentAt(position);
      const row = this.segments[at]?.rows[position - (this.segments[at]?.start ?? 0)] ?? 0;
      const { found = [], nameId = 0 } = columns[at] ?? {};
      let next = 0;
      for (const column of found) {
        const id = column === null ? 0 : (column[row] ?? 0);
        codes[next++] = id & 0xffff;
        codes[next++] = id >>> 16;
      }
      codes[next++] = nameId & 0xffff;
      codes[next++] = nameId >>> 16;
      return String.fromCharCode.apply(null, codes);
    };
  }

  private namesWithout(labels: readonly string[]): string[] {
    const names = new Set(this.segments.flatMap(({ table }) => table.labelNames));
    for (const label of labels) names.delete(label);
    return [...names];
  }

  private segmentAt(position: number): number {
    if (this.segments.length === 1) return 0;
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.segments[middle]?.start ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private read(position: number): LabelSet {
    const segment = this.segments[this.segmentAt(position)];
    if (segment === undefined) return LabelSet.EMPTY;
    const { table, rows, start } = segment;
    const row = rows[position - start] ?? 0;
    const pairs = table.labelNames.map((name): [string, string] => [
      name,
      table.dictionary.valueOf(table.column(name)?.[row] ?? 0),
    ]);
    if (this.hasName) pairs.push(['__name__', table.name]);
    return LabelSet.of(pairs);
  }
}
