import http, { type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_PREFIX, endpoints } from '@/contract/endpoints';
import type { SplitsResponse } from '@/contract/splits';
import { startBusyPrometheus } from '@/tests/support/busy-prometheus';
import { startScript, type ScriptRun } from '@/tests/support/demo-run';
import { readEvents } from '@/tests/support/read-events';
import { MOST_STREAMS } from '@/server/usecases/stream-refusal';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';

const BUILD_MS = 300_000;
const HOST = 'http://127.0.0.1';

interface Production {
  readonly run: ScriptRun;
  readonly port: number;
}

/** The built server as `npm start` runs it. */
async function startProduction(
  demo: DemoProcess,
  port: number,
  flags: readonly string[],
): Promise<Production> {
  const { run } = await startScript(
    'start.mjs',
    [
      ...['--kubeconfig', demo.kubeconfig, '--prometheus-url', demo.prometheusUrl],
      ...['--jaeger-url', demo.jaegerUrl, '--refresh', '1s', '--port', String(port), ...flags],
    ],
    (line) => (line.startsWith('Fanari listens at') ? line : null),
  );
  await until('readiness', async () => (await fetch(`${HOST}:${port}/readyz`)).ok);
  return { run, port };
}

let demo: DemoProcess;
let atPath: Production;
let atRoot: Production;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m']);
  // Audit lines do not depend on the level of the log.
  atPath = await startProduction(demo, 20_421, ['--base-path', '/fanari', '--log-level', 'error']);
  atRoot = await startProduction(demo, 20_422, ['--host', '0.0.0.0']);
}, BUILD_MS);

afterAll(async () => {
  await Promise.all([atPath.run.stop(), atRoot.run.stop()]);
  await demo.close();
});

/** Everything of Fanari's own that a page loads. */
function assetsOf(html: string): string[] {
  const found = html.matchAll(/(?:src|href)="(\/[^"]*\.(?:js|css|woff2|svg)[^"]*)"/g);
  return [...new Set([...found].map(([, path]) => path ?? ''))];
}

describe('one build under any base path', () => {
  test.each([
    ['a base path, passed on by the proxy', () => `${HOST}:${atPath.port}/fanari`, '/fanari/'],
    ['a base path, stripped by the proxy', () => `${HOST}:${atPath.port}`, '/fanari/'],
    ['the root', () => `${HOST}:${atRoot.port}`, '/'],
  ])('serves pages, files, API and probes under %s', async (_, base, prefix) => {
    const { origin } = new URL(base());
    for (const page of ['/', '/mtls', '/mtls/']) {
      const response = await fetch(base() + page, { redirect: 'manual' });
      expect(response.status, page).toBe(200);
      const html = await response.text();
      expect(html).not.toContain('__fanari_base_path__');
      const assets = assetsOf(html);
      expect(assets.length).toBeGreaterThan(5);
      for (const path of assets) {
        expect(path.startsWith(prefix), path).toBe(true);
        const asset = await fetch(origin + path);
        expect(asset.status, path).toBe(200);
        expect(await asset.text(), path).not.toContain('__fanari_base_path__');
      }
    }
    for (const path of ['/api/v1/status', '/api/v1/openapi.json', '/metrics', '/healthz']) {
      expect((await fetch(base() + path)).status, path).toBe(200);
    }
  });

  test('sets no cookie, and sends nobody elsewhere', async () => {
    for (const path of ['', '/', '/mtls/', '/fanari', '/fanari/', '/fanari/mtls/']) {
      const response = await fetch(`${HOST}:${atPath.port}${path}`, { redirect: 'manual' });
      expect(response.headers.get('location'), path).toBeNull();
      expect(response.headers.get('set-cookie'), path).toBeNull();
    }
  });
});

