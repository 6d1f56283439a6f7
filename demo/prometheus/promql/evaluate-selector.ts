import type { VectorSelector } from '@/demo/prometheus/promql/ast';
import type { QueryRun } from '@/demo/prometheus/promql/query-run';
import type { SeriesList } from '@/demo/prometheus/promql/series-list';
import { firstIndexFrom } from '@/demo/prometheus/promql/time-index';
import { emptyVector, type Vector } from '@/demo/prometheus/promql/value';
import { isAbsent, type SampleRow } from '@/demo/prometheus/sample-row';

/**
 * The newest sample of each selected series that is not older than the lookback time; with `asTimes` its time in seconds
 * instead of its value.
 */
export function evaluateSelector(
  run: QueryRun,
  node: VectorSelector,
  atMs: number,
  asTimes: boolean,
): Vector {
  const list = run.options.selections.get(node);
  if (list === undefined) throw new Error('selector was not bound before evaluation');
  const momentMs = run.moment(node.shift, atMs);
  const { timesMs, rows } = run.view;
  const oldest = firstIndexFrom(timesMs, momentMs - run.options.lookbackMs);
  const newest = firstIndexFrom(timesMs, momentMs + 1) - 1;
  const vector = emptyVector(list);
  for (let position = 0; position < list.size; position++) {
    const index = newestSample(rows, slotAt(list, position), oldest, newest);
    if (index < 0) continue;
    vector.present[position] = 1;
    vector.values[position] = asTimes
      ? (timesMs[index] ?? 0) / 1000
      : (rows[index]?.values[slotAt(list, position)] ?? 0);
  }
  return vector;
}

function slotAt(list: SeriesList, position: number): number {
  return list.slots[position] ?? 0;
}

function newestSample(
  rows: readonly SampleRow[],
  slot: number,
  oldest: number,
  newest: number,
): number {
  for (let index = newest; index >= oldest; index--) {
    const row = rows[index];
    if (row === undefined || slot >= row.values.length) return -1;
    const value = row.values[slot] ?? 0;
    if (value === value || !isAbsent(row, slot)) return index;
  }
  return -1;
}
