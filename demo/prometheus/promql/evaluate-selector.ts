import type { VectorSelector } from '@/demo/prometheus/promql/ast';
import type { QueryRun } from '@/demo/prometheus/promql/query-run';
import { emptyVector, type Vector } from '@/demo/prometheus/promql/value';

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
  const range = run.view.range(momentMs - run.options.lookbackMs, momentMs);
  const vector = emptyVector(list);
  for (let position = 0; position < list.size; position++) {
    range.newest(list.slots[position] ?? 0, (timeMs, value) => {
      vector.present[position] = 1;
      vector.values[position] = asTimes ? timeMs / 1000 : value;
    });
  }
  return vector;
}
