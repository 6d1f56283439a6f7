import { parseCharacterClass, parseEscape } from '@/demo/prometheus/promql/pattern-class';
import type { CharacterTest } from '@/demo/prometheus/promql/pattern-class';
import { PatternReader } from '@/demo/prometheus/promql/pattern-reader';

/** Zero-width conditions of RE2. */
export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'word' | 'notWord';

/** A parsed regular expression. */
export type PatternNode =
  | { readonly kind: 'test'; readonly test: CharacterTest }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'capture'; readonly index: number; readonly inner: PatternNode }
  | {
      readonly kind: 'repeat';
      readonly inner: PatternNode;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    };

/** Inline flags in force: `i`, `m`, `s`, `U`. */
export interface PatternFlags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

const NO_FLAGS: PatternFlags = { i: false, m: false, s: false, U: false };
const MOST_REPEATS = 1000;
const MOST_DEPTH = 500;

/** A parsed pattern with the names of its groups; unnamed groups are empty strings, group 0 is the whole match. */
export interface ParsedPattern {
  readonly node: PatternNode;
  readonly groupNames: readonly string[];
}

/** Parses RE2 syntax as Go's `regexp` accepts it. Throws an `Error` with Go's wording for everything else. */
export function parsePattern(text: string): ParsedPattern {
  const parser = new PatternParser(text);
  return { node: parser.parse(), groupNames: parser.groupNames };
}

class PatternParser {
  readonly groupNames: string[] = [''];
  private readonly reader: PatternReader;
  private depth = 0;

  constructor(text: string) {
    this.reader = new PatternReader(text);
  }

  parse(): PatternNode {
    const node = this.choice(NO_FLAGS);
    if (!this.reader.atEnd()) throw new Error(`unexpected ): \`${this.reader.text}\``);
    return node;
  }

  private choice(initial: PatternFlags): PatternNode {
    if (++this.depth > MOST_DEPTH) throw new Error('expression nests too deeply');
    const options: PatternNode[] = [];
    let flags = initial;
    do {
      const parts: PatternNode[] = [];
      while (!this.reader.atEnd() && !this.reader.sees('|') && !this.reader.sees(')')) {
        const changed = this.flagGroup(flags);
        if (changed !== null) flags = changed;
        else parts.push(this.repeated(this.atom(flags), flags));
      }
      options.push({ kind: 'sequence', parts });
    } while (this.reader.accept('|'));
    this.depth--;
    return options.length === 1 && options[0] !== undefined
      ? options[0]
      : { kind: 'choice', options };
  }

  /** `(?i)`: changes flags for the rest of the group. */
  private flagGroup(flags: PatternFlags): PatternFlags | null {
    const found = this.reader.acceptPattern(/\(\?([imsU]*)(?:-([imsU]+))?\)/y);
    if (found === null) return null;
    if ((found[1] ?? '') === '' && found[2] === undefined)
      throw new Error('missing argument to repetition operator: `?`');
    return withFlags(flags, found[1] ?? '', found[2] ?? '');
  }

  private atom(flags: PatternFlags): PatternNode {
    const { reader } = this;
    if (reader.accept('(')) return this.group(flags);
    if (reader.accept('^'))
      return { kind: 'assert', assertion: flags.m ? 'lineStart' : 'textStart' };
    if (reader.accept('$')) return { kind: 'assert', assertion: flags.m ? 'lineEnd' : 'textEnd' };
    if (reader.accept('.')) {
      return { kind: 'test', test: flags.s ? () => true : (code) => code !== 10 };
    }
    if (reader.sees('[')) return { kind: 'test', test: parseCharacterClass(reader, flags.i) };
    if (reader.sees('\\')) return this.escape(flags);
    if (reader.sees('*') || reader.sees('+') || reader.sees('?')) {
      throw new Error(`missing argument to repetition operator: \`${reader.next()}\``);
    }
    return literal(reader.nextCode(), flags.i);
  }