describe('what browsers are told', () => {
  test.each(['/', '/mtls', '/no-such-page'])(
    'on %s only scripts and styles with the nonce of this answer may run',
    async (path) => {
      const nonces = new Set<string>();
      for (let time = 0; time < 2; time += 1) {
        const response = await fetch(`${HOST}:${atRoot.port}${path}`);
        const policy = response.headers.get('content-security-policy') ?? '';
        const nonce = /script-src [^;]*'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
        expect(policy).not.toMatch(/script-src [^;]*'unsafe-/);
        expect(nonce.length).toBeGreaterThan(16);
        nonces.add(nonce);
        const html = await response.text();
        const tags = html.match(/<(?:script|style)[^>]*>/g) ?? [];
        expect(tags.length).toBeGreaterThan(2);
        for (const tag of tags) expect(tag).toContain(`nonce="${nonce}"`);
        expect(html).not.toMatch(/\son[a-z]+="/);
      }
      expect(nonces.size).toBe(2);
    },
  );

  test.each(['/', '/api/v1/status', '/api/v1/nothing', '/metrics', '/icon.svg'])(
    '%s carries the security headers',
    async (path) => {
      const { headers } = await fetch(`${HOST}:${atRoot.port}${path}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );
});

describe('every address of the API', () => {
  const call = async (method: string, path: string) =>
    new Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }>(
      (resolve, reject) => {
        const request = http.request(
          { port: atRoot.port, host: '127.0.0.1', method, path },
          (answer) => {
            let text = '';
            answer.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
            answer.on('end', () =>
              resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
            );
          },
        );
        request.on('error', reject);
        request.end();
      },
    );

  test.each(['/api', '/api/v1', '/api/v1/nothing', '/api/v2/graph', '/api/v1/graph/x/y'])(
    '%s is not found, and says so in a problem document',
    async (path) => {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await call(method, path);
        expect(answer.status).toBe(404);
        expect(answer.headers['content-type']).toBe('application/problem+json');
        expect(JSON.parse(answer.text)).toMatchObject({ status: 404 });
      }
    },
  );

  test.each([...new Set(endpoints.map(({ path }) => path))])(
    '%s refuses methods that it does not take, naming those it does',
    async (path) => {
      const address = `${API_PREFIX}${path.replace(/\{\w+\}/, 'abcd')}`;
      const taken: readonly string[] = endpoints
        .filter((endpoint) => endpoint.path === path)
        .map(({ method }) => method);
      const allow = [
        ...(taken.includes('GET') ? ['GET', 'HEAD'] : []),
        ...(taken.includes('POST') ? ['POST'] : []),
        'OPTIONS',
      ].join(', ');
      const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
        (other) => !taken.includes(other),
      );
      for (const other of others) {
        const answer = await call(other, address);
        expect(answer.status, other).toBe(405);
        expect(answer.headers.allow).toBe(allow);
        expect(answer.headers['content-type']).toBe('application/problem+json');
        expect(JSON.parse(answer.text)).toMatchObject({ status: 405 });
      }
      const options = await call('OPTIONS', address);
      expect([options.status, options.headers.allow]).toEqual([204, allow]);
      const head = await call('HEAD', address);
      expect(head.text).toBe('');
      if (!taken.includes('GET')) expect(head.status).toBe(405);
    },
  );

  test.each([
    ['TRACE', '/api/v1/graph', 501],
    ['PROPFIND', '/', 501],
    ['GET', '/api/v1/%E0%A4%A', 400],
  ])('%s %s is refused with a problem document', async (method, path, status) => {
    const answer = await call(method, path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ status });
  });

  test('HEAD of the stream opens none', async () => {
    const answer = await call('HEAD', '/api/v1/graph/stream');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('text/event-stream');
    const metrics = await call('GET', '/metrics');
    expect(metrics.text).toMatch(/^fanari_stream_clients 0$/m);
  });
});

describe('writes', () => {
  const writes = endpoints.filter(({ method }) => method === 'POST').map(({ path }) => path);
  const post = async (production: Production, path: string, headers: Record<string, string>) =>
    fetch(`${HOST}:${production.port}${API_PREFIX}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    });

  test.each(writes)('POST %s is refused when it comes from another site', async (path) => {
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const response = await post(atPath, path, headers);
      expect(response.status, JSON.stringify(headers)).toBe(403);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
    const own = await post(atPath, path, { origin: `${HOST}:${atPath.port}` });
    // Without a login there is no session to begin, and none to end.
    const withoutLogin: Readonly<Record<string, number>> = {
      '/session': 404,
      '/session/logout': 200,
    };
    expect(own.status).toBe(withoutLogin[path] ?? 400);
  });

  async function change(port: number, wanted: readonly number[]) {
    const splits = (await (await fetch(`${HOST}:${port}/api/v1/splits`)).json()) as SplitsResponse;
    const split = splits.splits.find(
      ({ id }) => id === 'VirtualService/bookinfo/reviews/spec/http/1',
    );
    if (split === undefined) throw new Error('the demo has no canary');
    const { object, apiVersion, rulePointer, ruleText } = split;
    const seen = split.destinations.map(({ host, subset, port: to, weight }) => ({
      ...{ host, subset, port: to, weight },
    }));
    return { change: { object, apiVersion, rulePointer, ruleText, seen, wanted } };
  }

  async function apply(port: number, wanted: readonly number[]) {
    return fetch(`${HOST}:${port}/api/v1/splits/apply`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await change(port, wanted)),
    });
  }

  test('are refused on a public address, where nobody says who they are', async () => {
    const status = (await (await fetch(`${HOST}:${atRoot.port}/api/v1/status`)).json()) as object;
    expect(status).toMatchObject({ readOnly: true });
    const response = await apply(atRoot.port, [50, 50]);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ type: 'urn:fanari:problem:read-only' });
  });

  test('are each one structured line on standard output, accepted or not', async () => {
    expect((await apply(atPath.port, [70, 30])).status).toBe(200);
    const audit = () =>
      atPath.run.output
        .filter((line) => line.includes('"audit":true'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await until('an audit line', () => audit().length > 0);
    expect(audit()).toHaveLength(1);
    expect(audit()[0]).toMatchObject({
      action: 'weights',
      object: { kind: 'VirtualService', namespace: 'bookinfo', name: 'reviews' },
      before: [90, 10],
      after: [70, 30],
      outcome: 'accepted',
      actor: { user: null, strategy: 'anonymous', remote: '127.0.0.1' },
    });
    const refused = () => atRoot.run.output.filter((line) => line.includes('"audit":true'));
    await until('the refused write', () => refused().length > 0);
    expect(JSON.parse(refused()[0] ?? '')).toMatchObject({ outcome: 'forbidden' });
  });
});

describe('compression', () => {
  async function open(port: number, path: string): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { 'accept-encoding': 'gzip' };
      http.get({ host: '127.0.0.1', port, path, headers }, resolve).on('error', reject);
    });
  }

  test.each(['/', '/api/v1/graph', '/api/v1/splits', '/api/v1/openapi.json', '/metrics'])(
    '%s is sent with gzip to who takes it',
    async (path) => {
      const answer = await open(atRoot.port, path);
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(answer.headers.vary?.toLowerCase()).toContain('accept-encoding');
      let plain = 0;
      for await (const chunk of answer.pipe(createGunzip())) plain += (chunk as Buffer).length;
      expect(plain).toBeGreaterThan(1000);
      const bare = await fetch(`${HOST}:${atRoot.port}${path}`, {
        headers: { 'accept-encoding': 'identity' },
      });
      expect(bare.headers.get('content-encoding')).toBeNull();
    },
  );

  async function read(path: string): Promise<http.IncomingHttpHeaders & { readonly text: string }> {
    const answer = await open(atRoot.port, path);
    const isZipped = answer.headers['content-encoding'] === 'gzip';
    const chunks: Buffer[] = [];
    for await (const chunk of isZipped ? answer.pipe(createGunzip()) : answer)
      chunks.push(chunk as Buffer);
    return { ...answer.headers, text: Buffer.concat(chunks).toString('utf8') };
  }

  test('sends a script of the build again as it is on the disk', async () => {
    const page = await (await fetch(`${HOST}:${atRoot.port}/`)).text();
    const scripts = new Set(
      [...page.matchAll(/src="(\/_next\/static\/[^"?]+\.js)"/g)].map(([, path]) => path ?? ''),
    );
    let zipped = 0;
    for (const path of scripts) {
      const first = await read(path);
      expect(first['cache-control']).toContain('immutable');
      // Next leaves the smallest files as they are.
      if (first['content-encoding'] === 'gzip') zipped += 1;
      const again = await read(path);
      expect([again.text, again['content-encoding'], again['content-type']]).toEqual([
        first.text,
        first['content-encoding'],
        first['content-type'],
      ]);
      const plain = { headers: { 'accept-encoding': 'identity' } };
      const file = await fetch(`${HOST}:${atRoot.port}${path}`, plain);
      expect(first.text).toBe(await file.text());
    }
    expect(zipped).toBeGreaterThan(2);
  });

  test('keeps no live answer that is asked for through a path of the build', async () => {
    const path = '/_next/static/../../metrics';
    const first = await read(path);
    expect(first['content-encoding']).toBe('gzip');
    expect(first.text).toContain('process_cpu_seconds_total');
    // Answers and times are counted, so no two answers are alike.
    expect((await read(path)).text).not.toBe(first.text);
  });

  test('holds no event of the stream back', async () => {
    const answer = await open(atRoot.port, '/api/v1/graph/stream');
    expect(answer.headers['content-encoding']).toBe('gzip');
    const plain = Readable.toWeb(answer.pipe(createGunzip())) as ReadableStream<Uint8Array>;
    const names: string[] = [];
    for await (const { event } of readEvents(new Response(plain))) {
      if (names.push(event) === 5) break;
    }
    answer.destroy();
    expect(names).toEqual(['graph', 'alive', 'delta', 'delta', 'delta']);
  });
});

