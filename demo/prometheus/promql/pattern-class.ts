import type { PatternReader } from '@/demo/prometheus/promql/pattern-reader';

/** Whether a code point belongs to a class. */
export type CharacterTest = (code: number) => boolean;

const isDigit: CharacterTest = (code) => code >= 48 && code <= 57;
const isSpace: CharacterTest = (code) => code === 32 || (code >= 9 && code <= 13 && code !== 11);
const isLower: CharacterTest = (code) => code >= 97 && code <= 122;
const isUpper: CharacterTest = (code) => code >= 65 && code <= 90;
const isAlpha: CharacterTest = (code) => isLower(code) || isUpper(code);
const isAlnum: CharacterTest = (code) => isAlpha(code) || isDigit(code);

/** Letters, digits and the underscore of ASCII, as `\w` and `\b` mean them. */
export const isWord: CharacterTest = (code) => isAlnum(code) || code === 95;

const PERL: Readonly<Record<string, CharacterTest>> = { d: isDigit, s: isSpace, w: isWord };
const POSIX: Readonly<Record<string, CharacterTest>> = {
  alnum: isAlnum,
  alpha: isAlpha,
  ascii: (code) => code <= 127,
  blank: (code) => code === 9 || code === 32,
  cntrl: (code) => code < 32 || code === 127,
  digit: isDigit,
  graph: (code) => code > 32 && code < 127,
  lower: isLower,
  print: (code) => code >= 32 && code < 127,
  punct: (code) => code > 32 && code < 127 && !isAlnum(code),
  space: (code) => isSpace(code) || code === 11,
  upper: isUpper,
  word: isWord,
  xdigit: (code) => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102),
};
const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Reads a backslash and what follows: a code point, or the test of a class such as `\d` or `\pL`. */
export function parseEscape(reader: PatternReader, foldCase: boolean): number | CharacterTest {
  reader.accept('\\');
  const property = reader.acceptPattern(/([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Za-z]))/y);
  if (property !== null) return propertyTest(property);
  const hexadecimal = reader.acceptPattern(/x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/y);
  if (hexadecimal !== null) {
    const code = Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? '', 16);
    if (code > 0x10ffff) throw new Error(`invalid escape sequence: \`\\${hexadecimal[0]}\``);
    return code;
  }
  const octal = reader.acceptPattern(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
  if (octal !== null) return Number.parseInt(octal[0], 8);
  const letter = reader.next();
  const perl = PERL[letter.toLowerCase()];
  if (perl !== undefined) {
    const test = foldCase ? folded(perl) : perl;
    return letter === letter.toLowerCase() ? test : (code) => !test(code);
  }
  const control = CONTROL[letter];
  if (control !== undefined) return control;
  const code = letter.codePointAt(0) ?? 0;
  if (code < 128 && !isWord(code)) return code;
  throw new Error(`invalid escape sequence: \`\\${letter}\``);
}

/** Reads `[...]`. */
export function parseCharacterClass(reader: PatternReader, foldCase: boolean): CharacterTest {
  const { text } = reader;
  reader.accept('[');
  const negated = reader.accept('^');
  const tests: CharacterTest[] = [];
  let first = true;
  while (first || !reader.accept(']')) {
    if (reader.atEnd()) throw new Error(`missing closing ]: \`${text}\``);
    tests.push(classItem(reader, foldCase));
    first = false;
  }
  const any: CharacterTest = (code) => tests.some((test) => test(code));
  const test = foldCase ? folded(any) : any;
  return negated ? (code) => !test(code) : test;
}

function classItem(reader: PatternReader, foldCase: boolean): CharacterTest {
  const posix = reader.acceptPattern(/\[:(\^?)([a-z]+):\]/y);
  if (posix !== null) {
    const test = POSIX[posix[2] ?? ''];
    if (test === undefined) throw new Error(`invalid character class range: \`${posix[0]}\``);
    return posix[1] === '^' ? (code) => !test(code) : test;
  }
  const low = classMember(reader, foldCase);
  if (typeof low !== 'number') return low;
  if (reader.acceptPattern(/-(?!\])/y) === null) return (code) => code === low;
  const high = classMember(reader, foldCase);
  if (typeof high !== 'number' || high < low) {
    throw new Error(`invalid character class range: \`${reader.text}\``);
  }
  return (code) => code >= low && code <= high;
}

function classMember(reader: PatternReader, foldCase: boolean): number | CharacterTest {
  return reader.sees('\\') ? parseEscape(reader, foldCase) : reader.nextCode();
}

function folded(test: CharacterTest): CharacterTest {
  return (code) => {
    if (test(code)) return true;
    const text = String.fromCodePoint(code);
    return (
      test(text.toLowerCase().codePointAt(0) ?? code) ||
      test(text.toUpperCase().codePointAt(0) ?? code)
    );
  };
}

function propertyTest(found: RegExpExecArray): CharacterTest {
  const name = found[3] ?? found[4] ?? '';
  const negated = (found[1] === 'P') !== (found[2] === '^');
  if (name === 'Any') return () => !negated;
  const expression = [name, `Script=${name}`].flatMap((property) => {
    try {
      return [new RegExp(`^\\p{${property}}$`, 'u')];
    } catch {
      return [];
    }
  })[0];
  if (expression === undefined) throw new Error(`invalid character class range: \`\\${found[0]}\``);
  return (code) => expression.test(String.fromCodePoint(code)) !== negated;
}
