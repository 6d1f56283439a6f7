import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Identity } from '@/server/identity/identity';
import { FakeAccounts } from '@/tests/support/fake-accounts';
import { FakeNotes } from '@/tests/support/fake-notes';
import { OidcProvider } from '@/tests/support/oidc-provider';
import { CALLBACK, FANARI, FanariBrowser, OpenIdReplicas } from '@/tests/support/openid-replicas';

const TOKEN_SECONDS = 600;
let folder: string;
let provider: OidcProvider;
let accounts: FakeAccounts;
let notes: FakeNotes;
let replicas: OpenIdReplicas;
let browser: FanariBrowser;
let keys: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openid-'));
  writeFileSync(join(folder, 'keys'), 'k'.repeat(40));
  writeFileSync(join(folder, 'secret'), 'fanari-secret\n');
  keys = ['--session-keys-file', join(folder, 'keys')];
  provider = await OidcProvider.start({
    users: [
      { name: 'alice', groups: ['ops'] },
      { name: 'mallory', groups: ['system:masters'] },
    ],
    clients: [
      {
        id: 'fanari',
        secret: 'fanari-secret',
        redirectUris: [CALLBACK],
        postLogoutRedirectUris: [`${FANARI}/login`],
      },
      { id: 'public', secret: null, redirectUris: [CALLBACK] },
      { id: 'other', secret: null, redirectUris: [CALLBACK] },
    ],
    tokenSeconds: TOKEN_SECONDS,
  });
});

afterAll(async () => {
  await provider.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  provider.setUser({ name: 'alice', groups: ['ops'] });
  accounts = new FakeAccounts((as) => {
    if (as.kind === 'impersonate') return as;
    if (as.kind === 'own') return null;
    const { sub = '', groups } = decodeJwt<{ groups: string[] }>(as.token);
    return { user: sub, groups };
  });
  notes = new FakeNotes();
  browser = new FanariBrowser();
});

const SCOPES = ['--oidc-scopes', 'openid,profile,groups'];
const BEARER = () => [
  ...['--oidc-client-id', 'fanari', '--oidc-client-secret-file', join(folder, 'secret')],
  ...[...SCOPES, ...keys],
];
const IMPERSONATE = () => [
  ...['--oidc-client-id', 'public', '--oidc-mode', 'impersonate', '--oidc-username-prefix', '-'],
  ...[...SCOPES, ...keys],
];

function start(flags: readonly string[]): Identity {
  replicas = new OpenIdReplicas(provider, accounts, notes, flags);
  return replicas.start();
}

async function credential(identity: Identity) {
  const viewer = await identity.viewerOf(browser.asker);
  return viewer.ok ? viewer.value.credential : viewer.error.status;
}

