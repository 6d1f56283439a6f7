import type {
  Aggregation,
  Binary,
  Call,
  Expression,
  ValueType,
} from '@/demo/prometheus/promql/ast';
import {
  FUNCTION_SIGNATURES,
  type FunctionSignature,
} from '@/demo/prometheus/promql/function-signatures';
import { parseError } from '@/demo/prometheus/promql/query-error';

const AGGREGATIONS = new Set(
  'sum avg min max count stddev stdvar topk bottomk quantile group count_values'.split(' '),
);
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);
const SET_OPERATORS = new Set(['and', 'or', 'unless']);

/** Whether an operator compares, so that it filters unless it has `bool`. */
export function isComparison(operator: string): boolean {
  return COMPARISONS.has(operator);
}

/** Whether an operator works on sets of elements and not on their values. */
export function isSetOperator(operator: string): boolean {
  return SET_OPERATORS.has(operator);
}

/** Type of an expression. Throws `bad_data` with Prometheus's reason where an operand has a wrong type. */
export function checkTypes(node: Expression): ValueType {
  switch (node.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
      return 'instant vector';
    case 'matrix':
      return 'range vector';
    case 'parenthesis':
      return checkTypes(node.inner);
    case 'subquery':
      return checkSubquery(node.inner);
    case 'unary':
      return checkUnary(node.inner);
    case 'call':
      return checkCall(node);
    case 'aggregation':
      return checkAggregation(node);
    case 'binary':
      return checkBinary(node);
  }
}

function expectType(node: Expression, expected: ValueType, where: string): void {
  const found = checkTypes(node);
  if (found !== expected) {
    throw parseError(`expected type ${expected} in ${where}, got ${found}`);
  }
}

function checkSubquery(inner: Expression): ValueType {
  const found = checkTypes(inner);
  if (found === 'instant vector') return 'range vector';
  throw parseError(`subquery is only allowed on instant vector, got ${found} instead`);
}

function checkUnary(inner: Expression): ValueType {
  const found = checkTypes(inner);
  if (found === 'scalar' || found === 'instant vector') return found;
  throw parseError(
    `unary expression only allowed on expressions of type scalar or instant vector, got "${found}"`,
  );
}

function checkCall(node: Call): ValueType {
  const signature = FUNCTION_SIGNATURES.get(node.name);
  if (signature === undefined) throw parseError(`unknown function with name "${node.name}"`);
  checkArgumentCount(node, signature);
  for (const [index, argument] of node.args.entries()) {
    const expected = signature.takes[Math.min(index, signature.takes.length - 1)];
    if (expected !== undefined) expectType(argument, expected, `call to function "${node.name}"`);
  }
  return signature.returns;
}

function checkArgumentCount(node: Call, { takes, optional }: FunctionSignature): void {
  const found = node.args.length;
  const least = takes.length - Math.abs(optional);
  const most = optional === -1 ? Infinity : takes.length;
  const inCall = `argument(s) in call to "${node.name}", got ${found}`;
  if (optional === 0 && found !== takes.length) {
    throw parseError(`expected ${takes.length} ${inCall}`);
  }
  if (found < least) throw parseError(`expected at least ${least} ${inCall}`);
  if (found > most) throw parseError(`expected at most ${most} ${inCall}`);
}

function checkAggregation(node: Aggregation): ValueType {
  if (!AGGREGATIONS.has(node.operator)) {
    throw parseError(`unknown aggregation operator "${node.operator}"`);
  }
  expectType(node.inner, 'instant vector', 'aggregation expression');
  if (node.parameter !== null) {
    const expected = node.operator === 'count_values' ? 'string' : 'scalar';
    expectType(node.parameter, expected, 'aggregation parameter');
  }
  return 'instant vector';
}

function checkBinary(node: Binary): ValueType {
  const { operator, matching } = node;
  if (node.returnBool && !isComparison(operator)) {
    throw parseError('bool modifier can only be used on comparison operators');
  }
  const left = operandType(node.left);
  const right = operandType(node.right);
  if (isComparison(operator) && left === 'scalar' && right === 'scalar' && !node.returnBool) {
    throw parseError('comparisons between scalars must use BOOL modifier');
  }
  if (isSetOperator(operator) && matching.group !== null) {
    throw parseError(`no grouping allowed for "${operator}" operation`);
  }
  const both = matching.include.find((label) => matching.on && matching.labels.includes(label));
  if (both !== undefined) {
    throw parseError(`label "${both}" must not occur in ON and GROUP clause at once`);
  }
  const isBetweenVectors = left === 'instant vector' && right === 'instant vector';
  if (!isBetweenVectors) checkScalarOperation(node);
  return left === 'scalar' && right === 'scalar' ? 'scalar' : 'instant vector';
}

function checkScalarOperation({ operator, matching }: Binary): void {
  if (matching.labels.length > 0) {
    throw parseError('vector matching only allowed between instant vectors');
  }
  if (isSetOperator(operator)) {
    throw parseError(`set operator "${operator}" not allowed in binary scalar expression`);
  }
}

function operandType(node: Expression): ValueType {
  const type = checkTypes(node);
  if (type === 'scalar' || type === 'instant vector') return type;
  throw parseError('binary expression must contain only scalar and instant vector types');
}
