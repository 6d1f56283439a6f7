import { beforeEach, describe, expect, test } from 'vitest';
import { RequestOrigins } from '@/server/http/request-origin';
import { EndedSessions } from '@/server/identity/ended-sessions';
import { randomKeyRing, type KeyRing } from '@/server/identity/key-ring';
import { Sealer } from '@/server/identity/sealer';
import { Sessions } from '@/server/identity/sessions';
import { CookieJar } from '@/tests/support/cookie-jar';
import { FakeNotes } from '@/tests/support/fake-notes';

const MINUTE = 60_000;
let nowMs: number;
let ring: KeyRing;
let notes: FakeNotes;
let jar: CookieJar;
const clock = { now: () => nowMs };
const host = 'mesh.example.org';

beforeEach(() => {
  nowMs = 1_800_000_000_000;
  ring = randomKeyRing();
  notes = new FakeNotes();
  jar = new CookieJar();
});

/** One of several processes with the same keys. */
function replica(basePath = '', publicUrl: string | null = null): Sessions {
  return new Sessions(
    { idleMs: 30 * MINUTE, maxMs: 120 * MINUTE, basePath },
    new Sealer(ring, 'session'),
    new EndedSessions(notes, clock, () => undefined),
    new RequestOrigins({ trustedProxies: [], publicUrl }),
    clock,
  );
}

const start = {
  strategy: 'token' as const,
  user: 'alice',
  groups: ['ops'],
  token: 't',
  tokenEndsMs: null,
  refreshToken: null,
  refreshAtMs: null,
  subject: null,
};
const headers = () => new Headers({ host, cookie: jar.header });

async function logIn(sessions: Sessions, more: Partial<typeof start> = {}) {
  const session = sessions.begin({ ...start, ...more });
  const lines = await sessions.keep(session, new Headers({ host }));
  jar.take(lines ?? []);
  return { session, lines: lines ?? [] };
}

describe('a session', () => {
  test('is served by any replica with the keys, before and after a restart', async () => {
    const { session } = await logIn(replica());
    expect((await replica().read(headers()))?.session).toEqual(session);
    ring = randomKeyRing();
    expect(await replica().read(headers())).toBeNull();
  });

  test('ends when it is not used, lasts while it is, and ends at last', async () => {
    const sessions = replica();
    await logIn(sessions);
    for (let minutes = 0; minutes < 100; minutes += 20) {
      nowMs += 20 * MINUTE;
      const read = await sessions.read(headers());
      expect(read?.isDue).toBe(true);
      if (read) jar.take((await sessions.keep(sessions.renewed(read.session), headers())) ?? []);
    }
    nowMs += 20 * MINUTE;
    expect(await sessions.read(headers())).toBeNull();
    await logIn(sessions);
    nowMs += 31 * MINUTE;
    expect(await sessions.read(headers())).toBeNull();
  });

  test('is over on every replica once it is logged out, and its cookie no good any more', async () => {
    const [one, two] = [replica(), replica()];
    const { session } = await logIn(one);
    expect(await two.read(headers())).not.toBeNull();
    const stolen = headers();
    await one.end(session);
    jar.take(one.clear(headers()));
    expect(jar.names).toEqual([]);
    expect(await one.read(stolen)).toBeNull();
    nowMs += 15_000;
    expect(await two.read(stolen)).toBeNull();
    expect(await replica().read(stolen)).toBeNull();
  });

  test('is noted as ended only as long as its cookies would last', async () => {
    const one = replica();
    const { session } = await logIn(one);
    await one.end(session);
    expect(notes.entries.size).toBe(1);
    nowMs += 31 * MINUTE;
    const other = await logIn(one);
    await one.end(other.session);
    expect([...notes.entries.keys()]).toEqual([`ended.${other.session.id}`]);
  });

  test('gets an id of its own each time, whatever the browser brought along', async () => {
    const first = await logIn(replica());
    const second = await logIn(replica());
    expect(second.session.id).not.toBe(first.session.id);
  });

  test('has its cookie made anew when a newer key seals', async () => {
    const sessions = replica();
    await logIn(sessions);
    expect((await sessions.read(headers()))?.isDue).toBe(false);
    const before = ring.secrets();
    const after = [...randomKeyRing().secrets(), ...before];
    ring = { secrets: () => after };
    expect((await replica().read(headers()))?.isDue).toBe(true);
  });
});

describe('its cookies', () => {
  test('cannot be read by scripts, are not sent by other sites, and stay in the base path', async () => {
    const { lines } = await logIn(replica('/fanari'));
    expect(lines[0]).toMatch(
      /^fanari-session=\S+; Path=\/fanari; Max-Age=1800; HttpOnly; SameSite=Lax$/,
    );
  });

  test('over https belong to this very host, or at least are never sent without TLS', async () => {
    const url = `https://${host}`;
    expect((await logIn(replica('', url))).lines[0]).toMatch(
      /^__Host-fanari-session=\S+; Path=\/; .*; Secure$/,
    );
    expect((await logIn(replica('/a', url))).lines[0]).toMatch(
      /^__Secure-fanari-session=\S+; Path=\/a; .*; Secure$/,
    );
  });

  test('over https are not taken under the name that anybody can set without it', async () => {
    await logIn(replica('', null));
    const plain = jar.valueOf('fanari-session');
    const secure = replica('', `https://${host}`);
    expect(await secure.read(headers())).toBeNull();
    jar.set('__Host-fanari-session', plain);
    expect(await secure.read(headers())).not.toBeNull();
  });

  test('are several where one is too small, and fewer again when it is', async () => {
    const sessions = replica();
    await logIn(sessions, { token: 'x'.repeat(6_000) });
    expect(jar.names).toEqual(['fanari-session', 'fanari-session-1', 'fanari-session-2']);
    for (const name of jar.names)
      expect(name.length + jar.valueOf(name).length).toBeLessThan(3_900);
    expect((await sessions.read(headers()))?.session.token).toHaveLength(6_000);
    await logIn(sessions);
    expect(jar.names).toEqual(['fanari-session']);
    expect(await sessions.read(headers())).not.toBeNull();
  });

  test('that would fill a request are not set at all', async () => {
    const sessions = replica();
    const session = sessions.begin({ ...start, token: 'x'.repeat(12_000) });
    expect(await sessions.keep(session, headers())).toBeNull();
  });

  test.each([
    ['nothing', ''],
    ['a value that was not sealed', 'fanari-session=1~{"user":"admin"}'],
    ['no number of parts', 'fanari-session=abc'],
    ['a part too few', 'fanari-session=2~abc'],
    ['too many parts', 'fanari-session=9~abc; fanari-session-1=x'],
    ['a huge one', `fanari-session=1~${'a'.repeat(100_000)}`],
    ['no name', '=1~abc'],
  ])('with %s are no session', async (_, cookie) => {
    expect(await replica().read(new Headers({ host, cookie }))).toBeNull();
  });
});

describe('without notes that replicas share', () => {
  test('a log-out holds in the process, and its failure lets nobody else in', async () => {
    notes.isAway = true;
    const one = replica();
    const { session } = await logIn(one);
    expect(await one.read(headers())).not.toBeNull();
    await one.end(session);
    expect(await one.read(headers())).toBeNull();
  });
});
