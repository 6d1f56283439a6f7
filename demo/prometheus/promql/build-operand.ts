import type { SyntaxNode } from '@lezer/common';
import type {
  Expression,
  Grouping,
  MatcherSpec,
  MatchOperator,
  VectorSelector,
} from '@/demo/prometheus/promql/ast';
import { parseString } from '@/demo/prometheus/promql/literals';
import { compilePattern } from '@/demo/prometheus/promql/pattern';
import { parseError } from '@/demo/prometheus/promql/query-error';
import {
  childrenOf,
  labelNamesOf,
  type ExpressionBuilder,
  type SourceText,
} from '@/demo/prometheus/promql/syntax';

const OPERATORS: Readonly<Record<string, MatchOperator>> = {
  EqlSingle: '=',
  Neq: '!=',
  EqlRegex: '=~',
  NeqRegex: '!~',
};

/** Builds what stands between operators: literals, selectors, calls, aggregations and parentheses. */
export function buildOperand(
  node: SyntaxNode,
  source: SourceText,
  build: ExpressionBuilder,
): Expression {
  switch (node.name) {
    case 'ParenExpr': {
      const [inner] = childrenOf(node);
      if (inner === undefined) throw parseError('unexpected end of input in paren expression');
      return { kind: 'parenthesis', inner: build(inner, source) };
    }
    case 'StringLiteral':
      return { kind: 'string', value: parseString(source.textOf(node)) };
    case 'VectorSelector':
      return selector(node, source);
    case 'FunctionCall':
      return call(node, source, build);
    case 'AggregateExpr':
      return aggregation(node, source, build);
    default:
      throw parseError(`unexpected ${JSON.stringify(source.textOf(node))}`);
  }
}

function call(node: SyntaxNode, source: SourceText, build: ExpressionBuilder): Expression {
  const name = node.getChild('FunctionIdentifier');
  return {
    kind: 'call',
    name: name === null ? '' : source.textOf(name),
    args: argumentsOf(node, source, build),
  };
}

function aggregation(node: SyntaxNode, source: SourceText, build: ExpressionBuilder): Expression {
  const operator = node.getChild('AggregateOp');
  const args = argumentsOf(node, source, build);
  const name = operator === null ? '' : source.textOf(operator).toLowerCase();
  const expected = PARAMETERISED.has(name) ? 2 : 1;
  const inner = args.at(-1);
  if (inner === undefined) throw parseError('no arguments for aggregate expression provided');
  if (args.length !== expected) {
    throw parseError(
      `wrong number of arguments for aggregate expression provided, expected ${expected}, got ${args.length}`,
    );
  }
  const parameter = expected === 2 ? (args[0] ?? null) : null;
  return {
    kind: 'aggregation',
    operator: name,
    grouping: grouping(node, source),
    parameter,
    inner,
  };
}

const PARAMETERISED: ReadonlySet<string> = new Set(['topk', 'bottomk', 'quantile', 'count_values']);

function grouping(node: SyntaxNode, source: SourceText): Grouping {
  const modifier = node.getChild('AggregateModifier');
  const list = modifier?.getChild('GroupingLabels') ?? null;
  if (modifier === null || list === null) return { without: false, labels: [] };
  return { without: modifier.getChild('Without') !== null, labels: labelNamesOf(list, source) };
}

function argumentsOf(node: SyntaxNode, source: SourceText, build: ExpressionBuilder): Expression[] {
  const body = node.getChild('FunctionCallBody');
  return body === null ? [] : childrenOf(body).map((argument) => build(argument, source));
}

function selector(node: SyntaxNode, source: SourceText): VectorSelector {
  const identifier = node.getChild('Identifier');
  const name = identifier === null ? null : source.textOf(identifier);
  const list = node.getChild('LabelMatchers');
  const matchers = list === null ? [] : childrenOf(list).map((each) => matcher(each, source));
  if (name !== null) {
    const twice = matchers.find((each) => each.name === '__name__');
    if (twice !== undefined) {
      throw parseError(`metric name must not be set twice: "${name}" or "${twice.value}"`);
    }
    matchers.push({ name: '__name__', operator: '=', value: name });
  }
  if (matchers.every(matchesEmpty)) {
    throw parseError('vector selector must contain at least one non-empty matcher');
  }
  return { kind: 'selector', matchers, shift: { offsetMs: 0, at: null } };
}

function matcher(node: SyntaxNode, source: SourceText): MatcherSpec {
  const [name, operatorNode, value] = childrenOf(node);
  const operator = OPERATORS[operatorNode?.firstChild?.name ?? ''];
  if (node.name !== 'UnquotedLabelMatcher' || name === undefined || value === undefined) {
    throw parseError(`unexpected ${source.textOf(node)} in label matching, expected identifier`);
  }
  if (operator === undefined) throw parseError('unexpected label matching operator');
  const spec = { name: source.textOf(name), operator, value: parseString(source.textOf(value)) };
  if (operator === '=~' || operator === '!~') compilePattern(spec.value);
  return spec;
}

function matchesEmpty(spec: MatcherSpec): boolean {
  if (spec.operator === '=') return spec.value === '';
  if (spec.operator === '!=') return spec.value !== '';
  const matches = compilePattern(spec.value).matches('');
  return spec.operator === '=~' ? matches : !matches;
}
