import { parseSettings } from '@/server/config';
import { RequestOrigins } from '@/server/http/request-origin';
import { createIdentity } from '@/server/identity/create-identity';
import type { Asker, Departure, Identity } from '@/server/identity/identity';
import { CookieJar } from '@/tests/support/cookie-jar';
import type { FakeAccounts } from '@/tests/support/fake-accounts';
import type { FakeNotes } from '@/tests/support/fake-notes';
import { logIn } from '@/tests/support/oidc-provider';
import { PlainBrowser } from '@/tests/support/plain-browser';

/** Where Fanari is to the provider; nothing listens there. */
export const FANARI = 'http://127.0.0.1:1';
/** Where the provider sends browsers back. */
export const CALLBACK = `${FANARI}/api/v1/session/openid/callback`;

/** Fanaris with one file of keys, one after or beside the other, whose clock a test can put forward. */
export class OpenIdReplicas {
  aheadMs = 0;
  readonly warnings: string[] = [];

  constructor(
    private readonly provider: { readonly issuer: string },
    private readonly accounts: FakeAccounts,
    private readonly notes: FakeNotes | null,
    private readonly flags: readonly string[],
  ) {}

  /** Another process. */
  start(): Identity {
    const settings = parseSettings(
      [
        ...['--auth-strategy', 'openid', '--oidc-issuer', this.provider.issuer],
        ...['--public-url', FANARI, ...this.flags],
      ],
      {},
    );
    if (!settings.ok) throw new Error(JSON.stringify(settings.error));
    return createIdentity(settings.value, {
      access: this.accounts.access,
      notes: this.notes,
      origins: new RequestOrigins(settings.value),
      clock: { now: () => Date.now() + this.aheadMs },
      warn: (message, fields) => this.warnings.push(`${message} ${JSON.stringify(fields)}`),
    });
  }
}

/** A browser that looks at Fanari: its cookies there, and those at the provider. */
export class FanariBrowser {
  readonly jar = new CookieJar();
  readonly atProvider = new PlainBrowser({ leaveAt: CALLBACK });

  get asker(): Asker {
    return {
      headers: new Headers({ host: '127.0.0.1:1', cookie: this.jar.header }),
      remote: '127.0.0.1',
      signal: new AbortController().signal,
    };
  }

  /** Begins a login; gives the address at the provider. */
  async begin(identity: Identity, returnTo = '/mtls'): Promise<URL> {
    const departure = await identity.openId?.begin(this.asker, returnTo);
    this.jar.take(departure?.cookies ?? []);
    return new URL(departure?.to ?? '', FANARI);
  }

  /** Logs in at the provider; gives the address to which it sends the browser back. */
  async authorize(url: URL, user: string): Promise<URL> {
    return new URL((await logIn(this.atProvider, url.href, user)).url);
  }

  /** Comes back from the provider. */
  async finish(identity: Identity, callback: URL): Promise<Departure> {
    const departure = await identity.openId?.finish(this.asker, callback.searchParams);
    if (departure === undefined) throw new Error('no login at a provider is offered');
    this.jar.take(departure.cookies);
    return departure;
  }

  /** The whole login; gives where the browser is sent then. */
  async logIn(identity: Identity, user: string, returnTo = '/mtls'): Promise<string> {
    const url = await this.begin(identity, returnTo);
    return (await this.finish(identity, await this.authorize(url, user))).to;
  }

  /** Asks who it is, and keeps what it is told to keep. */
  async session(identity: Identity) {
    const { session, cookies } = await identity.sessionOf(this.asker);
    this.jar.take(cookies);
    return session;
  }
}
