import type { Aggregation } from '@/demo/prometheus/promql/ast';
import {
  AGGREGATE_FUNCTIONS,
  membersOf,
  type GroupedValues,
} from '@/demo/prometheus/promql/aggregate-functions';
import { formatPlainNumber } from '@/demo/prometheus/promql/format-number';
import { GrowingList, type LabelGrouping } from '@/demo/prometheus/promql/label-list';
import { quantileOf } from '@/demo/prometheus/promql/quantile';
import { executionError } from '@/demo/prometheus/promql/query-error';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import { emptyVector, positionsOf, type Value, type Vector } from '@/demo/prometheus/promql/value';

/** Evaluates `sum by (…)` and its like. Throws an execution error for a parameter out of range. */
export async function evaluateAggregation(
  run: QueryRun,
  node: Aggregation,
  atMs: number,
): Promise<Vector> {
  const parameter = node.parameter === null ? null : await run.evaluate(node.parameter, atMs);
  const input = await run.evaluate(node.inner, atMs);
  if (input.kind !== 'vector') throw executionError('aggregation of something not a vector');
  const grouping = input.list.grouping(node.grouping);
  switch (node.operator) {
    case 'topk':
    case 'bottomk':
      return ranked(input, grouping, countOf(parameter), node.operator === 'topk');
    case 'quantile':
      return quantiles(input, grouping, numberOf(parameter));
    case 'count_values':
      return countValues(run, node, input, grouping, textOf(parameter));
    default:
      return folded(input, grouping, node.operator);
  }
}

function numberOf(parameter: Value | null): number {
  return parameter?.kind === 'scalar' ? parameter.value : Number.NaN;
}

function textOf(parameter: Value | null): string {
  const label = parameter?.kind === 'string' ? parameter.value : '';
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) return label;
  throw executionError(`invalid label name ${JSON.stringify(label)}`);
}

function countOf(parameter: Value | null): number {
  const count = numberOf(parameter);
  if (Math.abs(count) < 2 ** 63) return Math.trunc(count);
  throw executionError(`Scalar value ${count} overflows int64`);
}

function groupedValues(input: Vector, grouping: LabelGrouping): GroupedValues {
  const { values, present } = input;
  return { values, present, groupOf: grouping.groupOf, groups: grouping.groups.size };
}

function folded(input: Vector, grouping: LabelGrouping, operator: string): Vector {
  const fold = AGGREGATE_FUNCTIONS.get(operator);
  if (fold === undefined) throw executionError(`unknown aggregation operator "${operator}"`);
  const grouped = groupedValues(input, grouping);
  const result = emptyVector(grouping.groups);
  result.values.set(fold(grouped));
  result.present.set(membersOf(grouped).map((members) => (members > 0 ? 1 : 0)));
  return result;
}

function byGroup(input: Vector, grouping: LabelGrouping): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const position of positionsOf(input)) {
    const group = grouping.groupOf[position] ?? 0;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [position]);
    else members.push(position);
  }
  return groups;
}

function ranked(input: Vector, grouping: LabelGrouping, count: number, largest: boolean): Vector {
  const result = emptyVector(input.list);
  const order: number[] = [];
  if (count < 1) return result;
  const compare = (left: number, right: number): number => {
    const [a, b] = [input.values[left] ?? 0, input.values[right] ?? 0];
    if (Number.isNaN(a) || Number.isNaN(b))
      return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    if (a === b) return 0;
    return a < b === largest ? 1 : -1;
  };
  for (const members of byGroup(input, grouping).values()) {
    for (const position of members.sort(compare).slice(0, count)) {
      result.present[position] = 1;
      result.values[position] = input.values[position] ?? 0;
      order.push(position);
    }
  }
  return { ...result, order };
}

function quantiles(input: Vector, grouping: LabelGrouping, quantile: number): Vector {
  const result = emptyVector(grouping.groups);
  for (const [group, members] of byGroup(input, grouping)) {
    result.present[group] = 1;
    result.values[group] = quantileOf(
      quantile,
      members.map((position) => input.values[position] ?? 0),
    );
  }
  return result;
}

const valueLists = new NodeMemo<GrowingList>();

function countValues(
  run: QueryRun,
  node: Aggregation,
  input: Vector,
  grouping: LabelGrouping,
  label: string,
): Vector {
  const list = valueLists.of(run, node, () => new GrowingList());
  const counts = new Map<number, number>();
  for (const position of positionsOf(input)) {
    const labels = grouping.groups.at(grouping.groupOf[position] ?? 0);
    const value = formatPlainNumber(input.values[position] ?? 0);
    const target = list.positionOf(labels.with(label, value));
    counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  const result = emptyVector(list);
  for (const [target, count] of counts) {
    result.present[target] = 1;
    result.values[target] = count;
  }
  return result;
}
