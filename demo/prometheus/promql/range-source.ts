import type { MatrixSelector, Subquery } from '@/demo/prometheus/promql/ast';
import type { LabelList } from '@/demo/prometheus/promql/label-list';
import { executionError } from '@/demo/prometheus/promql/query-error';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import type { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import type { Vector } from '@/demo/prometheus/promql/value';
import { firstIndexFrom } from '@/demo/prometheus/promql/time-index';
import { isAbsent } from '@/demo/prometheus/sample-row';

/** A range vector at one moment of the query. */
export interface RangeVector {
  readonly list: LabelList;
  readonly startMs: number;
  readonly endMs: number;
  /** Most samples that a series can have in the range. */
  readonly capacity: number;
  /** Puts the samples of the series at `position` into the buffer. */
  fill(position: number, buffer: SampleBuffer): void;
}

/** The samples that a range selector or subquery covers when the query stands at `atMs`. */
export function rangeVectorAt(
  run: QueryRun,
  node: MatrixSelector | Subquery,
  atMs: number,
): Promise<RangeVector> {
  return node.kind === 'subquery'
    ? subqueryRange(run, node, atMs)
    : Promise.resolve(selectorRange(run, node, atMs));
}

function selectorRange(run: QueryRun, node: MatrixSelector, atMs: number): RangeVector {
  const list = run.options.selections.get(node.selector);
  if (list === undefined) throw new Error('selector was not bound before evaluation');
  const endMs = run.moment(node.selector.shift, atMs);
  const startMs = endMs - node.rangeMs;
  const { timesMs, rows } = run.view;
  const first = firstIndexFrom(timesMs, startMs);
  const end = firstIndexFrom(timesMs, endMs + 1);
  const { slots } = list;
  const fill = (position: number, buffer: SampleBuffer): void => {
    const slot = slots[position] ?? 0;
    let count = 0;
    const { times, values } = buffer;
    for (let index = first; index < end; index++) {
      const row = rows[index];
      if (row === undefined || slot >= row.values.length) continue;
      const value = row.values[slot] ?? 0;
      if (value !== value && isAbsent(row, slot)) continue;
      values[count] = value;
      times[count] = timesMs[index] ?? 0;
      count++;
    }
    buffer.count = count;
  };
  return { list, startMs, endMs, capacity: end - first, fill };
}

/** Evaluations of a subquery's inner expression by time, which neighbouring steps of the query share. */
const evaluations = new NodeMemo<Map<number, Vector>>();

async function subqueryRange(run: QueryRun, node: Subquery, atMs: number): Promise<RangeVector> {
  const endMs = run.moment(node.shift, atMs);
  const startMs = endMs - node.rangeMs;
  const stepMs = node.stepMs ?? run.options.evaluationIntervalMs;
  const known = evaluations.of(run, node, () => new Map());
  const steps: { timeMs: number; vector: Vector }[] = [];
  for (let timeMs = Math.ceil(startMs / stepMs) * stepMs; timeMs <= endMs; timeMs += stepMs) {
    const vector = known.get(timeMs) ?? (await evaluateStep(run, node, timeMs, known));
    steps.push({ timeMs, vector });
  }
  for (const timeMs of known.keys()) {
    if (timeMs >= startMs) break;
    known.delete(timeMs);
  }
  const fill = (position: number, buffer: SampleBuffer): void => {
    buffer.count = 0;
    for (const { timeMs, vector } of steps) {
      if (vector.present[position] === 1) buffer.push(timeMs, vector.values[position] ?? 0);
    }
  };
  const list = steps.at(-1)?.vector.list ?? (await evaluateStep(run, node, endMs, new Map())).list;
  return { list, startMs, endMs, capacity: steps.length, fill };
}

async function evaluateStep(
  run: QueryRun,
  node: Subquery,
  timeMs: number,
  known: Map<number, Vector>,
): Promise<Vector> {
  const value = await run.evaluate(node.inner, timeMs);
  if (value.kind !== 'vector') throw executionError('subquery is only allowed on instant vector');
  run.keepSamples(value.values.length);
  known.set(timeMs, value);
  if (run.isSliceOver()) await run.pause();
  return value;
}
