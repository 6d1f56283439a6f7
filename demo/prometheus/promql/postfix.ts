import type { SyntaxNode } from '@lezer/common';
import { unwrap, type Expression, type TimeShift } from '@/demo/prometheus/promql/ast';
import { parseDuration, parseNumber } from '@/demo/prometheus/promql/literals';
import { parseError } from '@/demo/prometheus/promql/query-error';
import { childrenOf, type SourceText } from '@/demo/prometheus/promql/syntax';

/** Puts `offset`, `@`, `[range]` or `[range:step]` on an operand; `node` is the syntax node that carries it. */
export function applyPostfix(
  operand: Expression,
  node: SyntaxNode,
  source: SourceText,
): Expression {
  const parts = childrenOf(node).slice(1);
  if (node.name === 'OffsetExpr') return withOffset(operand, parts, source);
  if (node.name === 'StepInvariantExpr') return withAt(operand, parts, source);
  const [range, step] = parts.map((part) => durationOf(part, source));
  if (range === undefined) throw parseError('missing duration');
  if (node.name === 'MatrixSelector') return withRange(operand, range);
  const shift: TimeShift = { offsetMs: 0, at: null };
  return { kind: 'subquery', inner: operand, rangeMs: range, stepMs: step ?? null, shift };
}

function withRange(operand: Expression, rangeMs: number): Expression {
  if (operand.kind !== 'selector') {
    throw parseError('ranges only allowed for vector selectors');
  }
  if (operand.shift.offsetMs !== 0) throw parseError('no offset modifiers allowed before range');
  if (operand.shift.at !== null) throw parseError('no @ modifiers allowed before range');
  return { kind: 'matrix', selector: operand, rangeMs };
}

function withOffset(
  operand: Expression,
  parts: readonly SyntaxNode[],
  source: SourceText,
): Expression {
  const text = parts.map((part) => source.textOf(part)).at(-1) ?? '';
  const [, sign, duration] = /^([+-]?)\s*(.*)$/s.exec(text) ?? [];
  const offsetMs = parseDuration(duration ?? '') * (sign === '-' ? -1 : 1);
  if (sign === '+') throw parseError(`unexpected "+" in offset, expected duration`);
  return mapShift(operand, 'offset modifier', (shift) => {
    if (shift.offsetMs !== 0) throw parseError('offset may not be set multiple times');
    return { ...shift, offsetMs };
  });
}

function withAt(operand: Expression, parts: readonly SyntaxNode[], source: SourceText): Expression {
  const node = parts.at(-1);
  const at = node === undefined ? null : instantOf(node, source);
  return mapShift(operand, '@ modifier', (shift) => {
    if (shift.at !== null) throw parseError('@ <timestamp> may not be set multiple times');
    return { ...shift, at };
  });
}

function instantOf(node: SyntaxNode, source: SourceText): number | 'start' | 'end' {
  const text = source.textOf(node);
  if (node.name === 'AtModifierPreprocessors') {
    return text.toLowerCase().startsWith('start') ? 'start' : 'end';
  }
  const [, sign, digits] = /^([+-]?)\s*(.*)$/s.exec(text) ?? [];
  const seconds = parseNumber(digits ?? '') * (sign === '-' ? -1 : 1);
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 9.2e15) {
    throw parseError(`timestamp out of bounds for @ modifier: ${seconds}`);
  }
  return Math.round(seconds * 1000);
}

function mapShift(
  operand: Expression,
  what: string,
  change: (shift: TimeShift) => TimeShift,
): Expression {
  if (operand.kind === 'selector' || operand.kind === 'subquery') {
    return { ...operand, shift: change(operand.shift) };
  }
  if (operand.kind === 'matrix') {
    const { selector } = operand;
    return { ...operand, selector: { ...selector, shift: change(selector.shift) } };
  }
  throw parseError(
    `${what} must be preceded by an instant vector selector or range vector selector or a subquery, but follows a ${unwrap(operand).kind} instead`,
  );
}

function durationOf(node: SyntaxNode, source: SourceText): number {
  return parseDuration(source.textOf(node));
}
