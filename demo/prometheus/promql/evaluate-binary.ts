import type { Binary } from '@/demo/prometheus/promql/ast';
import { ARITHMETIC, COMPARISON, dropsMetricName } from '@/demo/prometheus/promql/binary-operators';
import { isSetOperator } from '@/demo/prometheus/promql/check-types';
import { combineSets } from '@/demo/prometheus/promql/combine-sets';
import { executionError } from '@/demo/prometheus/promql/query-error';
import type { QueryRun } from '@/demo/prometheus/promql/query-run';
import { dropName } from '@/demo/prometheus/promql/relabeling';
import { emptyVector, type Value, type Vector } from '@/demo/prometheus/promql/value';
import { combineVectors } from '@/demo/prometheus/promql/combine-vectors';

/** Evaluates `left operator right`. Throws an execution error where elements match ambiguously. */
export async function evaluateBinary(run: QueryRun, node: Binary, atMs: number): Promise<Value> {
  const left = await run.evaluate(node.left, atMs);
  const right = await run.evaluate(node.right, atMs);
  if (left.kind === 'vector' && right.kind === 'vector') {
    return isSetOperator(node.operator)
      ? combineSets(run, node, left, right)
      : combineVectors(run, node, left, right);
  }
  if (left.kind === 'string' || right.kind === 'string') {
    throw executionError('binary expression must contain only scalar and instant vector types');
  }
  if (left.kind === 'vector' && right.kind === 'scalar') {
    return withScalar(run, node, left, right.value, false);
  }
  if (left.kind === 'scalar' && right.kind === 'vector') {
    return withScalar(run, node, right, left.value, true);
  }
  return { kind: 'scalar', value: betweenScalars(node.operator, left, right) };
}

function betweenScalars(operator: string, left: Value, right: Value): number {
  const a = left.kind === 'scalar' ? left.value : Number.NaN;
  const b = right.kind === 'scalar' ? right.value : Number.NaN;
  const compare = COMPARISON.get(operator);
  if (compare !== undefined) return compare(a, b) ? 1 : 0;
  return ARITHMETIC.get(operator)?.(a, b) ?? Number.NaN;
}

function withScalar(
  run: QueryRun,
  node: Binary,
  vector: Vector,
  scalar: number,
  scalarIsLeft: boolean,
): Vector {
  const compare = COMPARISON.get(node.operator);
  const compute = ARITHMETIC.get(node.operator);
  const result = emptyVector(vector.list);
  for (let position = 0; position < vector.present.length; position++) {
    if (vector.present[position] !== 1) continue;
    const value = vector.values[position] ?? 0;
    const a = scalarIsLeft ? scalar : value;
    const b = scalarIsLeft ? value : scalar;
    const holds = compare?.(a, b) ?? true;
    if (!holds && !node.returnBool) continue;
    result.present[position] = 1;
    result.values[position] =
      compute !== undefined ? compute(a, b) : node.returnBool ? Number(holds) : value;
  }
  return dropsMetricName(node.operator, node.returnBool) ? dropName(run, node, result) : result;
}
