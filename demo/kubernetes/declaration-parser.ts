import { tokenize } from '@/demo/kubernetes/declaration-tokens';
import type { Token } from '@/demo/kubernetes/declaration-tokens';

/** A type as written in a declaration file. */
export type TypeNode =
  | { readonly kind: 'name'; readonly name: string; readonly arguments: readonly TypeNode[] }
  | { readonly kind: 'literal'; readonly value: string | number }
  | {
      readonly kind: 'object';
      readonly members: readonly Member[];
      readonly values: TypeNode | null;
    }
  | { readonly kind: 'union' | 'intersection'; readonly parts: readonly TypeNode[] };

/** One property of an object type. */
export interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeNode;
  readonly doc: string;
}

/** One exported type. `bases` are the names that an interface extends. */
export interface Declaration {
  readonly type: TypeNode;
  readonly bases: readonly string[];
  readonly doc: string;
}

/** What one declaration file says: its imports (name to module) and its types. */
export interface Declarations {
  readonly imports: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, Declaration>;
}

class Parser {
  #position = 0;
  readonly imports = new Map<string, string>();
  readonly types = new Map<string, Declaration>();

  constructor(private readonly tokens: readonly Token[]) {}

  file(): Declarations {
    while (this.#peek().kind !== 'end') this.#statement();
    return this;
  }

  #statement(): void {
    const { doc } = this.#peek();
    if (this.#accept('import')) this.#import();
    else if (this.#accept('export')) this.#exported(doc);
    else this.#take();
  }

  #import(): void {
    const names: string[] = [];
    while (!this.#accept('from')) {
      const token = this.#take();
      if (token.kind === 'name' && token.text !== 'type') names.push(token.text);
      if (token.kind === 'string' || token.kind === 'end') return;
    }
    const module = this.#take().text;
    for (const name of names) this.imports.set(name, module);
  }

  #exported(doc: string): void {
    if (this.#accept('interface')) {
      const name = this.#take().text;
      const bases: string[] = [];
      while (this.#peek().text !== '{' && this.#peek().kind !== 'end') {
        const { kind, text } = this.#take();
        if (kind === 'name' && text !== 'extends') bases.push(text);
      }
      this.types.set(name, { type: this.#type(), bases, doc });
    } else if (this.#accept('type') && this.#peek().text !== '{') {
      const name = this.#take().text;
      this.#take();
      this.types.set(name, { type: this.#type(), bases: [], doc });
    } else this.#skipBlock();
  }

  /** Skips to the end of the next balanced block. */
  #skipBlock(): void {
    while (this.#peek().text !== '{' && this.#peek().kind !== 'end') this.#take();
    let depth = 0;
    do {
      const { text } = this.#take();
      if (text === '{') depth += 1;
      if (text === '}') depth -= 1;
    } while (depth > 0 && this.#peek().kind !== 'end');
  }

  #type(): TypeNode {
    return this.#joined('|', 'union', () =>
      this.#joined('&', 'intersection', () => this.#postfix()),
    );
  }

  #joined(mark: string, kind: 'union' | 'intersection', part: () => TypeNode): TypeNode {
    this.#accept(mark);
    const parts = [part()];
    while (this.#accept(mark)) parts.push(part());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  #postfix(): TypeNode {
    let type = this.#primary();
    while (this.#accept('[')) {
      if (!this.#accept(']')) {
        this.#take();
        this.#expect(']');
        type = { kind: 'name', name: 'unknown', arguments: [] };
      } else type = { kind: 'name', name: 'Array', arguments: [type] };
    }
    return type;
  }

  #primary(): TypeNode {
    const token = this.#peek();
    if (token.text === '{' && token.kind === 'mark') return this.#object();
    this.#take();
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.text === '(') {
      const inner = this.#type();
      this.#expect(')');
      return inner;
    }
    if (token.kind !== 'name') throw new Error(`unexpected "${token.text}" in a type`);
    return { kind: 'name', name: token.text, arguments: this.#arguments() };
  }

  #arguments(): readonly TypeNode[] {
    const found: TypeNode[] = [];
    if (!this.#accept('<')) return found;
    do found.push(this.#type());
    while (this.#accept(','));
    this.#expect('>');
    return found;
  }

  #object(): TypeNode {
    this.#expect('{');
    const members: Member[] = [];
    let values: TypeNode | null = null;
    while (!this.#accept('}')) {
      const { doc } = this.#peek();
      if (this.#accept('[')) {
        while (!this.#accept(']')) this.#take();
        this.#expect(':');
        values = this.#type();
      } else {
        const name = this.#take().text;
        const optional = this.#accept('?');
        this.#expect(':');
        members.push({ name, optional, type: this.#type(), doc });
      }
      this.#accept(';');
    }
    return { kind: 'object', members, values };
  }

  #peek(): Token {
    return this.tokens[this.#position] ?? { kind: 'end', text: '', doc: '' };
  }

  #take(): Token {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }

  #accept(text: string): boolean {
    const token = this.#peek();
    if (token.text !== text || token.kind === 'string' || token.kind === 'end') return false;
    this.#position += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw new Error(`expected "${text}", found "${this.#peek().text}"`);
  }
}

/**
 * Parses the declaration files of the schema packages: imports, interfaces and type aliases. Classes are skipped. Throws
 * an `Error` on syntax that those generated files do not use.
 */
export function parseDeclarations(source: string): Declarations {
  return new Parser(tokenize(source)).file();
}
