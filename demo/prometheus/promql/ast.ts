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

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
}

export interface VectorSelector {
  readonly kind: 'selector';
  readonly matchers: readonly MatcherSpec[];
  readonly shift: TimeShift;
}

export interface MatrixSelector {
  readonly kind: 'matrix';
  readonly selector: VectorSelector;
  readonly rangeMs: number;
}

export interface Subquery {
  readonly kind: 'subquery';
  readonly inner: Expression;
  readonly rangeMs: number;
  /** `null`: the server's evaluation interval. */
  readonly stepMs: number | null;
  readonly shift: TimeShift;
}

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

export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

export interface Unary {
  readonly kind: 'unary';
  readonly negative: boolean;
  readonly inner: Expression;
}

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