describe('with an API server that trusts the issuer', () => {
  test('somebody logs in, acts with their ID token, and comes back to where they were', async () => {
    const identity = start(BEARER());
    expect(await browser.logIn(identity, 'alice', '/mtls?window=5m')).toBe('/mtls?window=5m');
    const as = await credential(identity);
    expect(as).toMatchObject({ kind: 'bearer' });
    const claims = decodeJwt(typeof as === 'object' && as.kind === 'bearer' ? as.token : '');
    expect(claims).toMatchObject({ iss: provider.issuer, aud: 'fanari', sub: 'alice' });
    expect(await browser.session(identity)).toMatchObject({
      isLoggedIn: true,
      user: 'alice',
      groups: ['ops'],
      provider: new URL(provider.issuer).host,
    });
  });

  test('what the API server does not accept is no login', async () => {
    accounts = new FakeAccounts(() => null);
    const identity = start(BEARER());
    expect(await browser.logIn(identity, 'alice')).toBe(
      '/login?fault=not-accepted&returnTo=%2Fmtls',
    );
    expect(await credential(identity)).toBe(401);
  });

  test('the ID token is renewed before it ends, once, whoever asks and how often', async () => {
    const identity = start(BEARER());
    const other = replicas.start();
    await browser.logIn(identity, 'alice');
    const before = await credential(identity);
    const asked = provider.tokenRequests.length;
    // Two ID tokens of one second may be the same.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    replicas.aheadMs = (TOKEN_SECONDS * 1000 * 3) / 4;
    const tabs = Array.from({ length: 6 }, (_, index) =>
      (index % 2 === 0 ? identity : other).sessionOf(browser.asker),
    );
    const answers = await Promise.all(tabs);
    expect(answers.every(({ session }) => session.isLoggedIn)).toBe(true);
    expect(provider.tokenRequests.slice(asked)).toEqual(['refresh_token']);
    for (const { cookies } of answers) browser.jar.take(cookies);
    const after = await credential(identity);
    expect(after).not.toEqual(before);
    expect(await credential(other)).toEqual(after);
    expect(provider.liveRefreshTokens('alice')).toBeGreaterThan(0);
  });

  test('a tab that still has the old cookie gets the new tokens, too', async () => {
    const identity = start(BEARER());
    await browser.logIn(identity, 'alice');
    const late = browser.asker;
    replicas.aheadMs = TOKEN_SECONDS * 1000 + 60_000;
    expect(await identity.viewerOf(late)).toMatchObject({ ok: false, error: { status: 401 } });
    await browser.session(identity);
    const { session } = await identity.sessionOf(late);
    expect(session).toMatchObject({ isLoggedIn: true, user: 'alice' });
    expect(provider.tokenRequests.at(-1)).toBe('refresh_token');
  });

  test('a login that the provider renews no longer ends with its ID token', async () => {
    const identity = start(BEARER());
    await browser.logIn(identity, 'alice');
    provider.removeUser('alice');
    replicas.aheadMs = (TOKEN_SECONDS * 1000 * 3) / 4;
    expect((await browser.session(identity)).isLoggedIn).toBe(true);
    replicas.aheadMs = TOKEN_SECONDS * 1000 + 1_000;
    expect((await browser.session(identity)).isLoggedIn).toBe(false);
    expect(await credential(identity)).toBe(401);
  });

  test('a log-out revokes the refresh token, ends the session everywhere, and shows no token in an address', async () => {
    const identity = start(BEARER());
    const other = replicas.start();
    await browser.logIn(identity, 'alice');
    const stolen = browser.asker;
    const live = provider.liveRefreshTokens('alice');
    const { to, cookies } = await identity.logOut(browser.asker);
    browser.jar.take(cookies);
    expect(provider.liveRefreshTokens('alice')).toBe(live - 1);
    const url = new URL(to ?? '');
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'fanari',
      post_logout_redirect_uri: `${FANARI}/login`,
    });
    expect(browser.jar.names).toEqual([]);
    for (const replica of [identity, other]) {
      expect((await replica.viewerOf(stolen)).ok).toBe(false);
      expect((await replica.sessionOf(stolen)).session.isLoggedIn).toBe(false);
    }
  });

  test('programs send ID tokens, and the API server judges them', async () => {
    const identity = start(BEARER());
    await browser.logIn(identity, 'alice');
    const as = await credential(identity);
    const token = typeof as === 'object' && as.kind === 'bearer' ? as.token : '';
    const headers = new Headers({ host: '127.0.0.1:1', authorization: `Bearer ${token}` });
    expect(await identity.viewerOf({ ...browser.asker, headers })).toMatchObject({
      ok: true,
      value: { user: 'alice', strategy: 'openid' },
    });
  });
});

describe('with impersonation', () => {
  test('Fanari acts as the user with their groups, which follow the provider', async () => {
    const identity = start(IMPERSONATE());
    await browser.logIn(identity, 'alice');
    expect(await credential(identity)).toEqual({
      kind: 'impersonate',
      user: 'alice',
      groups: ['ops'],
    });
    provider.setUser({ name: 'alice', groups: ['dev'] });
    replicas.aheadMs = (TOKEN_SECONDS * 1000 * 3) / 4;
    await browser.session(identity);
    expect(await credential(identity)).toMatchObject({ groups: ['dev'] });
  });

  test('no claim makes an administrator, at the login or later', async () => {
    const identity = start(IMPERSONATE());
    expect(await browser.logIn(identity, 'mallory')).toBe('/login?fault=name&returnTo=%2Fmtls');
    expect(accounts.asked).toEqual([]);
    browser = new FanariBrowser();
    await browser.logIn(identity, 'alice');
    provider.setUser({ name: 'alice', groups: ['system:masters'] });
    replicas.aheadMs = (TOKEN_SECONDS * 1000 * 3) / 4;
    expect((await browser.session(identity)).isLoggedIn).toBe(false);
    expect(await credential(identity)).toBe(401);
  });

  test('ID tokens of programs count for nothing: nobody would judge them', async () => {
    const identity = start(IMPERSONATE());
    const headers = new Headers({ host: '127.0.0.1:1', authorization: 'Bearer x' });
    expect((await identity.viewerOf({ ...browser.asker, headers })).ok).toBe(false);
    expect(accounts.asked).toEqual([]);
  });
});

