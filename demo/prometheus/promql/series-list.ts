import {
  keptBy,
  LabelList,
  type GroupLabels,
  type PositionGrouper,
} from '@/demo/prometheus/promql/label-list';
import { LabelSet } from '@/demo/prometheus/promql/label-set';
import { RowGrouper } from '@/demo/prometheus/promql/row-grouper';
import type { SeriesRows } from '@/demo/prometheus/promql/series-rows';

/** Series of the store as a selector found them. Label sets are only made for elements that somebody looks at. */
export class SeriesList extends LabelList {
  private readonly sets: (LabelSet | undefined)[] = [];
  private nameless: SeriesList | null = null;
  /** Reads whole label sets; made anew when the list has grown, since columns move when they grow. */
  private readAll: ((position: number) => LabelSet) | null = null;
  private readAllSize = -1;

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
      labels = this.allLabels()(position);
      this.sets[position] = labels;
    }
    return labels;
  }

  private allLabels(): (position: number) => LabelSet {
    if (this.readAll === null || this.readAllSize !== this.size) {
      this.readAll = this.reader((name) => name !== '__name__' || this.hasName);
      this.readAllSize = this.size;
    }
    return this.readAll;
  }

  /** The same series at the same positions without metric name; `null` where several names were selected. */
  withoutName(): SeriesList | null {
    if (this.rows.segments.length > 1) return null;
    this.nameless ??= new SeriesList(this.rows, false);
    return this.nameless;
  }

  protected grouper(by: GroupLabels): PositionGrouper {
    const names = by.without ? this.namesWithout(by.labels) : by.labels;
    const withName = this.hasName && names.includes('__name__');
    return new RowGrouper(this.rows, names, withName);
  }

  private namesWithout(labels: readonly string[]): string[] {
    const names = new Set(this.rows.segments.flatMap(({ table }) => table.labelNames));
    for (const label of labels) names.delete(label);
    return [...names];
  }

  picker(by: GroupLabels): (position: number) => LabelSet {
    const keeps = keptBy(by);
    return this.reader((name) => keeps(name) && (name !== '__name__' || this.hasName));
  }

  /** Makes label sets straight from the columns, in the order of names that label sets have. */
  private reader(keeps: (name: string) => boolean): (position: number) => LabelSet {
    const { rows } = this;
    const tables = rows.segments.map(({ table }) => {
      const names = [...table.labelNames, '__name__'].filter(keeps).sort();
      return { table, columns: names.map((name) => ({ name, column: table.column(name) })) };
    });
    return (position) => {
      const found = tables[rows.segmentAt(position)];
      const names: string[] = [];
      const values: string[] = [];
      if (found === undefined) return LabelSet.EMPTY;
      const { table, columns } = found;
      const row = rows.rowAt(position);
      for (const { name, column } of columns) {
        const isName = name === '__name__';
        const value = isName ? table.name : table.dictionary.valueOf(column?.[row] ?? 0);
        if (value === '') continue;
        names.push(name);
        values.push(value);
      }
      return new LabelSet(names, values);
    };
  }
}
