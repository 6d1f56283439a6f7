import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GET as getConfig } from '@/app/api/v1/config/route';
import { GET as getGraph } from '@/app/api/v1/graph/route';
import { GET as getStream } from '@/app/api/v1/graph/stream/route';
import { GET as getMtls } from '@/app/api/v1/mtls/route';
import { GET as getOpenApi } from '@/app/api/v1/openapi.json/route';
import { GET as getSeries } from '@/app/api/v1/series/route';
import { POST as postApply } from '@/app/api/v1/splits/apply/route';
import { POST as postPreview } from '@/app/api/v1/splits/preview/route';
import { GET as getCandidates } from '@/app/api/v1/splits/candidates/route';
import { GET as getSplits } from '@/app/api/v1/splits/route';
import { POST as postStart } from '@/app/api/v1/splits/start/apply/route';
import { POST as postStartPreview } from '@/app/api/v1/splits/start/preview/route';
import { POST as postStartUndo } from '@/app/api/v1/splits/start/undo/route';
import { GET as getStatus } from '@/app/api/v1/status/route';
import { GET as getTraces } from '@/app/api/v1/traces/route';
import { GET as getTrace } from '@/app/api/v1/traces/[traceId]/route';
import { GET as getReady } from '@/app/readyz/route';
import { GET as getMetrics } from '@/app/metrics/route';
import { applyDelta } from '@/contract/apply-delta';
import type { CanaryCandidatesResponse } from '@/contract/canary-candidates';
import type { GraphDelta } from '@/contract/graph-stream';
import type { SplitsResponse } from '@/contract/splits';
import type { TracesResponse } from '@/contract/traces';
import type { Graph } from '@/mesh/graph/graph';
import type { Fanari } from '@/server/fanari';
import { readEvents as readAllEvents, type StreamEvent } from '@/tests/support/read-events';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';
import { ownView } from '@/tests/support/own-view';

/** The graphs and deltas of a stream. */
function readEvents(response: Response): AsyncGenerator<StreamEvent, undefined> {
  return readAllEvents(response, ['graph', 'delta']);
}

let demo: DemoProcess;
let fanari: Fanari;
let ajv: Ajv2020;
const origin = 'http://127.0.0.1:20010';
const holder = globalThis as unknown as Record<symbol, Fanari | undefined>;

beforeAll(async () => {
  demo = await startDemo(['--history', '5m']);
  fanari = startFanari(demo);
  holder[Symbol.for('fanari.server')] = fanari;
  await until('readiness', () => getReady().status === 200);
  ajv = new Ajv2020({ strict: false });
  ajv.addSchema((await getOpenApi().json()) as object, 'api');
});

afterAll(async () => {
  fanari.stop();
  await demo.close();
});

function schema(name: string): ValidateFunction {
  return ajv.compile({ $ref: `api#/components/schemas/${name}` });
}

