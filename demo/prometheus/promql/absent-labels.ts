import { unwrap, type Expression } from '@/demo/prometheus/promql/ast';
import { LabelSet } from '@/demo/prometheus/promql/label-set';

/**
 * Labels of what `absent` returns: those that the selector fixes by exactly one equality. None for anything but a selector.
 */
export function absentLabels(argument: Expression | undefined): LabelSet {
  if (argument === undefined) return LabelSet.EMPTY;
  const inner = unwrap(argument);
  const selector = inner.kind === 'matrix' ? inner.selector : inner;
  if (selector.kind !== 'selector') return LabelSet.EMPTY;
  const labels = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === '__name__') continue;
    if (operator === '=' && !seen.has(name)) {
      labels.set(name, value);
      seen.add(name);
    } else labels.delete(name);
  }
  return LabelSet.of(labels);
}