describe('a login is refused', () => {
  const EXPIRED = '/login?fault=expired';
  const FAILED = '/login?fault=failed&returnTo=%2Fmtls';

  test('when the user says no', async () => {
    const identity = start(BEARER());
    const url = await browser.begin(identity);
    const page = await browser.atProvider.open(url.href);
    const back = new URL((await browser.atProvider.submit(page, { refuse: 'yes' })).url);
    expect((await browser.finish(identity, back)).to).toBe('/login?fault=denied&returnTo=%2Fmtls');
  });

  test('in a browser that did not begin it, so that nobody is logged in as somebody else', async () => {
    const identity = start(BEARER());
    const attacker = new FanariBrowser();
    const callback = await attacker.authorize(await attacker.begin(identity), 'alice');
    expect((await browser.finish(identity, callback)).to).toBe(EXPIRED);
    await browser.begin(identity);
    expect((await browser.finish(identity, callback)).to).toBe(EXPIRED);
    expect(browser.jar.names.some((name) => name.startsWith('fanari-session'))).toBe(false);
  });

  test('a second time with the same code', async () => {
    const identity = start(BEARER());
    const callback = await browser.authorize(await browser.begin(identity), 'alice');
    const again = new FanariBrowser();
    again.jar.take(browser.jar.names.map((name) => `${name}=${browser.jar.valueOf(name)}`));
    expect((await browser.finish(identity, callback)).to).toBe('/mtls');
    expect((await browser.finish(identity, callback)).to).toBe(EXPIRED);
    expect((await again.finish(identity, callback)).to).toBe(FAILED);
  });

  test('too late', async () => {
    const identity = start(BEARER());
    const callback = await browser.authorize(await browser.begin(identity), 'alice');
    replicas.aheadMs = 11 * 60_000;
    expect((await browser.finish(identity, callback)).to).toBe(EXPIRED);
  });

  test('with a code that was given for another challenge: PKCE binds it to what began the login', async () => {
    const identity = start(BEARER());
    const first = await browser.authorize(await browser.begin(identity), 'alice');
    const second = await browser.begin(identity);
    const mixed = new URL(first);
    mixed.searchParams.set('state', second.searchParams.get('state') ?? '');
    expect((await browser.finish(identity, mixed)).to).toBe(FAILED);
  });

  test('with another state, another issuer, or parameters twice', async () => {
    const identity = start(BEARER());
    const change = async (edit: (search: URLSearchParams) => void) => {
      const callback = await browser.authorize(await browser.begin(identity), 'alice');
      edit(callback.searchParams);
      return (await browser.finish(identity, callback)).to;
    };
    expect(await change((search) => search.set('state', 'x'))).toBe(EXPIRED);
    expect(await change((search) => search.delete('state'))).toBe(EXPIRED);
    expect(await change((search) => search.set('iss', 'https://evil.example'))).toBe(FAILED);
    expect(await change((search) => search.delete('iss'))).toBe(FAILED);
    expect(await change((search) => search.append('code', 'x'))).toBe(FAILED);
    expect(await change((search) => search.append('state', 'x'))).toBe(FAILED);
    expect(await change((search) => search.delete('code'))).toBe(FAILED);
  });

  test('after too many that failed', async () => {
    const identity = start(BEARER());
    let to = '';
    for (let index = 0; index < 11; index += 1) {
      const state = (await browser.begin(identity)).searchParams.get('state') ?? '';
      const callback = new URL(
        `${CALLBACK}?${new URLSearchParams({ state, code: 'guess', iss: provider.issuer }).toString()}`,
      );
      ({ to } = await browser.finish(identity, callback));
    }
    expect(to).toBe('/login?fault=too-many&returnTo=%2Fmtls');
  });

  test('while the provider is away, and nobody is blamed for it', async () => {
    const nothing = { issuer: 'http://127.0.0.1:9' };
    const flags = ['--oidc-client-id', 'public', ...keys];
    const identity = new OpenIdReplicas(nothing, accounts, null, flags).start();
    for (let index = 0; index < 15; index += 1) {
      const url = await browser.begin(identity);
      expect(url.pathname + url.search).toBe('/login?fault=provider-away&returnTo=%2Fmtls');
    }
  });
});