describe('the event stream', () => {
  const stream = async (query = '', headers: Record<string, string> = {}) => {
    const leave = new AbortController();
    const url = `${HOST}:${atPath.port}/fanari/api/v1/graph/stream?${query}`;
    const response = await fetch(url, { signal: leave.signal, headers });
    return { events: readEvents(response, ['graph', 'delta']), leave, response };
  };

  test('goes on after the last event id, and begins anew after an unknown one', async () => {
    const first = await stream();
    const whole = (await first.events.next()).value;
    const delta = (await first.events.next()).value;
    expect([whole?.event, delta?.event]).toEqual(['graph', 'delta']);
    first.leave.abort();
    for (const again of [
      await stream('', { 'last-event-id': whole?.id ?? '' }),
      await stream(`lastEventId=${whole?.id ?? ''}`),
    ]) {
      expect((await again.events.next()).value).toEqual(delta);
      again.leave.abort();
    }
    const other = await stream('', { 'last-event-id': 'ffff.1-1' });
    expect((await other.events.next()).value?.event).toBe('graph');
    other.leave.abort();
  });

  /** Streams whose clients read nothing that they are sent. */
  const openIdle = (port: number, path: string, count: number): readonly Socket[] =>
    Array.from({ length: count }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
      return socket;
    });

  const metric = async (port: number, name: string): Promise<number> => {
    const text = await (await fetch(`${HOST}:${port}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 'NaN');
  };

  test('is refused beyond what there is room for, and the graph is answered all the same', async () => {
    const { port } = atRoot;
    const idle = openIdle(port, '/api/v1/graph/stream', MOST_STREAMS);
    await until('the streams to be open', async () => {
      return (await metric(port, 'fanari_stream_clients')) === MOST_STREAMS;
    });
    const refused = await fetch(`${HOST}:${port}/api/v1/graph/stream`);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ type: 'urn:fanari:problem:too-many-streams' });
    expect((await fetch(`${HOST}:${port}/api/v1/graph`)).status).toBe(200);
    for (const socket of idle) socket.destroy();
    await until('the streams to be forgotten', async () => {
      return (await metric(port, 'fanari_stream_clients')) === 0;
    });
    const again = await fetch(`${HOST}:${port}/api/v1/graph/stream`);
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });

  describe('of megabytes a second', () => {
    const EDGES = 600;
    const IDLE = 30;
    let busy: Server;
    let big: Production;

    beforeAll(async () => {
      busy = await startBusyPrometheus(EDGES);
      const { port } = busy.address() as AddressInfo;
      const mesh = { ...demo, prometheusUrl: `${HOST}:${port}` };
      big = await startProduction(mesh, 20_424, []);
    }, BUILD_MS);

    afterAll(async () => {
      await big.run.stop();
      busy.closeAllConnections();
      await new Promise((resolve) => busy.close(resolve));
    });

    test('drops thirty who do not read, and goes on to one who does', async () => {
      const path = '/api/v1/graph/stream';
      const idle = openIdle(big.port, path, IDLE);
      await until('the streams to be open', async () => {
        return (await metric(big.port, 'fanari_stream_clients')) === IDLE;
      });
      const leave = new AbortController();
      const response = await fetch(`${HOST}:${big.port}${path}`, { signal: leave.signal });
      const events = readEvents(response, ['graph', 'delta']);
      let lastId = '';
      let received = 0;
      let longestMs = 0;
      const reading = (async () => {
        let beforeMs = Date.now();
        for await (const { id, data } of events) {
          longestMs = Math.max(longestMs, Date.now() - beforeMs);
          beforeMs = Date.now();
          lastId = id;
          received += data.length;
        }
      })().catch(() => undefined);
      await until(
        'those who do not read to be dropped',
        async () => (await metric(big.port, 'fanari_stream_dropped_total')) === IDLE,
        55_000,
      );
      // The one who reads got more than those who were dropped for leaving as much unread, and never waited for long.
      expect(received).toBeGreaterThan(8_000_000);
      expect(longestMs).toBeLessThan(10_000);
      expect(await metric(big.port, 'fanari_stream_clients')).toBe(1);
      leave.abort();
      await reading;
      for (const socket of idle) socket.destroy();
      const back = await fetch(`${HOST}:${big.port}${path}?lastEventId=${lastId}`);
      const first = await readEvents(back, ['graph', 'delta']).next();
      expect(first.value?.event).toBe('delta');
    });
  });
});

test('SIGTERM ends it within five seconds, with streams open and a request half sent', async () => {
  const production = await startProduction(demo, 20_423, []);
  const response = await fetch(`${HOST}:${production.port}/api/v1/graph/stream`);
  const events = readEvents(response);
  await events.next();
  const half = connect(production.port, '127.0.0.1');
  half.on('error', () => undefined);
  half.write('POST /api/v1/splits/apply HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n{');
  const startedMs = Date.now();
  await production.run.stop();
  expect(Date.now() - startedMs).toBeLessThan(5000);
  half.destroy();
});
