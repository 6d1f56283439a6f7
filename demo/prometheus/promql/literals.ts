import { parseError } from '@/demo/prometheus/promql/query-error';

const DECIMAL = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^0[xX][0-9a-fA-F]+$/;
const OCTAL = /^0[0-7]+$/;
const DURATION =
  /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS_MS = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1];

/** An unsigned number, `Inf` or `NaN`. Integers follow Go: a leading zero means octal. */
export function parseNumber(text: string): number {
  const lower = text.toLowerCase();
  if (lower === 'inf') return Number.POSITIVE_INFINITY;
  if (lower === 'nan') return Number.NaN;
  if (OCTAL.test(text)) return Number.parseInt(text, 8);
  if (HEXADECIMAL.test(text) || DECIMAL.test(text)) return Number(text);
  throw parseError(`bad number or duration syntax: "${text}"`);
}

/** A duration such as `1h30m`, in milliseconds and above zero. Plain numbers and arithmetic came after Prometheus 2.42. */
export function parseDuration(text: string): number {
  const parts = DURATION.exec(text);
  if (parts === null || text === '') throw parseError(`not a valid duration string: "${text}"`);
  const totalMs = UNITS_MS.reduce(
    (sum, unit, index) => sum + Number(parts[index + 1] ?? 0) * unit,
    0,
  );
  if (totalMs === 0) throw parseError('duration must be greater than 0');
  if (totalMs > 9_223_372_036_854) throw parseError('duration out of range');
  return totalMs;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]?))/g;

/** The value of a quoted string, with Go's escapes; in back quotes nothing is escaped. */
export function parseString(quoted: string): string {
  const quote = quoted[0] ?? '';
  if (quoted.length < 2 || !quoted.endsWith(quote)) throw parseError('unterminated quoted string');
  const body = quoted.slice(1, -1);
  if (quote === '`') return body;
  if (body.includes('\n')) throw parseError('unterminated quoted string');
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(body)) throw parseError('unterminated quoted string');
  return body.replace(ESCAPE, (whole: string, ...parts: (string | undefined)[]) => {
    const code = [16, 16, 16, 8].flatMap((radix, index) => {
      const digits = parts[index];
      return digits === undefined ? [] : [Number.parseInt(digits, radix)];
    })[0];
    if (code !== undefined) return fromCodePoint(code, whole);
    const simple = SIMPLE_ESCAPES[parts[4] ?? ''];
    if (simple === undefined || (parts[4] !== quote && /['"]/.test(parts[4] ?? ''))) {
      throw parseError(`unknown escape sequence ${JSON.stringify(whole)}`);
    }
    return simple;
  });
}

function fromCodePoint(code: number, escape: string): string {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || isSurrogate) throw parseError(`escape is invalid code point ${escape}`);
  return String.fromCodePoint(code);
}
