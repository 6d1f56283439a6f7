import type { SyntaxNode } from '@lezer/common';
import type { Binary, Expression, VectorMatching } from '@/demo/prometheus/promql/ast';
import { buildOperand } from '@/demo/prometheus/promql/build-operand';
import { parseNumber } from '@/demo/prometheus/promql/literals';
import { applyPostfix } from '@/demo/prometheus/promql/postfix';
import { parseError } from '@/demo/prometheus/promql/query-error';
import { childrenOf, labelNamesOf, type SourceText } from '@/demo/prometheus/promql/syntax';

type Modifiers = Pick<Binary, 'returnBool' | 'matching'>;

type Item =
  | { readonly kind: 'operand'; readonly expression: Expression }
  | { readonly kind: 'sign'; readonly negative: boolean }
  | { readonly kind: 'postfix'; readonly node: SyntaxNode }
  | { readonly kind: 'operator'; readonly operator: string; readonly modifiers: Modifiers };

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
const POWER = 6;
const POSTFIX = new Set(['OffsetExpr', 'StepInvariantExpr', 'MatrixSelector', 'SubqueryExpr']);
const TOO_NEW = new Set(['AnchoredExpr', 'SmoothedExpr']);

/**
 * Builds an expression from its syntax node. The editor grammar does not bind `offset`, `@`, `[…]` and signs as
 * tightly as Prometheus does (`a + b offset 5m`, `-1 ^ 2`), so operands and operators are taken from the tree in source
 * order and bound again by Prometheus's precedence.
 */
export function buildOperators(node: SyntaxNode, source: SourceText): Expression {
  const items: Item[] = [];
  flatten(node, source, items);
  return new OperatorBuilder(items, source).build(1);
}

class OperatorBuilder {
  private position = 0;

  constructor(
    private readonly items: readonly Item[],
    private readonly source: SourceText,
  ) {}

  build(lowest: number): Expression {
    let left = this.operand();
    for (;;) {
      const item = this.items[this.position];
      if (item?.kind !== 'operator') return left;
      const precedence = PRECEDENCE[item.operator] ?? 0;
      if (precedence < lowest) return left;
      this.position++;
      const right = this.build(precedence === POWER ? POWER : precedence + 1);
      left = { kind: 'binary', operator: item.operator, left, right, ...item.modifiers };
    }
  }

  private operand(): Expression {
    const item = this.items[this.position++];
    if (item?.kind === 'sign') return signed(item.negative, this.build(POWER));
    if (item?.kind !== 'operand') throw parseError('unexpected end of input');
    let expression = item.expression;
    for (;;) {
      const next = this.items[this.position];
      if (next?.kind !== 'postfix') return expression;
      this.position++;
      expression = applyPostfix(expression, next.node, this.source);
    }
  }
}

function signed(negative: boolean, inner: Expression): Expression {
  if (inner.kind !== 'number') return { kind: 'unary', negative, inner };
  return { kind: 'number', value: negative ? -inner.value : inner.value };
}

function flatten(node: SyntaxNode, source: SourceText, items: Item[]): void {
  if (node.name === 'BinaryExpr') flattenBinary(node, source, items);
  else if (node.name === 'UnaryExpr') flattenUnary(node, source, items);
  else if (POSTFIX.has(node.name)) {
    flatten(firstOf(node), source, items);
    items.push({ kind: 'postfix', node });
  } else if (node.name === 'NumberDurationLiteral') flattenNumber(node, source, items);
  else if (TOO_NEW.has(node.name)) throw parseError(`unexpected <${source.textOf(node)}>`);
  else items.push({ kind: 'operand', expression: buildOperand(node, source, buildOperators) });
}

function flattenBinary(node: SyntaxNode, source: SourceText, items: Item[]): void {
  const [left, operator, ...rest] = childrenOf(node);
  const right = rest.pop();
  if (left === undefined || operator === undefined || right === undefined) {
    throw parseError('unexpected end of input');
  }
  const name = source.textOf(operator).toLowerCase();
  if (PRECEDENCE[name] === undefined) throw parseError(`unexpected <op:${name}>`);
  flatten(left, source, items);
  items.push({ kind: 'operator', operator: name, modifiers: modifiersOf(rest, source) });
  flatten(right, source, items);
}

function flattenUnary(node: SyntaxNode, source: SourceText, items: Item[]): void {
  const [sign, inner] = childrenOf(node);
  if (sign === undefined || inner === undefined) throw parseError('unexpected end of input');
  items.push({ kind: 'sign', negative: source.textOf(sign) === '-' });
  flatten(inner, source, items);
}

function flattenNumber(node: SyntaxNode, source: SourceText, items: Item[]): void {
  const text = source.textOf(node);
  const isSigned = text.startsWith('-') || text.startsWith('+');
  if (isSigned) items.push({ kind: 'sign', negative: text.startsWith('-') });
  const value = parseNumber(isSigned ? text.slice(1).trim() : text);
  items.push({ kind: 'operand', expression: { kind: 'number', value } });
}

function firstOf(node: SyntaxNode): SyntaxNode {
  const [first] = childrenOf(node);
  if (first === undefined) throw parseError('unexpected end of input');
  return first;
}

function modifiersOf(nodes: readonly SyntaxNode[], source: SourceText): Modifiers {
  let returnBool = false;
  let matching: VectorMatching = { on: false, labels: [], group: null, include: [] };
  for (const node of nodes) {
    if (node.name === 'BoolModifier') returnBool = true;
    else if (node.name === 'MatchingModifierClause') matching = matchingOf(node, source);
    else throw parseError(`unexpected <${source.textOf(node)}>`);
  }
  return { returnBool, matching };
}

function matchingOf(node: SyntaxNode, source: SourceText): VectorMatching {
  const parts = childrenOf(node);
  const lists = parts.filter((part) => part.name === 'GroupingLabels');
  const has = (name: string): boolean => parts.some((part) => part.name === name);
  const group = has('GroupLeft') ? 'left' : has('GroupRight') ? 'right' : null;
  const [labels, include] = lists.map((list) => labelNamesOf(list, source));
  return { on: has('On'), labels: labels ?? [], group, include: include ?? [] };
}
