import { badRequest } from '@/demo/kubernetes/api-error';
import { labelKeyFault, labelValueFault } from '@/demo/kubernetes/metadata-rules';

type Labels = Readonly<Record<string, string>>;

/** Whether labels pass one requirement of a selector. */
export type LabelTest = (labels: Labels) => boolean;

const SYMBOLS = ['!=', '==', '=', '!', '(', ')', ',', '>', '<'];
const SYMBOL_START = /[=!(),<>]/;

/** The words, operators and signs of a selector, in order. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const symbol = SYMBOLS.find((each) => text.startsWith(each, at));
    let end = at + (symbol?.length ?? 1);
    while (symbol === undefined && end < text.length && !/[\s=!(),<>]/.test(text[end] ?? '')) {
      end += 1;
    }
    tokens.push(text.slice(at, end));
    at = end;
  }
  return tokens;
}

const OPERATORS = ['in', 'notin', '=', '==', '!=', '>', '<'];
const isWord = (token: string): boolean => token !== '' && !SYMBOL_START.test(token);
const isEnd = (token: string): boolean => token === '' || token === ',';

/** Reads requirements one after the other, with the API server's words for what it did not expect. */
class SelectorParser {
  private at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  parse(): LabelTest[] {
    if (!this.isAtRequirement()) throw badRequest(this.found("!, identifier, or 'end of string'"));
    const tests = [this.requirement()];
    while (this.peek() === ',') {
      this.at += 1;
      if (!this.isAtRequirement()) throw badRequest(this.found("identifier after ','"));
      tests.push(this.requirement());
    }
    if (this.peek() !== '') throw badRequest(this.found("',' or 'end of string'"));
    return tests;
  }

  private isAtRequirement(): boolean {
    return isWord(this.peek()) || this.peek() === '!';
  }

  private requirement(): LabelTest {
    const isNegated = this.peek() === '!';
    if (isNegated) this.at += 1;
    const key = this.peek();
    if (!isWord(key)) this.unexpected('identifier');
    this.at += 1;
    refuse('key', labelKeyFault(key));
    if (isNegated || isEnd(this.peek())) {
      return (labels) => Object.hasOwn(labels, key) !== isNegated;
    }
    const operator = this.peek();
    if (!OPERATORS.includes(operator)) this.unexpected('in, notin, =, ==, !=, gt, lt');
    this.at += 1;
    return operator === 'in' || operator === 'notin'
      ? this.membership(key, operator)
      : comparison(key, operator, valueOf(key, 0, this.value()));
  }

  private value(): string {
    const token = this.peek();
    if (isEnd(token)) return '';
    if (!isWord(token)) this.unexpected('identifier');
    this.at += 1;
    return token;
  }

  private membership(key: string, operator: 'in' | 'notin'): LabelTest {
    if (this.peek() !== '(') this.unexpected("'('");
    const values = new Set<string>();
    do {
      this.at += 1;
      const isEmpty = this.peek() === ')' || this.peek() === ',';
      if (isEmpty && this.peek() === ')' && values.size === 0) refuse('values', NO_VALUES);
      values.add(isEmpty ? '' : valueOf(key, values.size, this.value()));
    } while (this.peek() === ',');
    if (this.peek() !== ')') this.unexpected("',' or ')'");
    this.at += 1;
    const isIn: LabelTest = (labels) => labels[key] !== undefined && values.has(labels[key]);
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }

  private peek(): string {
    return this.tokens[this.at] ?? '';
  }

  /** A fault within one requirement. */
  private unexpected(expected: string): never {
    throw badRequest(`unable to parse requirement: ${this.found(expected)}`);
  }

  private found(expected: string): string {
    return `found '${this.peek()}', expected: ${expected}`;
  }
}

const NO_VALUES =
  "Invalid value: []string{}: for 'in', 'notin' operators, values set can't be empty";

/** Throws the API server's answer for a fault of one field of a requirement; `null` is none. */
function refuse(field: string, fault: string | null): void {
  if (fault !== null) throw badRequest(`unable to parse requirement: ${field}: ${fault}`);
}

function valueOf(key: string, index: number, value: string): string {
  refuse(`values[${index}][${key}]`, labelValueFault(value));
  return value;
}

function comparison(key: string, operator: string, value: string): LabelTest {
  switch (operator) {
    case '!=':
      return (labels) => labels[key] !== value;
    case '<':
    case '>': {
      const bound = Number(value);
      if (!/^-?\d+$/.test(value)) {
        throw badRequest(`for 'Gt', 'Lt' operators, the value must be an integer`);
      }
      return (labels) => {
        const actual = Number.parseInt(labels[key] ?? '', 10);
        return operator === '<' ? actual < bound : actual > bound;
      };
    }
    default:
      return (labels) => labels[key] === value;
  }
}

/**
 * The requirements of a label selector, equality based or set based, all of which must hold. Throws a 400 `ApiError` when
 * it cannot be parsed.
 */
export function parseLabelTests(text: string): readonly LabelTest[] {
  return text.trim() === '' ? [] : new SelectorParser(tokensOf(text)).parse();
}
