import { FreshFile } from '@/server/adapters/fresh-file';
import { TokenFile } from '@/server/adapters/token-file';

/** Which headers go with every call to an upstream. All but `headers` hold secrets, so they stand in files. */
export interface HeaderSettings {
  readonly bearerTokenFile: string | null;
  /** Name and password for basic authentication; a password in the URL is used where there is no file. */
  readonly user: string | null;
  readonly passwordFile: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** One `Name: value` a line; `#` begins a comment line. Wins over `headers`. */
  readonly headersFile: string | null;
}

type Headers = Readonly<Record<string, string>>;

/** Why a call cannot be made; holds nothing of the files. */
export class UnusableHeaders extends Error {}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Bytes that may stand in a header, without those that could end it. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What belongs to the connection or the body, which Fanari sets itself. */
const OWN =
  /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-.*|accept-encoding|expect)$/i;

/** Reads `Name: value` lines. Throws {@link UnusableHeaders}, naming the line, when one is none. */
export function parseHeaderLines(text: string): Headers {
  const headers: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim();
    const value = line.slice(colon + 1).trim();
    if (!NAME.test(name) || OWN.test(name) || !VALUE.test(value)) {
      throw new UnusableHeaders(`line ${index + 1} of its file of headers is no header to send`);
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

async function read<T>(what: string, content: () => Promise<T>): Promise<T> {
  try {
    return await content();
  } catch (caught) {
    throw new UnusableHeaders(`${what} cannot be read`, { cause: caught });
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/**
 * The headers of an upstream, read again when their files have changed. `inUrl`: user and password that stood in its
 * URL; `null` without. A token wins over a password, both over an `Authorization` among the other headers.
 */
export class EndpointHeaders {
  private readonly token: TokenFile | null;
  private readonly password: TokenFile | null;
  private readonly lines: FreshFile | null;
  private parsed: { readonly mark: string; readonly headers: Headers } | null = null;

  constructor(
    private readonly settings: HeaderSettings,
    private readonly inUrl: { readonly user: string; readonly password: string } | null,
  ) {
    const { bearerTokenFile, passwordFile, headersFile } = settings;
    this.token = bearerTokenFile === null ? null : new TokenFile(bearerTokenFile);
    this.password = passwordFile === null ? null : new TokenFile(passwordFile);
    this.lines = headersFile === null ? null : new FreshFile(headersFile);
  }

  /** Names in lower case. Throws {@link UnusableHeaders}: without them the upstream might answer as to somebody else. */
  async get(): Promise<Headers> {
    const authorization = await this.authorization();
    const plain = Object.entries(this.settings.headers);
    return {
      ...Object.fromEntries(plain.map(([name, value]) => [name.toLowerCase(), value])),
      ...(await this.fromFile()),
      ...(authorization === null ? {} : { authorization }),
    };
  }

  private async authorization(): Promise<string | null> {
    const { token, password, settings, inUrl } = this;
    if (token !== null) {
      const text = await read('its token file', async () => token.get());
      if (!/^[\x21-\x7e]+$/.test(text)) throw new UnusableHeaders('its token file holds no token');
      return `Bearer ${text}`;
    }
    const user = settings.user ?? inUrl?.user ?? null;
    if (user === null) return null;
    if (password === null) return basic(user, inUrl?.password ?? '');
    return basic(user, await read('its password file', async () => password.get()));
  }

  private async fromFile(): Promise<Headers> {
    const { lines } = this;
    if (lines === null) return {};
    const { mark, text } = await read('its file of headers', async () => lines.get());
    if (this.parsed?.mark !== mark) this.parsed = { mark, headers: parseHeaderLines(text) };
    return this.parsed.headers;
  }
}
