import type { Expression, Unary } from '@/demo/prometheus/promql/ast';
import { evaluateAggregation } from '@/demo/prometheus/promql/evaluate-aggregation';
import { evaluateBinary } from '@/demo/prometheus/promql/evaluate-binary';
import { evaluateCall } from '@/demo/prometheus/promql/evaluate-call';
import { evaluateRangeCall, rangeArgument } from '@/demo/prometheus/promql/evaluate-range-call';
import { evaluateSelector } from '@/demo/prometheus/promql/evaluate-selector';
import { executionError } from '@/demo/prometheus/promql/query-error';
import type { QueryRun } from '@/demo/prometheus/promql/query-run';
import { dropName } from '@/demo/prometheus/promql/relabeling';
import type { Value } from '@/demo/prometheus/promql/value';

/** Value of an expression at one moment. Range vectors have none; they are read by the functions that take them. */
export async function evaluate(run: QueryRun, node: Expression, atMs: number): Promise<Value> {
  if (run.isSliceOver()) await run.pause();
  switch (node.kind) {
    case 'number':
      return { kind: 'scalar', value: node.value };
    case 'string':
      return { kind: 'string', value: node.value };
    case 'parenthesis':
      return evaluate(run, node.inner, atMs);
    case 'selector':
      return evaluateSelector(run, node, atMs, false);
    case 'unary':
      return evaluateUnary(run, node, atMs);
    case 'call': {
      const range = rangeArgument(node);
      return range === null
        ? evaluateCall(run, node, atMs)
        : evaluateRangeCall(run, node, range, atMs);
    }
    case 'aggregation':
      return evaluateAggregation(run, node, atMs);
    case 'binary':
      return evaluateBinary(run, node, atMs);
    default:
      throw executionError('range vector where an instant vector is needed');
  }
}

async function evaluateUnary(run: QueryRun, node: Unary, atMs: number): Promise<Value> {
  const value = await evaluate(run, node.inner, atMs);
  if (!node.negative || value.kind === 'string') return value;
  if (value.kind === 'scalar') return { kind: 'scalar', value: -value.value };
  const values = value.values.map((each) => -each);
  return dropName(run, node, { ...value, values });
}
