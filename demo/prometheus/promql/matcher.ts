import type { MatcherSpec } from '@/demo/prometheus/promql/ast';
import { compilePattern } from '@/demo/prometheus/promql/pattern';

/** Whether a label value satisfies a matcher; a missing label has the empty value. Throws for a bad regular expression. */
export function toValueTest({ operator, value }: MatcherSpec): (value: string) => boolean {
  switch (operator) {
    case '=':
      return (found) => found === value;
    case '!=':
      return (found) => found !== value;
    case '=~': {
      const pattern = compilePattern(value);
      return (found) => pattern.matches(found);
    }
    case '!~': {
      const pattern = compilePattern(value);
      return (found) => !pattern.matches(found);
    }
  }
}