function request(path: string, init: RequestInit = {}): Request {
  return new Request(`${origin}${path}`, {
    ...init,
    headers: { host: '127.0.0.1:20010', ...(init.headers as Record<string, string> | undefined) },
  });
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return request(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function valid<T>(response: Response, name: string): Promise<T> {
  const body = (await response.json()) as T;
  const validate = schema(name);
  expect(validate(body) ? [] : validate.errors, JSON.stringify(body).slice(0, 400)).toEqual([]);
  return body;
}

async function change(): Promise<{ change: Record<string, unknown> }> {
  const { splits } = (await (await getSplits(request('/api/v1/splits'))).json()) as SplitsResponse;
  const split = splits.find(({ id }) => id === 'VirtualService/bookinfo/reviews/spec/http/1');
  const seen = split?.destinations.map(({ host, subset, port, weight }) => ({
    host,
    subset,
    port,
    weight,
  }));
  return {
    change: {
      object: split?.object,
      apiVersion: split?.apiVersion,
      rulePointer: split?.rulePointer,
      ruleText: split?.ruleText,
      seen,
      wanted: [50, 50],
    },
  };
}

describe('every answer is what the OpenAPI document says', () => {
  test.each(['workload', 'app', 'versioned-app', 'service'])('graph, view %s', async (view) => {
    const graph = await valid<Graph>(
      await getGraph(request(`/api/v1/graph?view=${view}`)),
      'Graph',
    );
    expect(graph.edges.some(({ rps }) => rps !== null && rps > 0)).toBe(true);
    const ids = new Set(graph.nodes.map(({ id }) => id));
    expect(graph.edges.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(
      true,
    );
  });

  test('splits, mTLS, status and config', async () => {
    await valid(await getSplits(request('/api/v1/splits?namespaces=bookinfo')), 'Splits');
    await valid(await getMtls(request('/api/v1/mtls')), 'Mtls');
    await valid(await getStatus(request('/api/v1/status')), 'Status');
    const query = 'group=networking.istio.io&kind=VirtualService&namespace=bookinfo&name=reviews';
    await valid(await getConfig(request(`/api/v1/config?${query}`)), 'Config');
  });

  test('series of nodes and edges', async () => {
    const graph = (await (await getGraph(request('/api/v1/graph'))).json()) as Graph;
    const busy = graph.edges.filter(({ rps }) => (rps ?? 0) > 1).slice(0, 8);
    expect(busy.length).toBeGreaterThan(3);
    for (const { id, source, target } of busy) {
      const edge = `/api/v1/series?edge=${encodeURIComponent(id)}&window=5m`;
      const series = await valid<{ rps: (number | null)[] }>(
        await getSeries(request(edge)),
        'Series',
      );
      expect(
        series.rps.some((value) => (value ?? 0) > 0),
        id,
      ).toBe(true);
      for (const node of [source, target]) {
        const path = `/api/v1/series?node=${encodeURIComponent(node)}&window=5m`;
        const answer = await valid<{ rps: (number | null)[] }>(
          await getSeries(request(path)),
          'Series',
        );
        expect(
          answer.rps.some((value) => value !== null),
          node,
        ).toBe(true);
      }
    }
  });

  test('traces: errors first, and each can be opened', async () => {
    const path = '/api/v1/traces?node=workload:bookinfo/productpage-v1&window=1h&limit=30';
    const { traces } = await valid<TracesResponse>(await getTraces(request(path)), 'Traces');
    expect(traces.length).toBeGreaterThan(0);
    const failed = traces.map(({ errorCount }) => (errorCount ?? 0) > 0);
    expect(failed).toEqual([...failed].sort((a, b) => Number(b) - Number(a)));
    const traceId = traces[0]?.traceId ?? '';
    const opened = await getTrace(request(`/api/v1/traces/${traceId}`), {
      params: Promise.resolve({ traceId }),
    });
    await valid(opened, 'Trace');
  });

  test('preview, apply, conflict and undo', async () => {
    const body = await change();
    await valid(await postPreview(post('/api/v1/splits/preview', body)), 'SplitPreview');
    const applied = await valid<{ undo: unknown }>(
      await postApply(post('/api/v1/splits/apply', body)),
      'SplitApply',
    );
    const again = await postApply(post('/api/v1/splits/apply', body));
    expect(again.status).toBe(409);
    expect(again.headers.get('content-type')).toBe('application/problem+json');
    await valid(again, 'Problem');
    const undone = await postApply(post('/api/v1/splits/apply', { change: applied.undo }));
    expect(undone.status).toBe(200);
  });

  test('start of a canary: candidates, preview, apply, undo; and from another site nothing', async () => {
    const found = await getCandidates(request('/api/v1/splits/candidates?namespaces=bookinfo'));
    const { candidates } = await valid<CanaryCandidatesResponse>(found, 'CanaryCandidates');
    expect(candidates.map(({ id }) => id)).toEqual(['bookinfo/details']);
    const weights = [
      { version: 'v1', weight: 100 },
      { version: 'v2', weight: 0 },
    ];
    const start = { namespace: 'bookinfo', service: 'details', api: 'VirtualService', weights };
    const shown = await postStartPreview(post('/api/v1/splits/start/preview', { start }));
    const { seen } = await valid<{ seen: string }>(shown, 'CanaryPreview');
    const body = { start, seen };
    const foreign = post('/api/v1/splits/start/apply', body, { origin: 'http://evil.example' });
    expect((await postStart(foreign)).status).toBe(403);
    const applied = await postStart(post('/api/v1/splits/start/apply', body));
    const { undo } = await valid<{ undo: unknown }>(applied, 'CanaryApply');
    const undone = await postStartUndo(post('/api/v1/splits/start/undo', { undo }));
    await valid(undone, 'CanaryUndo');
    expect(undone.status).toBe(200);
  });

  test('a wrong query is a problem that names the parameter', async () => {
    const response = await getGraph(request('/api/v1/graph?window=soon'));
    expect(response.status).toBe(400);
    expect(await valid(response, 'Problem')).toMatchObject({
      detail: expect.stringContaining('window') as string,
    });
  });
});

describe('the stream', () => {
  test('sends the graph, then deltas that lead to the graph as it is then', async () => {
    const leave = new AbortController();
    const response = await getStream(
      request('/api/v1/graph/stream?window=61s', { signal: leave.signal }),
    );
    expect(response.headers.get('cache-control')).toContain('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const events = readEvents(response);
    const first = await events.next();
    expect(first.value?.event).toBe('graph');
    let graph = JSON.parse(first.value?.data ?? '') as Graph;
    for (let count = 0; count < 2; count += 1) {
      const next = await events.next();
      expect(next.value?.event).toBe('delta');
      const delta = JSON.parse(next.value?.data ?? '') as GraphDelta;
      expect(schema('GraphDelta')(delta)).toBe(true);
      graph = applyDelta(graph, delta);
    }
    const whole = fanari.channels
      .channel(ownView(fanari).shared, { windowSeconds: 61, namespaces: [], view: 'workload' })
      .last();
    const sorted = (items: readonly { id: string }[]) =>
      [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(graph.at).toBe(whole?.at);
    expect(sorted(graph.nodes)).toEqual(sorted(whole?.nodes ?? []));
    expect(sorted(graph.edges)).toEqual(sorted(whole?.edges ?? []));
    leave.abort();
  });

  test('a client that comes back gets only what it missed, by header or parameter', async () => {
    const leave = new AbortController();
    const { signal } = leave;
    const path = '/api/v1/graph/stream?window=62s';
    const stay = readEvents(await getStream(request(path, { signal })));
    const first = await stay.next();
    const second = await stay.next();
    const id = first.value?.id ?? '';
    const headers = { 'last-event-id': id };
    for (const back of [
      readEvents(await getStream(request(path, { signal, headers }))),
      readEvents(await getStream(request(`${path}&lastEventId=${id}`, { signal }))),
    ]) {
      expect((await back.next()).value).toEqual(second.value);
    }
    leave.abort();
  });

  test.each(['ffffffff.1-1', 'nonsense', ''])(
    'a client that comes back after the unknown event "%s" gets a whole graph',
    async (id) => {
      const leave = new AbortController();
      const path = `/api/v1/graph/stream?window=62s&lastEventId=${id}`;
      const back = readEvents(await getStream(request(path, { signal: leave.signal })));
      expect((await back.next()).value?.event).toBe('graph');
      leave.abort();
    },
  );

  test('one hundred viewers of a window cost as many queries as one', async () => {
    const leave = new AbortController();
    const calls = async () => {
      const text = await (await getMetrics()).text();
      const lines = text
        .split('\n')
        .filter((line) =>
          /^fanari_upstream_calls_total\{source="prometheus",operation="requests"/.test(line),
        );
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    };
    const namespaces = ['', 'bookinfo', 'boutique', 'bookinfo,boutique'];
    const streams = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        readEvents(
          await getStream(
            request(`/api/v1/graph/stream?window=63s&namespaces=${namespaces[index % 4] ?? ''}`, {
              signal: leave.signal,
            }),
          ),
        ),
      ),
    );
    const before = await calls();
    const startedMs = Date.now();
    await Promise.all(streams.map((stream) => stream.next()));
    await Promise.all(streams.map((stream) => stream.next()));
    const refreshes = Math.ceil((Date.now() - startedMs) / 1000) + 1;
    expect((await calls()) - before).toBeLessThanOrEqual(refreshes);
    leave.abort();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const settled = await calls();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await calls(), 'with no viewer there are no queries').toBe(settled);
  });
});

describe('requests that are refused', () => {
  test.each([
    ['another site', { origin: 'http://evil.example' }, 403],
    ['another site, by fetch metadata', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:3000' }, 403],
    ['a form', { 'content-type': 'text/plain' }, 415],
    ['an unknown host', { host: 'rebound.example' }, 421],
  ])('a write from %s', async (_who, headers, status) => {
    const response = await postApply(post('/api/v1/splits/apply', await change(), headers));
    expect(response.status).toBe(status);
    await valid(response, 'Problem');
  });

  test('a read by an unknown host name', async () => {
    const response = await getStatus(
      request('/api/v1/status', { headers: { host: 'rebound.example' } }),
    );
    expect(response.status).toBe(421);
  });

  test('a body of more than 100 kB', async () => {
    const response = await postApply(post('/api/v1/splits/apply', { change: 'x'.repeat(200_000) }));
    expect(response.status).toBe(413);
  });

  test('objects that may hold passwords', async () => {
    for (const kind of ['Secret', 'Pod', 'ConfigMap', 'Deployment']) {
      const path = `/api/v1/config?kind=${kind}&namespace=bookinfo&name=x&group=${kind === 'Deployment' ? 'apps' : ''}`;
      expect((await getConfig(request(path))).status, kind).toBe(404);
    }
  });
});
