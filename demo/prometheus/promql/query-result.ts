import type { MatrixSelector, Subquery } from '@/demo/prometheus/promql/ast';
import { GrowingList, type LabelList } from '@/demo/prometheus/promql/label-list';
import { LabelSet } from '@/demo/prometheus/promql/label-set';
import type { QueryRun } from '@/demo/prometheus/promql/query-run';
import { rangeVectorAt } from '@/demo/prometheus/promql/range-source';
import { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import type { Value } from '@/demo/prometheus/promql/value';

/** One element of an instant vector. */
export interface ResultElement {
  readonly labels: LabelSet;
  readonly value: number;
}

/** One series of a range vector; times (epoch milliseconds) and values in parallel, oldest first. */
export interface ResultSeries {
  readonly labels: LabelSet;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** What a query returns, in the four shapes of Prometheus's API. */
export type QueryResult =
  | { readonly type: 'scalar'; readonly timeMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timeMs: number; readonly value: string }
  | {
      readonly type: 'vector';
      readonly timeMs: number;
      readonly elements: readonly ResultElement[];
    }
  | { readonly type: 'matrix'; readonly series: readonly ResultSeries[] };

interface GrowingSeries {
  readonly labels: LabelSet;
  readonly timesMs: number[];
  readonly values: number[];
}

/** Gathers the steps of a range query. */
export class MatrixBuilder {
  private readonly series: (GrowingSeries | undefined)[] = [];
  private readonly scalarList = new GrowingList();

  /** Adds the value at one step and returns how many samples it had. */
  add(value: Value, atMs: number): number {
    if (value.kind === 'string') return 0;
    if (value.kind === 'scalar') {
      this.scalarList.positionOf(LabelSet.EMPTY);
      this.push(this.scalarList, 0, atMs, value.value);
      return 1;
    }
    let count = 0;
    for (let position = 0; position < value.present.length; position++) {
      if (value.present[position] !== 1) continue;
      this.push(value.list, position, atMs, value.values[position] ?? 0);
      count++;
    }
    return count;
  }

  build(): QueryResult {
    return { type: 'matrix', series: this.series.filter((each) => each !== undefined) };
  }

  private push(list: LabelList, position: number, atMs: number, value: number): void {
    let series = this.series[position];
    if (series === undefined) {
      series = { labels: list.at(position), timesMs: [], values: [] };
      this.series[position] = series;
    }
    series.timesMs.push(atMs);
    series.values.push(value);
  }
}

/** The samples themselves, for a range selector or subquery that is a whole query. */
export async function matrixOf(
  run: QueryRun,
  node: MatrixSelector | Subquery,
  atMs: number,
): Promise<QueryResult> {
  const range = await rangeVectorAt(run, node, atMs);
  const buffer = new SampleBuffer(range.capacity);
  const series: ResultSeries[] = [];
  for (let position = 0; position < range.list.size; position++) {
    range.fill(position, buffer);
    if (buffer.count === 0) continue;
    run.keepSamples(buffer.count);
    series.push({
      labels: range.list.at(position),
      timesMs: Array.from(buffer.times.subarray(0, buffer.count)),
      values: Array.from(buffer.values.subarray(0, buffer.count)),
    });
  }
  return { type: 'matrix', series };
}
