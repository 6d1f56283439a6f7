/** What an expression evaluates to, in Prometheus's own words where they reach an error message. */
export type ValueType = 'scalar' | 'instant vector' | 'range vector' | 'string';

/** How a label value is compared. Regular expressions are RE2's and match the whole value. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition of a selector. */
export interface MatcherSpec {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** `offset` and `@` of a selector or subquery. */
export interface TimeShift {
  /** Milliseconds that the evaluation time is moved back by. */
  readonly offsetMs: number;
  /** `@`: a fixed time in epoch milliseconds, or the start or end of the query; `null` without it. */
  readonly at: number | 'start' | 'end' | null;
}

/** A number, sign included. */
export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
}

/** A quoted text, escapes resolved. */
export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
}

/** Newest samples of the series that satisfy every matcher; the metric name is a matcher too. */
export interface VectorSelector {
  readonly kind: 'selector';
  readonly matchers: readonly MatcherSpec[];
  readonly shift: TimeShift;
}

/** All samples of the selected series over a range that ends at the evaluation time. */
export interface MatrixSelector {
  readonly kind: 'matrix';
  readonly selector: VectorSelector;
  readonly rangeMs: number;
}

/** An instant vector evaluated again and again over a range, at multiples of its step. */
export interface Subquery {
  readonly kind: 'subquery';
  readonly inner: Expression;
  readonly rangeMs: number;
  /** `null`: the server's evaluation interval. */
  readonly stepMs: number | null;
  readonly shift: TimeShift;
}

/** A function with its arguments; names and types are checked when parsed. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

/** `by` or `without` and its labels. No clause at all is `by ()`. */
export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

/** `sum by (…)` and its like; `parameter` is the first argument of `topk`, `quantile` and `count_values`. */
export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: string;
  readonly grouping: Grouping;
  readonly parameter: Expression | null;
  readonly inner: Expression;
}

/** How elements of two vectors find each other. */
export interface VectorMatching {
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly group: 'left' | 'right' | null;
  readonly include: readonly string[];
}

/** Two operands; `matching` only matters between vectors, `returnBool` only for comparisons. */
export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

/** A sign in front of anything but a number. */
export interface Unary {
  readonly kind: 'unary';
  readonly negative: boolean;
  readonly inner: Expression;
}

/** Brackets as written; they matter for `-1 ^ 2` and for what modifiers may follow. */
export interface Parenthesis {
  readonly kind: 'parenthesis';
  readonly inner: Expression;
}

/** A parsed query. Each node is also the key under which an evaluation keeps what it knows about that node. */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Parenthesis;

/** The same expression without parentheses around it. */
export function unwrap(expression: Expression): Exclude<Expression, Parenthesis> {
  let inner = expression;
  while (inner.kind === 'parenthesis') inner = inner.inner;
  return inner;
}
