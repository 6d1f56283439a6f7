import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiObject } from '@/tests/real/cluster/api-client';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { namespace, SHOP } from '@/tests/real/objects';
import { OidcLogin } from '@/tests/support/oidc-login';
import { OidcProvider } from '@/tests/support/oidc-provider';
import { until } from '@/tests/support/start-fanari';
import { makeCertificates } from '@/tests/support/tls-proxy';

const client = { id: 'kubernetes', secret: null, redirectUris: ['http://127.0.0.1:1/callback'] };
const TOKEN_SECONDS = 15;

let provider: OidcProvider;
let login: OidcLogin;
let cluster: RealCluster;

beforeAll(async () => {
  const folder = mkdtempSync(join(process.env['REAL_FOLDER'] ?? '', 'oidc-'));
  const { caFile, ca, key, certificate } = makeCertificates(folder);
  provider = await OidcProvider.start({
    users: [
      { name: 'alice', groups: ['shop-readers'] },
      { name: 'bob', groups: [] },
    ],
    clients: [client],
    tls: { key, certificate },
    tokenSeconds: TOKEN_SECONDS,
  });
  const { issuer } = provider;
  login = new OidcLogin(issuer, client, ca);
  cluster = await RealCluster.start({ issuer, clientId: client.id, caFile });
  for (const object of [namespace(), ...readersOfShop()]) await cluster.admin.apply(object);
  await until('the first login', async () => (await statusOf('alice')) === 200, 60_000);
});

afterAll(async () => {
  await cluster.stop();
  await provider.close();
});

function readersOfShop(): readonly ApiObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { name: 'shop-readers', namespace: SHOP };
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
  return [
    { apiVersion, kind: 'Role', metadata, rules },
    {
      ...{ apiVersion, kind: 'RoleBinding', metadata },
      roleRef: { apiGroup, kind: 'Role', name: 'shop-readers' },
      subjects: [{ apiGroup, kind: 'Group', name: 'shop-readers' }],
    },
  ] as unknown as readonly ApiObject[];
}

/** What the API server answers to a user who lists the pods of the shop. */
async function statusOf(user: string): Promise<number> {
  return statusWith((await login.tokensOf(user)).id_token);
}

async function statusWith(token: string): Promise<number> {
  return (await cluster.clientWith(token).get(`/api/v1/namespaces/${SHOP}/pods`)).status;
}

describe('an API server that trusts an OpenID provider', () => {
  test('knows a user and the groups by the ID token alone', async () => {
    const { id_token } = await login.tokensOf('alice');
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const { body } = await cluster.clientWith(id_token).call('POST', path, review);
    const { userInfo } = body['status'] as { readonly userInfo: unknown };
    expect(userInfo).toMatchObject({
      username: 'alice',
      groups: ['shop-readers', 'system:authenticated'],
    });
  });

  test('lets a group do what it is bound to, and a user who leaves it no longer', async () => {
    expect(await statusOf('alice')).toBe(200);
    expect(await statusOf('bob')).toBe(403);
    provider.setUser({ name: 'bob', groups: ['shop-readers'] });
    const tokens = await login.tokensOf('bob');
    expect(await statusWith(tokens.id_token)).toBe(200);
    provider.setUser({ name: 'bob', groups: [] });
    expect(await statusWith((await login.refresh(tokens.refresh_token)).id_token)).toBe(403);
  });

  test('takes no access token, and no ID token past its end', async () => {
    const { id_token, access_token } = await login.tokensOf('alice');
    expect(await statusWith(access_token)).toBe(401);
    expect(await statusWith(id_token)).toBe(200);
    const limitMs = (TOKEN_SECONDS + 15) * 1000;
    await until('the end', async () => (await statusWith(id_token)) === 401, limitMs);
  });
});
