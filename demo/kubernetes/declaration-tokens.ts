/** One token of a TypeScript declaration file. `doc` is the documentation comment in front of it, without stars. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'mark' | 'end';
  readonly text: string;
  readonly doc: string;
}

const TOKEN =
  /\s+|(?<doc>\/\*\*[\s\S]*?\*\/)|\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<name>[A-Za-z_$][\w$]*)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>-?\d+(?:\.\d+)?)|(?<mark>=>|\.\.\.|[{}[\]<>():;,|&?=.*@])/gy;

function cleanDoc(comment: string): string {
  return comment
    .slice(3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim();
}

function unquote(text: string): string {
  return text.startsWith('"') ? String(JSON.parse(text)) : text.slice(1, -1);
}

/** Splits a declaration file into tokens, ending with one `end`. Throws an `Error` on a character it does not know. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let doc = '';
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null)
      throw new Error(`unexpected "${source.slice(at, at + 10)}" in a declaration`);
    const groups = match.groups ?? {};
    if (groups['doc'] !== undefined) doc = cleanDoc(groups['doc']);
    for (const kind of ['name', 'string', 'number', 'mark'] as const) {
      const text = groups[kind];
      if (text === undefined) continue;
      tokens.push({ kind, text: kind === 'string' ? unquote(text) : text, doc });
      doc = '';
    }
  }
  tokens.push({ kind: 'end', text: '', doc: '' });
  return tokens;
}
