import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { Expression } from '@/demo/prometheus/promql/ast';
import { buildOperators } from '@/demo/prometheus/promql/build-operators';
import { checkTypes } from '@/demo/prometheus/promql/check-types';
import { parseError } from '@/demo/prometheus/promql/query-error';
import type { SourceText } from '@/demo/prometheus/promql/syntax';

/**
 * Parses PromQL as Prometheus 2.42 understands it; the grammar is the one of the Prometheus project, newer syntax in it is
 * refused. Throws a `bad_data` {@link QueryError} for everything else, wrong argument types included.
 */
export function parse(query: string): Expression {
  if (query.length > 100_000) throw parseError('query is too long');
  const tree = parser.parse(query);
  const source: SourceText = { query, textOf: (node) => query.slice(node.from, node.to) };
  refuseErrors(tree.topNode, source);
  const top = tree.topNode.firstChild;
  const root = top === null || top.name === 'LineComment' ? firstExpression(tree.topNode) : top;
  if (root === null) throw parseError(at(source, 0, 'no expression found in input'));
  const expression = buildOperators(root, source);
  checkTypes(expression);
  return expression;
}

function firstExpression(node: SyntaxNode): SyntaxNode | null {
  let child = node.firstChild;
  while (child !== null && child.name === 'LineComment') child = child.nextSibling;
  return child;
}

function refuseErrors(top: SyntaxNode, source: SourceText): void {
  const cursor = top.cursor();
  do {
    if (!cursor.type.isError) continue;
    const found = source.query.slice(cursor.from).trimStart().split(/\s/, 1)[0] ?? '';
    const what =
      found === '' ? 'unexpected end of input' : `unexpected ${JSON.stringify(found.slice(0, 40))}`;
    throw parseError(at(source, cursor.from, what));
  } while (cursor.next());
}

function at(source: SourceText, offset: number, message: string): string {
  const before = source.query.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}: parse error: ${message}`;
}