  private escape(flags: PatternFlags): PatternNode {
    const { reader } = this;
    const assertion = reader.acceptPattern(/\\([AzbB])/y)?.[1];
    if (assertion !== undefined)
      return { kind: 'assert', assertion: ASSERTIONS[assertion] ?? 'word' };
    const quoted = reader.acceptPattern(/\\Q([\s\S]*?)(?:\\E|$)/y)?.[1];
    if (quoted !== undefined) {
      const parts = Array.from(quoted, (each) => literal(each.codePointAt(0) ?? 0, flags.i));
      return { kind: 'sequence', parts };
    }
    const escaped = parseEscape(reader, flags.i);
    return typeof escaped === 'number'
      ? literal(escaped, flags.i)
      : { kind: 'test', test: escaped };
  }

  private group(flags: PatternFlags): PatternNode {
    const { reader } = this;
    const plain = reader.acceptPattern(/\?([imsU]*)(?:-([imsU]+))?:/y);
    if (plain !== null) {
      return this.closed(this.choice(withFlags(flags, plain[1] ?? '', plain[2] ?? '')));
    }
    const name = reader.acceptPattern(/\?P<([A-Za-z0-9_]+)>/y)?.[1] ?? '';
    if (name === '' && reader.sees('?')) {
      throw new Error(`invalid or unsupported Perl syntax: \`(${reader.rest().slice(0, 2)}\``);
    }
    if (name !== '' && this.groupNames.includes(name)) {
      throw new Error(`duplicate capture group name: \`${name}\``);
    }
    const index = this.groupNames.push(name) - 1;
    return { kind: 'capture', index, inner: this.closed(this.choice(flags)) };
  }

  private closed(node: PatternNode): PatternNode {
    if (!this.reader.accept(')')) throw new Error(`missing closing ): \`${this.reader.text}\``);
    return node;
  }

  private repeated(atom: PatternNode, flags: PatternFlags): PatternNode {
    const { reader } = this;
    const operator = reader.acceptPattern(/(?:([*+?])|\{(\d+)(?:(,)(\d+)?)?\})(\?)?/y);
    if (operator === null) return atom;
    const [least, most] = boundsOf(operator);
    if (least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS) || least > most) {
      throw new Error(`invalid repeat count: \`${operator[0]}\``);
    }
    const again = reader.acceptPattern(/[*+?]|\{\d+(?:,\d*)?\}/y);
    if (again !== null) {
      throw new Error(`invalid nested repetition operator: \`${operator[0]}${again[0]}\``);
    }
    const greedy = (operator[5] === undefined) !== flags.U;
    return { kind: 'repeat', inner: atom, least, most, greedy };
  }
}

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'textStart',
  z: 'textEnd',
  b: 'word',
  B: 'notWord',
};

function boundsOf(operator: RegExpExecArray): [least: number, most: number] {
  if (operator[1] === '*') return [0, Infinity];
  if (operator[1] === '+') return [1, Infinity];
  if (operator[1] === '?') return [0, 1];
  const least = Number(operator[2]);
  if (operator[3] === undefined) return [least, least];
  return [least, operator[4] === undefined ? Infinity : Number(operator[4])];
}

function withFlags(flags: PatternFlags, on: string, off: string): PatternFlags {
  const value = (flag: keyof PatternFlags): boolean =>
    (flags[flag] || on.includes(flag)) && !off.includes(flag);
  return { i: value('i'), m: value('m'), s: value('s'), U: value('U') };
}

function literal(code: number, foldCase: boolean): PatternNode {
  if (!foldCase) return { kind: 'test', test: (found) => found === code };
  const text = String.fromCodePoint(code);
  const lower = text.toLowerCase().codePointAt(0) ?? code;
  const upper = text.toUpperCase().codePointAt(0) ?? code;
  return {
    kind: 'test',
    test: (found) => found === code || found === lower || found === upper,
  };
}
