/** One piece of a find expression; `at` is its offset in the text. */
export interface Token {
  readonly kind: 'word' | 'operator' | 'open' | 'close' | 'not' | 'and' | 'or';
  readonly text: string;
  readonly at: number;
}

/** Where an expression cannot be read, and why. */
export interface FindError {
  readonly at: number;
  readonly message: string;
}

const PATTERNS: readonly (readonly [RegExp, Token['kind']])[] = [
  [/^(>=|<=|!=|!~|=|~|>|<)/, 'operator'],
  [/^\(/, 'open'],
  [/^\)/, 'close'],
  [/^(&&|and\b)/i, 'and'],
  [/^(\|\||or\b)/i, 'or'],
  [/^(!|not\b)/i, 'not'],
  [/^"[^"]*"/, 'word'],
  [/^[^\s()=~<>!"&|]+/, 'word'],
];

/** Splits an expression into tokens; quoted words lose their quotes. */
export function tokensOf(text: string): readonly Token[] | FindError {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const token = tokenAt(rest, at);
    if (token === null)
      return {
        at,
        message: rest.startsWith('"')
          ? 'This quote is not closed'
          : `“${rest[0] ?? ''}” means nothing here`,
      };
    tokens.push(token);
    at += token.text.length;
  }
  return tokens.map((token) => ({ ...token, text: token.text.replace(/^"(.*)"$/, '$1') }));
}

function tokenAt(rest: string, at: number): Token | null {
  for (const [pattern, kind] of PATTERNS) {
    const match = pattern.exec(rest);
    if (match !== null) return { kind, text: match[0], at };
  }
  return null;
}
