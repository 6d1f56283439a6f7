import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CookieJar } from '@/tests/support/cookie-jar';
import { startScript, type ScriptRun } from '@/tests/support/demo-run';
import { JudgingApi } from '@/tests/support/judging-api';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';

const BUILD_MS = 300_000;
const TOKEN = 'secret-token-of-alice';
const PROXY_SECRET = 'proxy-secret-0123456789';
let folder: string;
let demo: DemoProcess;
let judge: JudgingApi;
const runs: ScriptRun[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attacks-'));
  writeFileSync(join(folder, 'keys'), 'k'.repeat(40));
  writeFileSync(join(folder, 'secret'), PROXY_SECRET);
  demo = await startDemo(['--history', '1m']);
  const alice = { user: 'alice', groups: ['ops'] };
  judge = await JudgingApi.start(demo.kubernetesUrl, { tokens: { [TOKEN]: alice } });
  const keys = ['--session-keys-file', join(folder, 'keys')];
  await start(20_431, ['--auth-strategy', 'token', ...keys]);
  await start(20_432, ['--auth-strategy', 'token', ...keys, '--base-path', '/fanari']);
  await start(20_433, [
    ...['--auth-strategy', 'header', '--trusted-proxies', '127.0.0.1,10.0.0.0/8'],
    ...['--auth-header-secret-file', join(folder, 'secret')],
  ]);
}, BUILD_MS);

afterAll(async () => {
  await Promise.all(runs.map(async (run) => run.stop()));
  judge.close();
  await demo.close();
  rmSync(folder, { recursive: true });
});

async function start(port: number, flags: readonly string[]): Promise<void> {
  const { run } = await startScript(
    'start.mjs',
    ['--kubeconfig', judge.kubeconfig, '--port', String(port), '--log-level', 'debug', ...flags],
    (line) => (line.startsWith('Fanari listens at') ? line : null),
  );
  runs.push(run);
  await until('readiness', async () => (await call(port, 'GET', '/readyz')).status === 200);
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request with headers exactly as given: `fetch` would not send all of them. */
function call(
  port: number,
  method: string,
  path: string,
  headers: http.OutgoingHttpHeaders = {},
  body?: unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, method, path, headers, agent: false, localAddress: '127.0.0.1' },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
        });
      },
    );
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

async function logIn(port: number, token = TOKEN, headers: Record<string, string> = {}) {
  const jar = new CookieJar();
  const base = port === 20_432 ? '/fanari' : '';
  const path = `${base}/api/v1/session`;
  const answer = await call(port, 'POST', path, { ...JSON_TYPE, ...headers }, { token });
  jar.take(answer.headers['set-cookie'] ?? []);
  return { ...answer, jar };
}

const statusOf = async (port: number, headers: Record<string, string>, path = '/api/v1/status') =>
  (await call(port, 'GET', path, headers)).status;

describe('without a login', () => {
  test.each([
    '/api/v1/status',
    '/api/v1/graph',
    '/api/v1/graph/stream',
    '/api/v1/splits',
    '/api/v1/mtls',
    '/api/v1/traces?node=a',
    '/api/v1/series?node=a',
    '/api/v1/config?group=&kind=Service&namespace=bookinfo&name=reviews',
    '/api/v1/splits/candidates?namespaces=bookinfo',
  ])('%s tells nothing', async (path) => {
    const { status, text } = await call(20_431, 'GET', path);
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ type: 'urn:fanari:problem:login-needed' });
    expect(text).not.toMatch(/bookinfo|reviews/);
  });

  test('a token in an address is not read', async () => {
    for (const name of ['token', 'access_token', 'id_token', 'authorization']) {
      expect(await statusOf(20_431, {}, `/api/v1/status?${name}=${TOKEN}`)).not.toBe(200);
      expect(await statusOf(20_431, {}, `/api/v1/splits?${name}=${TOKEN}`)).not.toBe(200);
    }
  });

  test('pages hold nothing of the mesh', async () => {
    const cookie = 'fanari-session=1~forged';
    const { text } = await call(20_431, 'GET', '/', { accept: 'text/html', cookie });
    expect(text).not.toMatch(/bookinfo|productpage/);
  });
});

