import {
  unwrap,
  type Call,
  type Expression,
  type MatrixSelector,
  type Subquery,
} from '@/demo/prometheus/promql/ast';
import { absentLabels } from '@/demo/prometheus/promql/absent-labels';
import { GrowingList } from '@/demo/prometheus/promql/label-list';
import { executionError } from '@/demo/prometheus/promql/query-error';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import {
  RANGE_FUNCTIONS,
  TREND_FUNCTIONS,
  type RangeFunction,
} from '@/demo/prometheus/promql/range-functions';
import { rangeVectorAt, type RangeVector } from '@/demo/prometheus/promql/range-source';
import { dropName } from '@/demo/prometheus/promql/relabeling';
import { SampleBuffer } from '@/demo/prometheus/promql/sample-buffer';
import { emptyVector, type Vector } from '@/demo/prometheus/promql/value';
import { SampleTrend } from '@/demo/prometheus/sample-trend';

/** The range vector among the arguments of a call; `null` when there is none. */
export function rangeArgument(node: Call): MatrixSelector | Subquery | null {
  for (const argument of node.args) {
    const inner = unwrap(argument);
    if (inner.kind === 'matrix' || inner.kind === 'subquery') return inner;
  }
  return null;
}

const buffers = new NodeMemo<SampleBuffer>();

/** Evaluates `rate` and its like for every series of the range. */
export async function evaluateRangeCall(
  run: QueryRun,
  node: Call,
  argument: MatrixSelector | Subquery,
  atMs: number,
): Promise<Vector> {
  const parameter = await parameterOf(run, node, atMs);
  const range = await rangeVectorAt(run, argument, atMs);
  const ofTrend = TREND_FUNCTIONS.get(node.name);
  if (ofTrend !== undefined) return dropName(run, node, await followAll(run, range, ofTrend));
  const buffer = buffers.of(run, node, () => new SampleBuffer(64));
  buffer.reserve(range.capacity);
  Object.assign(buffer, { startMs: range.startMs, endMs: range.endMs, atMs });
  if (node.name === 'absent_over_time') return absentOverTime(run, node, range, buffer);
  const compute = RANGE_FUNCTIONS.get(node.name);
  if (compute === undefined) throw executionError(`unknown function with name "${node.name}"`);
  const vector = await computeAll(run, range, buffer, compute, parameter);
  return node.name === 'last_over_time' ? vector : dropName(run, node, vector);
}

const BLOCK = 4096;

async function computeAll(
  run: QueryRun,
  range: RangeVector,
  buffer: SampleBuffer,
  { compute, leastSamples }: RangeFunction,
  parameter: number,
): Promise<Vector> {
  const vector = emptyVector(range.list);
  const { size } = range.list;
  for (let start = 0; start < size; start += BLOCK) {
    for (let position = start; position < Math.min(size, start + BLOCK); position++) {
      range.fill(position, buffer);
      if (buffer.count < leastSamples) continue;
      vector.present[position] = 1;
      vector.values[position] = compute(buffer, parameter);
    }
    if (run.isSliceOver()) await run.pause();
  }
  return vector;
}

async function followAll(
  run: QueryRun,
  range: RangeVector,
  compute: (trend: SampleTrend) => number,
): Promise<Vector> {
  const vector = emptyVector(range.list);
  const { size } = range.list;
  const trend = new SampleTrend(range.startMs, range.endMs);
  for (let start = 0; start < size; start += BLOCK) {
    for (let position = start; position < Math.min(size, start + BLOCK); position++) {
      range.follow(position, trend);
      if (trend.count < 2) continue;
      vector.present[position] = 1;
      vector.values[position] = compute(trend);
    }
    if (run.isSliceOver()) await run.pause();
  }
  return vector;
}

async function parameterOf(run: QueryRun, node: Call, atMs: number): Promise<number> {
  for (const argument of node.args) {
    const inner: Expression = unwrap(argument);
    if (inner.kind === 'matrix' || inner.kind === 'subquery') continue;
    const value = await run.evaluate(inner, atMs);
    if (value.kind === 'scalar') return value.value;
  }
  return Number.NaN;
}

const absentLists = new NodeMemo<GrowingList>();

function absentOverTime(
  run: QueryRun,
  node: Call,
  range: RangeVector,
  buffer: SampleBuffer,
): Vector {
  const list = absentLists.of(run, node, () => new GrowingList());
  list.positionOf(absentLabels(node.args[0]));
  const vector = emptyVector(list);
  for (let position = 0; position < range.list.size; position++) {
    range.fill(position, buffer);
    if (buffer.count > 0) return vector;
  }
  vector.present[0] = 1;
  vector.values[0] = 1;
  return vector;
}
