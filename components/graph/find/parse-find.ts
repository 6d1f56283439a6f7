import {
  numberField,
  numberFor,
  stateWord,
  textField,
  type NumberField,
  type StateWord,
  type TextField,
} from '@/components/graph/find/fields';
import { tokensOf, type FindError, type Token } from '@/components/graph/find/tokens';
import { fail, ok, type Result } from '@/mesh/result';

/** A find expression as a tree. `value` of a number comparison is in the field's base unit (ratio, ms, bytes/s). */
export type FindExpression =
  | { readonly kind: 'and' | 'or'; readonly left: FindExpression; readonly right: FindExpression }
  | { readonly kind: 'not'; readonly of: FindExpression }
  | {
      readonly kind: 'text';
      readonly field: TextField;
      readonly operator: '=' | '!=' | '~' | '!~';
      readonly value: string;
    }
  | {
      readonly kind: 'number';
      readonly field: NumberField;
      readonly operator: NumberOperator;
      readonly value: number;
    }
  | { readonly kind: 'state'; readonly state: StateWord };

/** How a number field is compared. */
export type NumberOperator = '=' | '!=' | '>' | '<' | '>=' | '<=';

const MAX_DEPTH = 50;

/**
 * Reads an expression such as `ns = bookinfo and (errors > 1% or ! healthy)`. `and` binds tighter than `or` and may be
 * left out; a bare word means `name ~ word`. Empty text gives `null`: it matches nothing and is no error.
 */
export function parseFind(text: string): Result<FindExpression | null, FindError> {
  const tokens = tokensOf(text);
  if ('message' in tokens) return fail(tokens);
  if (tokens.length === 0) return ok(null);
  const parser = new Parser(tokens, text.length);
  try {
    return ok(parser.whole());
  } catch (error) {
    if (error instanceof FindSyntaxError) return fail({ at: error.at, message: error.message });
    throw error;
  }
}

class FindSyntaxError extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

class Parser {
  private index = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly end: number,
  ) {}

  whole(): FindExpression {
    const expression = this.or();
    const left = this.tokens[this.index];
    if (left !== undefined)
      throw new FindSyntaxError(left.at, `“${left.text}” is not expected here`);
    return expression;
  }

  private or(): FindExpression {
    let left = this.and();
    while (this.take('or') !== null) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): FindExpression {
    let left = this.unary();
    for (;;) {
      const isExplicit = this.take('and') !== null;
      if (!isExplicit && !this.startsTerm()) return left;
      left = { kind: 'and', left, right: this.unary() };
    }
  }

  private startsTerm(): boolean {
    const kind = this.tokens[this.index]?.kind;
    return kind === 'word' || kind === 'open' || kind === 'not';
  }

  private unary(): FindExpression {
    this.depth += 1;
    if (this.depth > MAX_DEPTH)
      throw new FindSyntaxError(this.tokens[this.index]?.at ?? this.end, 'This is nested too deep');
    const expression =
      this.take('not') !== null ? ({ kind: 'not', of: this.unary() } as const) : this.term();
    this.depth -= 1;
    return expression;
  }

  private term(): FindExpression {
    if (this.take('open') !== null) {
      const inside = this.or();
      if (this.take('close') === null) throw this.expected('a closing parenthesis');
      return inside;
    }
    const word = this.take('word');
    if (word === null) throw this.expected('a field or a word');
    const operator = this.take('operator');
    return operator === null ? bareWord(word) : this.comparison(word, operator);
  }

  private comparison(field: Token, operator: Token): FindExpression {
    const value = this.take('word');
    if (value === null) throw this.expected(`a value after “${operator.text}”`);
    const number = numberField(field.text);
    if (number !== null) return numberComparison(number, operator, this.withUnit(number, value));
    const text = textField(field.text);
    if (text !== null) return textComparison(text, operator, value);
    throw new FindSyntaxError(field.at, `There is no field “${field.text}”`);
  }

  /** A unit may stand apart, as in `5 %`. */
  private withUnit(field: NumberField, value: Token): Token {
    const next = this.tokens[this.index];
    const isUnit = next?.kind === 'word' && /^(%|m?s|rps|[kmg]?b)$/i.test(next.text);
    if (!isUnit || numberFor(field, value.text + next.text) === null) return value;
    this.index += 1;
    return { ...value, text: value.text + next.text };
  }

  private take(kind: Token['kind']): Token | null {
    const token = this.tokens[this.index];
    if (token?.kind !== kind) return null;
    this.index += 1;
    return token;
  }

  private expected(what: string): FindSyntaxError {
    const token = this.tokens[this.index];
    return new FindSyntaxError(token?.at ?? this.end, `Expected ${what}`);
  }
}

function bareWord(word: Token): FindExpression {
  const state = stateWord(word.text);
  return state === null
    ? { kind: 'text', field: 'name', operator: '~', value: word.text }
    : { kind: 'state', state };
}

function numberComparison(field: NumberField, operator: Token, value: Token): FindExpression {
  const compare = (['=', '!=', '>', '<', '>=', '<='] as const).find(
    (known) => known === operator.text,
  );
  if (compare === undefined)
    throw new FindSyntaxError(
      operator.at,
      `“${field}” is a number: compare it with = != > < >= <=`,
    );
  const number = numberFor(field, value.text);
  if (number === null)
    throw new FindSyntaxError(value.at, `“${value.text}” is no value for “${field}”`);
  return { kind: 'number', field, operator: compare, value: number };
}

function textComparison(field: TextField, operator: Token, value: Token): FindExpression {
  const compare = (['=', '!=', '~', '!~'] as const).find((known) => known === operator.text);
  if (compare === undefined)
    throw new FindSyntaxError(operator.at, `“${field}” is text: compare it with = != ~ !~`);
  return { kind: 'text', field, operator: compare, value: value.text };
}
