import type { SyntaxNode } from '@lezer/common';
import type { Expression } from '@/demo/prometheus/promql/ast';
import { parseError } from '@/demo/prometheus/promql/query-error';

/** The query that a syntax tree belongs to. */
export interface SourceText {
  readonly query: string;
  textOf(node: SyntaxNode): string;
}

/** Builds the expression at and below a syntax node; handed down so that builders need not import each other. */
export type ExpressionBuilder = (node: SyntaxNode, source: SourceText) => Expression;

/** Children in source order, comments left out. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** The names in `(a, b)`. Throws for quoted names, which came after Prometheus 2.42. */
export function labelNamesOf(list: SyntaxNode, source: SourceText): string[] {
  return childrenOf(list).map((label) => {
    if (label.name === 'LabelName') return source.textOf(label);
    throw parseError(`unexpected ${source.textOf(label)} in grouping opts, expected label`);
  });
}
