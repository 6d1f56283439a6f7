import { LabelList, type GroupLabels } from '@/demo/prometheus/promql/label-list';
import { LabelSet } from '@/demo/prometheus/promql/label-set';
import type { SeriesRows } from '@/demo/prometheus/promql/series-rows';

/** Series of the store as a selector found them. Label sets are only made for elements that somebody looks at. */
export class SeriesList extends LabelList {
  private readonly sets: (LabelSet | undefined)[] = [];
  private nameless: SeriesList | null = null;

  constructor(
    private readonly rows: SeriesRows,
    private readonly hasName: boolean,
  ) {
    super();
  }

  get size(): number {
    return this.rows.size;
  }

  /** Slot of each series in every row of samples, by position; may be longer than {@link size}. */
  get slots(): Int32Array {
    return this.rows.slots;
  }

  isNameless(): boolean {
    return !this.hasName;
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
    if (this.rows.segments.length > 1) return null;
    this.nameless ??= new SeriesList(this.rows, false);
    return this.nameless;
  }

  protected groupKeys(by: GroupLabels): (position: number) => string {
    const names = by.without ? this.namesWithout(by.labels) : by.labels;
    const withName = this.hasName && names.includes('__name__');
    const { rows } = this;
    const tables = rows.segments.map(({ table }) => ({
      columns: names.map((name) => table.column(name)),
      nameId: withName ? table.dictionary.idOf(table.name) : 0,
    }));
    const codes = new Array<number>(names.length * 2 + 2);
    return (position) => {
      const table = tables[tables.length === 1 ? 0 : rows.segmentAt(position)];
      const row = rows.rowAt(position);
      let next = 0;
      for (const column of table?.columns ?? []) {
        const id = column?.[row] ?? 0;
        codes[next++] = id & 0xffff;
        codes[next++] = id >>> 16;
      }
      const nameId = table?.nameId ?? 0;
      codes[next++] = nameId & 0xffff;
      codes[next++] = nameId >>> 16;
      return String.fromCharCode.apply(null, codes);
    };
  }

  private namesWithout(labels: readonly string[]): string[] {
    const names = new Set(this.rows.segments.flatMap(({ table }) => table.labelNames));
    for (const label of labels) names.delete(label);
    return [...names];
  }

  private read(position: number): LabelSet {
    const segment = this.rows.segments[this.rows.segmentAt(position)];
    if (segment === undefined) return LabelSet.EMPTY;
    const { table } = segment;
    const row = this.rows.rowAt(position);
    const pairs = table.labelNames.map((name): [string, string] => [
      name,
      table.dictionary.valueOf(table.column(name)?.[row] ?? 0),
    ]);
    if (this.hasName) pairs.push(['__name__', table.name]);
    return LabelSet.of(pairs);
  }
}
