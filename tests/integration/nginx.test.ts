import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';
import { freePorts } from '@/tests/real/cluster/program';
import { startNginx, type Nginx } from '@/tests/support/nginx';
import { readEvents } from '@/tests/support/read-events';
import { demoEnvironment, Replica } from '@/tests/support/replica';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';
import { changeTo, readTwoWaySplits, routePath } from '@/tests/support/weight-writer';

const SETUP_MS = 240_000;
const BASE = '/mesh';
/** How much later an event may come through nginx than without it. */
const LAG_MS = 1_000;

let demo: DemoProcess;
let fanari: Replica;
let nginx: Nginx;
let fanariPort: number;
let ways: Readonly<Record<Way, number>>;

/** How the `location` is written: each is what people copy from somewhere. */
type Way = 'kept' | 'stripped' | 'plain';

/**
 * `kept` and `stripped`: the prefix; `plain`: not a line more than nginx needs, so HTTP/1.0 to Fanari and a Host of its
 * own. Buffering is on everywhere, as it is by default.
 */
function configuration(): string {
  const to = `http://127.0.0.1:${fanariPort}`;
  const headers = `
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;`;
  const server = (way: Way, body: string) => `
    server {
      listen 127.0.0.1:${ways[way]};
      location ${BASE}/ { ${body} }
    }`;
  return `
    gzip on;
    gzip_min_length 0;
    gzip_proxied any;
    gzip_types text/plain text/css application/javascript application/json text/event-stream;
    proxy_buffering on;
    upstream fanari { server 127.0.0.1:${fanariPort}; keepalive 8; }
    ${server(
      'kept',
      `proxy_pass http://fanari; proxy_http_version 1.1; proxy_set_header Connection ""; ${headers}`,
    )}
    ${server('stripped', `proxy_pass ${to}/; ${headers}`)}
    ${server('plain', `proxy_pass ${to};`)}`;
}

const urlOf = (way: Way) => `http://127.0.0.1:${ways[way]}${BASE}`;

async function startFanari(): Promise<Replica> {
  const settings = { FANARI_BASE_PATH: BASE, FANARI_TRUSTED_PROXIES: '127.0.0.1' };
  return Replica.start(fanariPort, { ...demoEnvironment(demo), ...settings });
}

beforeAll(async () => {
  demo = await startDemo(['--history', '1m']);
  const [first = 0, kept = 0, stripped = 0, plain = 0] = await freePorts(4);
  fanariPort = first;
  ways = { kept, stripped, plain };
  fanari = await startFanari();
  nginx = await startNginx(configuration(), Object.values(ways));
}, SETUP_MS);

afterAll(async () => {
  await nginx.close();
  await fanari.end('SIGTERM');
  await demo.close();
});

interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
}