describe('sessions', () => {
  test('are one for replicas with the same keys, and nothing under another path', async () => {
    const { status, jar } = await logIn(20_431);
    expect(status).toBe(200);
    expect(await statusOf(20_431, { cookie: jar.header })).toBe(200);
    expect(await statusOf(20_432, { cookie: jar.header }, '/fanari/api/v1/status')).toBe(200);
    const lines = (await logIn(20_432)).headers['set-cookie'] ?? [];
    expect(lines.every((line) => line.includes('Path=/fanari;'))).toBe(true);
  });

  test('that are forged, cut, doubled or huge are none', async () => {
    const { jar } = await logIn(20_431);
    const value = jar.valueOf('fanari-session');
    const other = value.at(-1) === 'A' ? 'B' : 'A';
    for (const cookie of [
      `fanari-session=${value.slice(0, -1)}${other}`,
      `fanari-session=${value.slice(0, value.length / 2)}`,
      `fanari-session=1~${'x'.repeat(9_000)}`,
      `fanari-session=1~e30.e30.e30.e30.e30; fanari-session=${value}`,
      `FANARI-SESSION=${value}`,
    ]) {
      expect(await statusOf(20_431, { cookie }), cookie.slice(0, 60)).toBe(401);
    }
    expect(await statusOf(20_431, { cookie: `a=${'x'.repeat(40_000)}` })).toBe(431);
  });

  test('that a browser brought along do not survive a login', async () => {
    const { jar } = await logIn(20_431);
    const before = jar.header;
    const { headers } = await logIn(20_431, TOKEN, { cookie: before });
    jar.take(headers['set-cookie'] ?? []);
    expect(jar.header).not.toBe(before);
  });

  test('end with a log-out, also for whoever copied the cookie', async () => {
    const { jar } = await logIn(20_431);
    const copied = jar.header;
    const answer = await call(20_431, 'POST', '/api/v1/session/logout', { cookie: copied });
    expect(answer.status).toBe(200);
    expect(await statusOf(20_431, { cookie: copied })).toBe(401);
  });
});

describe('pages of other sites', () => {
  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('log nobody in or out (%j)', async (headers) => {
    expect((await logIn(20_431, TOKEN, headers as Record<string, string>)).status).toBe(403);
    const path = '/api/v1/session/logout';
    expect((await call(20_431, 'POST', path, headers as Record<string, string>)).status).toBe(403);
  });

  test('cannot send a form as a login', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await call(20_431, 'POST', '/api/v1/session', type, { token: TOKEN })).status).toBe(
      415,
    );
  });
});

describe('a trusted proxy', () => {
  const right = {
    'x-forwarded-user': 'alice',
    'x-forwarded-groups': 'ops',
    'x-fanari-proxy-secret': PROXY_SECRET,
  };

  test('is believed', async () => {
    expect(await statusOf(20_433, right)).toBe(200);
  });

  test.each([
    ['no secret', { 'x-forwarded-user': 'alice' }],
    ['a wrong one', { ...right, 'x-fanari-proxy-secret': 'x' }],
    [
      'a name in look-alike headers',
      { ...right, 'x-forwarded-user': '', x_forwarded_user: 'alice' },
    ],
    ['two names', { ...right, 'x-forwarded-user': ['alice', 'admin'] }],
    ['two secrets', { ...right, 'x-fanari-proxy-secret': [PROXY_SECRET, PROXY_SECRET] }],
    ['a name of Kubernetes', { ...right, 'x-forwarded-user': 'system:admin' }],
    ['a group of Kubernetes', { ...right, 'x-forwarded-groups': ['ops', 'system:masters'] }],
  ])('is not with %s', async (_, headers) => {
    judge.takeCalls();
    expect((await call(20_433, 'GET', '/api/v1/status', headers)).status).toBe(401);
    expect(judge.takeCalls().filter(({ isImpersonated }) => isImpersonated)).toEqual([]);
  });

  test('is not one that only says so, where the token strategy asks for logins', async () => {
    expect(await statusOf(20_431, right)).toBe(401);
    const forged = { ...right, 'x-fanari-internal-peer': 'x 10.0.0.1', 'x-real-ip': '10.0.0.1' };
    expect(await statusOf(20_431, forged)).toBe(401);
  });
});

describe('guessing', () => {
  test('ends after ten tries, whatever address the guesser claims to have, and tells nothing in the log', async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      const claimed = {
        'x-forwarded-for': `203.0.113.${index}`,
        forwarded: `for=203.0.113.${index}`,
      };
      statuses.push((await logIn(20_432, `guess-${index}`, claimed)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    const log = runs.flatMap(({ output }) => output).join('\n');
    expect(log).not.toContain(TOKEN);
    expect(log).not.toContain('guess-');
    expect(log).not.toContain(PROXY_SECRET);
  });
});
