import { request as plainRequest, type IncomingHttpHeaders } from 'node:http';
import { request as tlsRequest } from 'node:https';

/** What a {@link PlainBrowser} came to see. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly isSecure: boolean;
  readonly name: string;
  readonly value: string;
}

const MAX_REDIRECTS = 20;

/**
 * What of a browser a login needs: cookies, redirects and forms, by plain HTTP requests. No scripts run. Every request
 * counts as a navigation of the user's, so SameSite=Lax cookies go along.
 */
export class PlainBrowser {
  private cookies: readonly Cookie[] = [];

  /** `ca`: PEM of an authority to trust on https. `leaveAt`: a redirect to a URL that begins so is not followed. */
  constructor(private readonly options: { readonly ca?: string; readonly leaveAt?: string } = {}) {}

  /** Goes to a URL and follows redirects. */
  open(url: string): Promise<Page> {
    return this.follow('GET', url, null);
  }

  /** Fills the first form of a page in, its hidden fields included, and sends it. Throws when there is none. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const form = /<form\b[^>]*>/.exec(page.text)?.[0];
    if (form === undefined) throw new Error(`no form at ${page.url}: ${page.text}`);
    const hidden = [...page.text.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      attribute(input, 'name') ?? '',
      attribute(input, 'value') ?? '',
    ]);
    const body = new URLSearchParams([...hidden, ...Object.entries(fields)] as [string, string][]);
    const target = new URL(attribute(form, 'action') ?? '', page.url).href;
    return this.follow('POST', target, body.toString());
  }

  /** Sends fields as a form would, with other headers where wanted, and follows no redirect. */
  post(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Page> {
    return this.request('POST', url, new URLSearchParams(fields).toString(), headers);
  }

  /** The cookies that a request to the URL would carry, by name. */
  cookiesFor(url: string): ReadonlyMap<string, string> {
    const { hostname, pathname, protocol } = new URL(url);
    const fitting = this.cookies.filter(
      ({ host, path, isSecure }) =>
        host === hostname && isBelow(pathname, path) && (!isSecure || protocol === 'https:'),
    );
    return new Map(fitting.map(({ name, value }) => [name, value]));
  }

  private async follow(method: string, url: string, body: string | null): Promise<Page> {
    let page = await this.request(method, url, body);
    for (let hops = 0; page.status >= 300 && page.status < 400; hops++) {
      if (hops > MAX_REDIRECTS) throw new Error(`redirected without end at ${page.url}`);
      const next = new URL(page.headers.location ?? '', page.url).href;
      const { leaveAt } = this.options;
      if (leaveAt !== undefined && next.startsWith(leaveAt)) return { ...page, url: next };
      page = await this.request('GET', next, null);
    }
    return page;
  }

  private request(
    method: string,
    url: string,
    body: string | null,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Page> {
    const cookie = [...this.cookiesFor(url)].map((pair) => pair.join('=')).join('; ');
    const headers = {
      accept: 'text/html',
      ...(cookie === '' ? {} : { cookie }),
      ...(body === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...more,
    };
    const { ca } = this.options;
    const options = { method, headers, agent: false as const, ...(ca === undefined ? {} : { ca }) };
    return new Promise((resolve, reject) => {
      const send = url.startsWith('https:') ? tlsRequest : plainRequest;
      const outgoing = send(new URL(url), options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          this.keep(url, response.headers['set-cookie'] ?? []);
          resolve({ url, status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body ?? undefined);
    });
  }

  private keep(url: string, lines: readonly string[]): void {
    for (const line of lines) {
      const { cookie, isGone } = parseCookie(url, line);
      this.cookies = this.cookies.filter(
        ({ host, path, name }) =>
          host !== cookie.host || path !== cookie.path || name !== cookie.name,
      );
      if (!isGone) this.cookies = [...this.cookies, cookie];
    }
  }
}

function parseCookie(
  url: string,
  line: string,
): { readonly cookie: Cookie; readonly isGone: boolean } {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const named = new Map(
    attributes.map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.toLowerCase(), value.join('=')];
    }),
  );
  const cut = pair.indexOf('=');
  const ends = named.get('expires');
  return {
    cookie: {
      host: new URL(url).hostname,
      path: named.get('path') ?? '/',
      isSecure: named.has('secure'),
      name: pair.slice(0, cut),
      value: pair.slice(cut + 1),
    },
    isGone:
      Number(named.get('max-age') ?? 1) <= 0 ||
      (ends !== undefined && Date.parse(ends) < Date.now()),
  };
}

function isBelow(pathname: string, path: string): boolean {
  return path === '/' || pathname === path || pathname.startsWith(`${path.replace(/\/$/, '')}/`);
}

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return found?.replaceAll('&quot;', '"').replaceAll('&amp;', '&') ?? null;
}