/** A request that nothing but Node's own client has touched. */
async function send(
  url: string,
  options: http.RequestOptions = {},
  body: string | null = null,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { statusCode = 0, headers, rawHeaders } = answer;
        resolve({ status: statusCode, headers, rawHeaders, text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function canary(): Promise<TrafficSplit> {
  const [split] = await readTwoWaySplits(fanari.url);
  if (split === undefined) throw new Error('the demo has no canary');
  return split;
}

/** What a browser sends whose page came from `url`. */
function browserWrite(url: string, change: WeightChange, options: http.RequestOptions = {}) {
  const headers = {
    'content-type': 'application/json',
    origin: new URL(url).origin,
    'sec-fetch-site': 'same-origin',
  };
  const request = { method: 'POST', headers, agent: false, ...options } as const;
  return send(`${url}/api/v1/splits/apply`, request, JSON.stringify({ change }));
}

describe.each(['kept', 'stripped', 'plain'] as const)('behind nginx, prefix %s', (way) => {
  test('a page names only what can be had below the prefix', async () => {
    for (const page of ['/', '/mtls', '/mtls/']) {
      const answer = await send(urlOf(way) + page);
      expect(answer.status, page).toBe(200);
      expect(answer.headers['set-cookie']).toBeUndefined();
      const links = [...answer.text.matchAll(/(?:src|href|action)="([^"#]+)"/g)];
      const paths = [...new Set(links.map(([, path]) => path ?? ''))];
      expect(paths.length).toBeGreaterThan(5);
      for (const path of paths) {
        expect(path.startsWith(`${BASE}/`) || path === BASE, path).toBe(true);
        // nginx itself leads from the bare prefix to the one with a slash.
        const found = await fetch(new URL(path, urlOf(way)));
        expect(found.status, path).toBe(200);
        await found.body?.cancel();
      }
    }
  });

  test('JSON is compressed once, and is the same', async () => {
    const url = `${urlOf(way)}/api/v1/openapi.json`;
    const zipped = await fetch(url);
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await zipped.json()).toEqual(await plain.json());
  });

  test.each(['gzip', 'identity'])('each event comes through as it is sent (%s)', async (coding) => {
    const headers = { 'accept-encoding': coding };
    const stream = async (base: string) => {
      const leave = new AbortController();
      const url = `${base}/api/v1/graph/stream?namespaces=bookinfo`;
      const response = await fetch(url, { headers, signal: leave.signal });
      expect(response.status).toBe(200);
      return { events: readEvents(response, ['graph', 'delta']), leave };
    };
    const direct = await stream(fanari.url);
    const proxied = await stream(urlOf(way));
    const arrivals = async (events: ReturnType<typeof readEvents>) => {
      const times = new Map<string, number>();
      for await (const { id } of events) {
        times.set(id, Date.now());
        if (times.size === 6) break;
      }
      return times;
    };
    const [without, through] = await Promise.all([
      arrivals(direct.events),
      arrivals(proxied.events),
    ]);
    const both = [...through].filter(([id]) => without.has(id));
    expect(both.length).toBeGreaterThan(3);
    for (const [id, atMs] of both) expect(atMs - (without.get(id) ?? 0)).toBeLessThan(LAG_MS);
    for (const { leave } of [direct, proxied]) leave.abort();
  });

  test('a stream goes on after the last event id, as header and as parameter', async () => {
    const url = `${urlOf(way)}/api/v1/graph/stream`;
    const first = await fetch(url);
    const events = readEvents(first, ['graph', 'delta']);
    const whole = (await events.next()).value;
    const delta = (await events.next()).value;
    expect([whole?.event, delta?.event]).toEqual(['graph', 'delta']);
    await events.return(undefined);
    for (const [query, headers] of [
      ['', { 'last-event-id': whole?.id ?? '' }],
      [`?lastEventId=${whole?.id}`, {}],
    ] as const) {
      const again = readEvents(await fetch(url + query, { headers }), ['graph', 'delta']);
      expect((await again.next()).value).toEqual(delta);
      await again.return(undefined);
    }
  });
});

describe.each(['kept', 'stripped'] as const)('a write through nginx, prefix %s', (way) => {
  test('from a page of Fanari is made, and is logged with the address of who asked', async () => {
    const split = await canary();
    const seen = split.destinations.map(({ weight }) => weight);
    const from = { localAddress: '127.0.0.77' };
    const answer = await browserWrite(urlOf(way), changeTo(split, seen, [64, 36]), from);
    expect(answer.status, answer.text).toBe(200);
    const applied = JSON.parse(answer.text) as SplitApplyResponse;
    const stored = (await (await fetch(demo.kubernetesUrl + routePath(split.object))).json()) as {
      readonly metadata: { readonly resourceVersion: string };
    };
    expect(stored.metadata.resourceVersion).toBe(applied.resourceVersion);
    const line = () =>
      fanari.audit().find(({ resourceVersion }) => resourceVersion === applied.resourceVersion);
    await until('the audit line', () => line() !== undefined);
    expect(line()).toMatchObject({ actor: { remote: '127.0.0.77' } });
    expect((await browserWrite(urlOf(way), applied.undo)).status).toBe(200);
  });
});

test('without the Host that the browser sent, pages are read and writes are refused, saying why', async () => {
  const split = await canary();
  const seen = split.destinations.map(({ weight }) => weight);
  const answer = await browserWrite(urlOf('plain'), changeTo(split, seen, [64, 36]));
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.text)).toMatchObject({ type: 'urn:fanari:problem:cross-site' });
});

describe('large headers', () => {
  /** What nginx reads at most, by default: four times 8 kB, of which one field takes no more than one. */
  const large = Object.fromEntries(
    ['cookie', 'x-auth-a', 'x-auth-b'].map((name) => [name, `${name}=${'x'.repeat(7_900)}`]),
  );

  test('as large as nginx lets through are read', async () => {
    const answer = await send(`${urlOf('kept')}/api/v1/status`, { headers: large });
    expect(answer.status).toBe(200);
  });

  test('of answers fit into what nginx reads of them, 4 kB', async () => {
    for (const path of ['/', '/mtls', '/no-such-page', '/api/v1/graph', '/api/v1/nothing']) {
      const { rawHeaders } = await send(fanari.url + path);
      expect(rawHeaders.join(': \r\n').length, path).toBeLessThan(3_000);
    }
  });
});

test('when Fanari is replaced, nginx goes on with the new one, and a stream begins anew', async () => {
  const url = `${urlOf('kept')}/api/v1/graph/stream`;
  const events = readEvents(await fetch(url), ['graph', 'delta']);
  const before = (await events.next()).value;
  await fanari.end('SIGTERM');
  expect((await send(`${urlOf('kept')}/`)).status).toBe(502);
  fanari = await startFanari();
  await until('nginx to ask it', async () => (await send(`${urlOf('kept')}/`)).status === 200);
  const again = readEvents(await fetch(`${url}?lastEventId=${before?.id}`), ['graph', 'delta']);
  const first = (await again.next()).value;
  expect(first?.event).toBe('graph');
  expect(first?.id.split('.')[0]).not.toBe(before?.id.split('.')[0]);
  await again.return(undefined);
});
