import { createHash, createPublicKey, randomBytes, verify, type JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logIn, OidcProvider } from '@/tests/support/oidc-provider';
import { PlainBrowser } from '@/tests/support/plain-browser';

const CALLBACK = 'http://127.0.0.1:1/callback';
let provider: OidcProvider;

beforeAll(async () => {
  provider = await OidcProvider.start({
    users: [{ name: 'alice', groups: ['shop', 'ops'] }],
    clients: [
      {
        id: 'app',
        secret: 'app-secret',
        redirectUris: [CALLBACK],
        postLogoutRedirectUris: [CALLBACK],
      },
    ],
  });
});

afterAll(() => provider.close());

interface Tokens {
  readonly id_token: string;
  readonly refresh_token: string;
  readonly error?: string;
}

interface Discovery {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
  readonly end_session_endpoint: string;
  readonly jwks_uri: string;
}

async function discovery(): Promise<Discovery> {
  const response = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
  return (await response.json()) as Discovery;
}

async function send(url: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('app:app-secret')}` },
    body: new URLSearchParams(fields),
  });
}

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');
const PKCE = { code_challenge: challenge, code_challenge_method: 'S256' };

/** Where the provider sends the browser, as the parameters there. */
async function authorize(
  user: string,
  more: Readonly<Record<string, string>> = PKCE,
  browser = new PlainBrowser({ leaveAt: CALLBACK }),
) {
  const { authorization_endpoint } = await discovery();
  const query = new URLSearchParams({
    ...{ client_id: 'app', redirect_uri: CALLBACK, response_type: 'code', state: 's' },
    scope: 'openid profile groups',
    ...more,
  });
  const page = await logIn(browser, `${authorization_endpoint}?${query.toString()}`, user);
  return Object.fromEntries(new URL(page.url).searchParams);
}

async function token(fields: Readonly<Record<string, string>>): Promise<Tokens> {
  return (await (await send((await discovery()).token_endpoint, fields)).json()) as Tokens;
}

async function exchange(user = 'alice'): Promise<Tokens> {
  const { code = '' } = await authorize(user);
  const code_verifier = verifier;
  return token({ grant_type: 'authorization_code', code, code_verifier, redirect_uri: CALLBACK });
}

const refresh = (refresh_token: string) => token({ grant_type: 'refresh_token', refresh_token });

async function claimsOf(idToken: string): Promise<Record<string, unknown>> {
  const [header = '', payload = '', signature = ''] = idToken.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const { keys } = (await (await fetch((await discovery()).jwks_uri)).json()) as {
    readonly keys: readonly (JsonWebKey & { readonly kid: string })[];
  };
  const jwk = keys.find((key) => key.kid === kid);
  if (jwk === undefined) throw new Error('the key is not published');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const signed = Buffer.from(`${header}.${payload}`);
  expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

describe('the OpenID provider of the tests', () => {
  test('gives a user who logs in a signed ID token with name and groups', async () => {
    const { id_token } = await exchange();
    expect(await claimsOf(id_token)).toMatchObject({
      iss: provider.issuer,
      aud: 'app',
      sub: 'alice',
      preferred_username: 'alice',
      groups: ['shop', 'ops'],
    });
  });

  test('lets nobody in without PKCE, nor with another verifier', async () => {
    expect(await authorize('alice', {})).toMatchObject({ error: 'invalid_request', state: 's' });
    const { code = '' } = await authorize('alice');
    const wrong = { code_verifier: 'x'.repeat(43), redirect_uri: CALLBACK };
    const reply = await token({ grant_type: 'authorization_code', code, ...wrong });
    expect(reply.error).toBe('invalid_grant');
  });

  test('tells the application that the user refused', async () => {
    expect(await authorize('mallory')).toMatchObject({ error: 'access_denied', state: 's' });
  });

  test('keeps a browser logged in until it logs out there', async () => {
    const browser = new PlainBrowser({ leaveAt: CALLBACK });
    const first = await authorize('alice', PKCE, browser);
    const again = await authorize('nobody asked', PKCE, browser);
    expect(again['code']).toBeTypeOf('string');
    expect(again['code']).not.toBe(first['code']);
    const { id_token } = await exchange();
    const query = new URLSearchParams({
      ...{ id_token_hint: id_token, post_logout_redirect_uri: CALLBACK, state: 'out' },
    });
    const { end_session_endpoint } = await discovery();
    const page = await browser.open(`${end_session_endpoint}?${query.toString()}`);
    expect((await browser.submit(page, { logout: 'yes' })).url).toBe(`${CALLBACK}?state=out`);
    expect(await authorize('mallory', PKCE, browser)).toMatchObject({ error: 'access_denied' });
  });

  test('replaces a refresh token at each use; the old one, used again, ends the whole login', async () => {
    const first = await exchange();
    const second = await refresh(first.refresh_token);
    expect((await claimsOf(second.id_token))['sub']).toBe('alice');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await refresh(first.refresh_token)).error).toBe('invalid_grant');
    expect((await refresh(second.refresh_token)).error).toBe('invalid_grant');
    expect(provider.tokenRequests.slice(-3)).toEqual([
      'refresh_token',
      'refresh_token refused',
      'refresh_token refused',
    ]);
  });

  test('accepts no refresh token that was revoked', async () => {
    const before = provider.liveRefreshTokens('alice');
    const { refresh_token } = await exchange();
    expect(provider.liveRefreshTokens('alice')).toBe(before + 1);
    const { revocation_endpoint } = await discovery();
    expect((await send(revocation_endpoint, { token: refresh_token })).status).toBe(200);
    expect(provider.liveRefreshTokens('alice')).toBe(before);
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
  });

  test('refreshes with the groups of now, and not at all once the user is gone', async () => {
    provider.setUser({ name: 'bob', groups: ['shop'] });
    const { refresh_token } = await exchange('bob');
    provider.setUser({ name: 'bob', groups: [] });
    const second = await refresh(refresh_token);
    expect((await claimsOf(second.id_token))['groups']).toEqual([]);
    provider.removeUser('bob');
    expect((await refresh(second.refresh_token)).error).toBe('invalid_grant');
  });

  test('goes on with what it knew after its keys were rotated', async () => {
    const { id_token, refresh_token } = await exchange();
    provider.rotateKeys();
    expect((await claimsOf(id_token))['sub']).toBe('alice');
    const second = await refresh(refresh_token);
    expect((await claimsOf(second.id_token))['sub']).toBe('alice');
    provider.rotateKeys({ isForgotten: true });
    await expect(claimsOf(second.id_token)).rejects.toThrow('not published');
  });
});
