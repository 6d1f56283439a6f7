import { UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseSettings } from '@/server/config';
import { createIdentity } from '@/server/identity/create-identity';
import type { Identity } from '@/server/identity/identity';
import { RequestOrigins } from '@/server/http/request-origin';
import { CookieJar } from '@/tests/support/cookie-jar';
import { FakeAccounts } from '@/tests/support/fake-accounts';

const GOOD = 'good-token';
let nowMs: number;
let accounts: FakeAccounts;
let identity: Identity;
let jar: CookieJar;
let isKnown: boolean;

beforeEach(() => {
  nowMs = 1_800_000_000_000;
  isKnown = true;
  accounts = new FakeAccounts((as) =>
    as.kind === 'bearer' && isKnown && (as.token === GOOD || as.token.startsWith('ey'))
      ? { user: 'alice', groups: ['ops'] }
      : null,
  );
  const settings = parseSettings(['--auth-strategy', 'token'], {});
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  identity = createIdentity(settings.value, {
    access: accounts.access,
    notes: null,
    origins: new RequestOrigins(settings.value),
    clock: { now: () => nowMs },
    warn: () => undefined,
  });
  jar = new CookieJar();
});

const asker = (headers: Record<string, string> = {}, remote: string | null = '192.0.2.1') => ({
  headers: new Headers({ host: 'localhost', ...headers }),
  remote,
  signal: new AbortController().signal,
});
const withCookies = () => asker({ cookie: jar.header });

async function logIn(token: string, remote = '192.0.2.1'): Promise<number> {
  const answer = await identity.logInWithToken?.(token, asker({}, remote));
  if (answer?.ok !== true) return answer?.error.status ?? 0;
  jar.take(answer.value.cookies);
  return 200;
}

describe('a token that is typed in', () => {
  test('makes a session of whom the API server knows by it', async () => {
    expect(await logIn(` ${GOOD}\n`)).toBe(200);
    const viewer = await identity.viewerOf(withCookies());
    expect(viewer).toMatchObject({
      ok: true,
      value: {
        user: 'alice',
        groups: ['ops'],
        strategy: 'token',
        credential: { kind: 'bearer', token: GOOD },
      },
    });
    expect(JSON.stringify(viewer.ok && viewer.value.key)).not.toContain(GOOD);
    const { session } = await identity.sessionOf(withCookies());
    expect(session).toMatchObject({ isLoggedIn: true, user: 'alice', canLogOut: true });
    expect(JSON.stringify(session)).not.toContain(GOOD);
  });

  test.each(['wrong', 'a b', 'x\r\ny', '{}'])(
    '%j is refused with the same words',
    async (token) => {
      const answer = await identity.logInWithToken?.(token, asker());
      expect(answer).toMatchObject({
        ok: false,
        error: { status: 401, detail: 'The Kubernetes API server does not accept this token.' },
      });
      expect(JSON.stringify(answer)).not.toContain(token);
    },
  );

  test('does not outlive itself', async () => {
    const exp = nowMs / 1000 + 120;
    expect(await logIn(new UnsecuredJWT({ exp }).encode())).toBe(200);
    expect((await identity.sessionOf(withCookies())).session.expiresInSeconds).toBe(120);
    nowMs += 121_000;
    expect((await identity.viewerOf(withCookies())).ok).toBe(false);
    expect((await identity.sessionOf(withCookies())).session.isLoggedIn).toBe(false);
  });

  test('is of no use after a log-out', async () => {
    await logIn(GOOD);
    const stolen = withCookies();
    const { cookies, to } = await identity.logOut(stolen);
    jar.take(cookies);
    expect([jar.names, to]).toEqual([[], null]);
    expect(await identity.viewerOf(stolen)).toMatchObject({ ok: false, error: { status: 401 } });
  });

  test('may be wrong a few times only, and being right in between does not help', async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      statuses.push(await logIn('wrong'), await logIn(GOOD));
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.slice(-4)).toEqual([429, 429, 429, 429]);
    expect(await logIn(GOOD, '192.0.2.2')).toBe(200);
  });

  test('is not held against anybody while the API server is away', async () => {
    accounts.isAway = true;
    for (let index = 0; index < 20; index += 1) expect(await logIn(GOOD)).toBe(504);
    accounts.isAway = false;
    expect(await logIn(GOOD)).toBe(200);
  });
});

describe('a token that a program sends', () => {
  const bearer = (token: string) => asker({ authorization: `Bearer ${token}` });

  test('needs no session, and is asked about once a minute', async () => {
    for (let index = 0; index < 20; index += 1) {
      expect((await identity.viewerOf(bearer(GOOD))).ok).toBe(true);
    }
    expect(accounts.asked).toHaveLength(1);
    isKnown = false;
    nowMs += 61_000;
    expect((await identity.viewerOf(bearer(GOOD))).ok).toBe(false);
  });

  test('that is wrong does not fall back to the session of the same request', async () => {
    await logIn(GOOD);
    const both = asker({ cookie: jar.header, authorization: 'Bearer wrong' });
    expect((await identity.viewerOf(both)).ok).toBe(false);
  });

  test('cannot be guessed either', async () => {
    for (let index = 0; index < 10; index += 1) await identity.viewerOf(bearer(`wrong${index}`));
    const asked = accounts.asked.length;
    expect(await identity.viewerOf(bearer('wrong99'))).toMatchObject({
      ok: false,
      error: { status: 429 },
    });
    expect(accounts.asked).toHaveLength(asked);
  });
});

test('without anything nobody is let in', async () => {
  expect(await identity.viewerOf(asker())).toMatchObject({ ok: false, error: { status: 401 } });
  expect((await identity.sessionOf(asker())).session).toMatchObject({
    isLoggedIn: false,
    user: null,
    strategy: 'token',
  });
  expect(accounts.asked).toEqual([]);
});
