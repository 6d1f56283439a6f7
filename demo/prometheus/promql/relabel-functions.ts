import type { LabelSet } from '@/demo/prometheus/promql/label-set';
import { codePointsOf, compilePattern, type Pattern } from '@/demo/prometheus/promql/pattern';
import { executionError } from '@/demo/prometheus/promql/query-error';

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What `label_replace` does to an element. Throws an execution error for a bad label name or expression. */
export function labelReplace([
  destination = '',
  replacement = '',
  source = '',
  expression = '',
]: readonly string[]): (labels: LabelSet) => LabelSet {
  const pattern = compileArgument(expression);
  if (!LABEL_NAME.test(destination)) {
    throw executionError(`invalid destination label name in label_replace(): ${destination}`);
  }
  return (labels) => {
    const codes = codePointsOf(labels.get(source));
    const groups = pattern.capture(codes);
    if (groups === null) return labels;
    return labels.with(destination, expand(replacement, pattern, codes, groups));
  };
}

function compileArgument(expression: string): Pattern {
  try {
    return compilePattern(expression);
  } catch {
    throw executionError(`invalid regular expression in label_replace(): ${expression}`);
  }
}

/** What `label_join` does to an element. Throws an execution error for a bad label name. */
export function labelJoin([destination = '', separator = '', ...sources]: readonly string[]): (
  labels: LabelSet,
) => LabelSet {
  const bad = sources.find((name) => !LABEL_NAME.test(name));
  if (bad !== undefined) {
    throw executionError(`invalid source label name in label_join(): ${bad}`);
  }
  if (!LABEL_NAME.test(destination)) {
    throw executionError(`invalid destination label name in label_join(): ${destination}`);
  }
  return (labels) =>
    labels.with(destination, sources.map((name) => labels.get(name)).join(separator));
}

/** `$1`, `$name`, `${1}`, `${name}` and `$$` as Go's `Regexp.Expand`; a group that took no part is empty. */
function expand(
  template: string,
  pattern: Pattern,
  codes: readonly number[],
  groups: readonly number[],
): string {
  return template.replace(
    /\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (_whole, dollar: string | undefined, bare: string | undefined, braced: string | undefined) => {
      if (dollar !== undefined) return '$';
      const name = bare ?? braced ?? '';
      const index = /^\d+$/.test(name) ? Number(name) : pattern.groupNames.indexOf(name, 1);
      const [start = -1, end = -1] = groups.slice(index * 2, index * 2 + 2);
      if (index < 0 || start < 0 || end < 0) return '';
      return String.fromCodePoint(...codes.slice(start, end));
    },
  );
}
