import type { MatrixSelector, Subquery } from '@/demo/prometheus/promql/ast';
import type { LabelList } from '@/demo/prometheus/promql/label-list';
import { executionError } from '@/demo/prometheus/promql/query-error';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import type { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import type { Vector } from '@/demo/prometheus/promql/value';
import type { SampleTrend } from '@/demo/prometheus/sample-trend';

/** A range vector at one moment of the query. */
export interface RangeVector {
  readonly list: LabelList;
  readonly startMs: number;
  readonly endMs: number;
  /** Most samples that a series can have in the range. */
  readonly capacity: number;
  /** Puts the samples of the series at `position` into the buffer. */
  fill(position: number, buffer: SampleBuffer): void;
  /** Works out the trend of the series at `position`. */
  follow(position: number, trend: SampleTrend): void;
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
  const range = run.view.range(startMs, endMs);
  const { slots } = list;
  return {
    list,
    startMs,
    endMs,
    capacity: range.capacity,
    fill: (position, buffer) => {
      range.fill(slots[position] ?? 0, buffer);
    },
    follow: (position, trend) => {
      range.follow(slots[position] ?? 0, trend);
    },
  };
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
  const follow = (position: number, trend: SampleTrend): void => {
    trend.clear();
    for (const { timeMs, vector } of steps) {
      if (vector.present[position] === 1) trend.add(timeMs, vector.values[position] ?? 0);
    }
  };
  const list = steps.at(-1)?.vector.list ?? (await evaluateStep(run, node, endMs, new Map())).list;
  return { list, startMs, endMs, capacity: steps.length, fill, follow };
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
