import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markPeer } from '@/server/http/peer';
import { RequestOrigins } from '@/server/http/request-origin';
import { HeaderIdentity } from '@/server/identity/header-identity';

const SECRET = 'proxy-secret-0123456789';
let folder: string;
let identity: HeaderIdentity;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'header-'));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${SECRET}\n`);
  const names = {
    user: 'x-forwarded-user',
    groups: 'x-forwarded-groups',
    secret: 'x-fanari-proxy-secret',
    secretFile,
  };
  const origins = new RequestOrigins({ trustedProxies: ['10.0.0.0/24'], publicUrl: null });
  identity = new HeaderIdentity(names, origins, () => undefined);
});
afterEach(() => rmSync(folder, { recursive: true }));

const right = {
  'x-forwarded-user': 'alice',
  'x-forwarded-groups': 'ops, dev',
  'x-fanari-proxy-secret': SECRET,
};

async function viewer(headers: Record<string, string>, peer = '10.0.0.9') {
  const request = { headers: { ...headers }, socket: { remoteAddress: peer } };
  markPeer(request);
  const signal = new AbortController().signal;
  const arrived = new Headers(request.headers);
  const answer = await identity.viewerOf({ headers: arrived, remote: peer, signal });
  return answer.ok ? answer.value : answer.error.status;
}

describe('what a trusted proxy says', () => {
  test('makes a viewer whom Fanari impersonates', async () => {
    expect(await viewer(right)).toMatchObject({
      strategy: 'header',
      user: 'alice',
      credential: { kind: 'impersonate', user: 'alice', groups: ['ops', 'dev'] },
    });
  });

  test('may be without groups, and in UTF-8', async () => {
    const bytes = Buffer.from('josé', 'utf8').toString('latin1');
    const { 'x-forwarded-groups': _, ...rest } = right;
    expect(await viewer({ ...rest, 'x-forwarded-user': bytes })).toMatchObject({
      user: 'josé',
      groups: [],
    });
  });

  test('is told with a new secret as soon as the file has it', async () => {
    writeFileSync(join(folder, 'secret'), 'another-secret-0123456789');
    expect(await viewer(right)).toBe(401);
    expect(
      await viewer({ ...right, 'x-fanari-proxy-secret': 'another-secret-0123456789' }),
    ).toMatchObject({ user: 'alice' });
  });
});

describe('nobody is let in', () => {
  test.each([
    ['from another address', right, '10.0.1.9'],
    [
      'from an address that only claims to be the proxy',
      { ...right, 'x-forwarded-for': '10.0.0.9' },
      '203.0.113.1',
    ],
    ['with a wrong secret', { ...right, 'x-fanari-proxy-secret': `${SECRET}x` }, '10.0.0.9'],
    ['with two secrets', { ...right, 'x-fanari-proxy-secret': `${SECRET}, ${SECRET}` }, '10.0.0.9'],
    ['with an empty secret', { ...right, 'x-fanari-proxy-secret': '' }, '10.0.0.9'],
    ['without a user', { ...right, 'x-forwarded-user': '' }, '10.0.0.9'],
    ['with two users', { ...right, 'x-forwarded-user': 'alice, admin' }, '10.0.0.9'],
    ['as a part of Kubernetes', { ...right, 'x-forwarded-user': 'system:admin' }, '10.0.0.9'],
    [
      'in a group of Kubernetes',
      { ...right, 'x-forwarded-groups': 'ops,system:masters' },
      '10.0.0.9',
    ],
  ])('%s', async (_, headers, peer) => {
    expect(await viewer(headers, peer)).toBe(401);
  });

  test('by headers whose names only look alike', async () => {
    const { 'x-forwarded-user': user, ...rest } = right;
    for (const name of [
      'x_forwarded_user',
      'x-forwarded_user',
      'x-forwarded-user-',
      'x.forwarded.user',
    ]) {
      expect(await viewer({ ...rest, [name]: user }), name).toBe(401);
    }
  });

  test('when the secret cannot be read', async () => {
    rmSync(join(folder, 'secret'));
    expect(await viewer(right)).toBe(401);
  });

  test('when the file is empty, also without a secret', async () => {
    writeFileSync(join(folder, 'secret'), '\n');
    const { 'x-fanari-proxy-secret': _, ...rest } = right;
    expect(await viewer(rest)).toBe(401);
  });
});
