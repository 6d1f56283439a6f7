import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OidcLogin } from '@/tests/support/oidc-login';
import { OidcProvider } from '@/tests/support/oidc-provider';

const CALLBACK = 'http://127.0.0.1:1/callback';
let provider: OidcProvider;
let login: OidcLogin;

beforeAll(async () => {
  const client = {
    id: 'app',
    secret: 'app-secret',
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [CALLBACK],
  };
  const users = [{ name: 'alice', groups: ['shop', 'ops'] }];
  provider = await OidcProvider.start({ users, clients: [client] });
  login = new OidcLogin(provider.issuer, client);
});

afterAll(() => provider.close());

async function claimsOf(idToken: string): Promise<Record<string, unknown>> {
  const [header = '', payload = '', signature = ''] = idToken.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const { keys } = (await (await fetch((await login.discovery()).jwks_uri)).json()) as {
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
    const { id_token } = await login.tokensOf('alice');
    expect(await claimsOf(id_token)).toMatchObject({
      iss: provider.issuer,
      aud: 'app',
      sub: 'alice',
      preferred_username: 'alice',
      groups: ['shop', 'ops'],
    });
  });

  test('lets nobody in without PKCE, nor with another verifier', async () => {
    expect(await login.authorize('alice', {})).toMatchObject({
      error: 'invalid_request',
      state: 's',
    });
    const { code = '' } = await login.authorize('alice');
    const reply = await login.exchange(code, 'x'.repeat(43));
    expect(reply.error).toBe('invalid_grant');
  });

  test('tells the application that the user refused', async () => {
    expect(await login.authorize('mallory')).toMatchObject({ error: 'access_denied', state: 's' });
  });

  test('keeps a browser logged in until it logs out there', async () => {
    const browser = login.browser();
    const first = await login.authorize('alice', login.pkce, browser);
    const again = await login.authorize('nobody asked', login.pkce, browser);
    expect(again['code']).toBeTypeOf('string');
    expect(again['code']).not.toBe(first['code']);
    const { id_token } = await login.tokensOf('alice');
    const query = new URLSearchParams({
      ...{ id_token_hint: id_token, post_logout_redirect_uri: CALLBACK, state: 'out' },
    });
    const { end_session_endpoint } = await login.discovery();
    const page = await browser.open(`${end_session_endpoint}?${query.toString()}`);
    expect((await browser.submit(page, { logout: 'yes' })).url).toBe(`${CALLBACK}?state=out`);
    expect(await login.authorize('mallory', login.pkce, browser)).toMatchObject({
      error: 'access_denied',
    });
  });

  test('replaces a refresh token at each use; the old one, used again, ends the whole login', async () => {
    const first = await login.tokensOf('alice');
    const second = await login.refresh(first.refresh_token);
    expect((await claimsOf(second.id_token))['sub']).toBe('alice');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await login.refresh(first.refresh_token)).error).toBe('invalid_grant');
    expect((await login.refresh(second.refresh_token)).error).toBe('invalid_grant');
    expect(provider.tokenRequests.slice(-3)).toEqual([
      'refresh_token',
      'refresh_token refused',
      'refresh_token refused',
    ]);
  });

  test('accepts no refresh token that was revoked', async () => {
    const before = provider.liveRefreshTokens('alice');
    const { refresh_token } = await login.tokensOf('alice');
    expect(provider.liveRefreshTokens('alice')).toBe(before + 1);
    expect((await login.revoke(refresh_token)).status).toBe(200);
    expect(provider.liveRefreshTokens('alice')).toBe(before);
    expect((await login.refresh(refresh_token)).error).toBe('invalid_grant');
  });

  test('refreshes with the groups of now, and not at all once the user is gone', async () => {
    provider.setUser({ name: 'bob', groups: ['shop'] });
    const { refresh_token } = await login.tokensOf('bob');
    provider.setUser({ name: 'bob', groups: [] });
    const second = await login.refresh(refresh_token);
    expect((await claimsOf(second.id_token))['groups']).toEqual([]);
    provider.removeUser('bob');
    expect((await login.refresh(second.refresh_token)).error).toBe('invalid_grant');
  });

  test('goes on with what it knew after its keys were rotated', async () => {
    const { id_token, refresh_token } = await login.tokensOf('alice');
    provider.rotateKeys();
    expect((await claimsOf(id_token))['sub']).toBe('alice');
    const second = await login.refresh(refresh_token);
    expect((await claimsOf(second.id_token))['sub']).toBe('alice');
    provider.rotateKeys({ isForgotten: true });
    await expect(claimsOf(second.id_token)).rejects.toThrow('not published');
  });
});