describe('what the browser keeps while it logs in', () => {
  test('is sealed, different each time, and bounded', async () => {
    const identity = start(BEARER());
    const first = await browser.begin(identity);
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const value = first.searchParams.get(name) ?? '';
      expect(value.length, name).toBeGreaterThan(40);
      expect(browser.jar.header).not.toContain(value);
    }
    expect(first.searchParams.get('code_challenge_method')).toBe('S256');
    const second = await browser.begin(identity);
    expect(second.searchParams.get('state')).not.toBe(first.searchParams.get('state'));
    for (let index = 0; index < 20; index += 1) await browser.begin(identity);
    expect(browser.jar.names.length).toBeLessThanOrEqual(4);
  });

  test('is no session, under whatever name', async () => {
    const identity = start(BEARER());
    await browser.begin(identity);
    const [name = ''] = browser.jar.names;
    browser.jar.set('fanari-session', `1~${browser.jar.valueOf(name)}`);
    expect(await credential(identity)).toBe(401);
  });
});

describe('tokens of a provider that cheats', () => {
  const finish = async (claims: Readonly<Record<string, unknown>>) => {
    const cheat = await startCheat(claims);
    const flags = ['--oidc-client-id', 'public', ...keys];
    const identity = new OpenIdReplicas(cheat, accounts, null, flags).start();
    const url = await browser.begin(identity);
    cheat.nonce = url.searchParams.get('nonce') ?? '';
    const callback = new URL(CALLBACK);
    callback.searchParams.set('state', url.searchParams.get('state') ?? '');
    callback.searchParams.set('code', 'any');
    const { to } = await browser.finish(identity, callback);
    cheat.close();
    return to;
  };

  test('that are right are a login', async () => {
    expect(await finish({ groups: [] })).toBe('/mtls');
  });

  test.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another application', { aud: 'other' }],
    ['with another nonce', { nonce: 'x' }],
    ['that have ended', { exp: 1_000_000 }],
    ['without a signature', { alg: 'none' }],
    ['signed with the secret of the client', { alg: 'HS256' }],
    ['signed by nobody known', { alg: 'RS256' }],
  ])('%s are no login', async (_, claims) => {
    expect(await finish(claims)).toMatch(/^\/login\?fault=failed/);
    expect(accounts.asked).toEqual([]);
  });
});

/** A provider that answers any code with the ID token that a test wants. */
async function startCheat(claims: Readonly<Record<string, unknown>>) {
  const { SignJWT, UnsecuredJWT, generateKeyPair, exportJWK } = await import('jose');
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const stranger = await generateKeyPair('RS256');
  const state = { issuer: '', nonce: '', close: () => server.close() };
  const idToken = async () => {
    const { alg, ...more } = claims;
    const now = Math.floor(Date.now() / 1000);
    const right = { iss: state.issuer, aud: 'public', sub: 'alice', nonce: state.nonce };
    const payload = { ...right, iat: now, exp: now + 600, ...more };
    if (alg === 'none') return new UnsecuredJWT(payload).encode();
    if (alg === 'HS256') {
      return new SignJWT(payload)
        .setProtectedHeader({ alg })
        .sign(new TextEncoder().encode('fanari-secret'.padEnd(32)));
    }
    const key = alg === 'RS256' ? stranger.privateKey : privateKey;
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key);
  };
  const server = createServer((request, response) => {
    void (async () => {
      const { issuer } = state;
      const endpoint = (name: string) => `${issuer}/${name}`;
      const answers: Record<string, () => Promise<unknown>> = {
        '/.well-known/openid-configuration': async () =>
          Promise.resolve({
            issuer,
            ...{ authorization_endpoint: endpoint('auth'), token_endpoint: endpoint('token') },
            ...{ jwks_uri: endpoint('jwks'), response_types_supported: ['code'] },
            id_token_signing_alg_values_supported: ['RS256'],
          }),
        '/jwks': async () => ({
          keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }],
        }),
        '/token': async () => ({
          ...{ access_token: 'a', token_type: 'bearer' },
          id_token: await idToken(),
        }),
      };
      const body = await answers[request.url ?? '']?.();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}
