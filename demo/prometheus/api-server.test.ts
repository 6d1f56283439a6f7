import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { startPrometheusApi, type PrometheusApi } from '@/demo/prometheus/api-server';
import { SampleStore } from '@/demo/prometheus/sample-store';

const NOW_MS = 1_768_464_000_000;
const open: PrometheusApi[] = [];

afterEach(async () => {
  for (const api of open.splice(0)) await api.close();
});

async function start(): Promise<PrometheusApi> {
  const store = new SampleStore();
  const requests = store.counter('requests_total', 'Requests "so far".', { path: 'a"b\\c\nd' });
  for (let index = 20; index >= 0; index--) {
    requests.add(5);
    store.snapshot(NOW_MS - index * 5000);
  }
  const api = await startPrometheusApi({ store, host: '127.0.0.1', port: 0, now: () => NOW_MS });
  open.push(api);
  return api;
}

async function ask(api: PrometheusApi, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${api.url}/api/v1/${path}`);
  return { status: response.status, body: await response.json() };
}

describe('startPrometheusApi', () => {
  it('answers GET and POST alike', async () => {
    const api = await start();
    const got = await ask(api, 'query?query=sum(rate(requests_total[1m]))');
    const posted = await fetch(`${api.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: 'sum(rate(requests_total[1m]))' }),
    });
    expect(got.body).toEqual({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: {}, value: [NOW_MS / 1000, '1'] }] },
    });
    expect(await posted.json()).toEqual(got.body);
  });

  it('refuses what it cannot parse as bad_data and what fails while it runs as execution', async () => {
    const api = await start();
    expect(await ask(api, 'query?query=rate(x)')).toMatchObject({
      status: 400,
      body: { status: 'error', errorType: 'bad_data' },
    });
    const failing = encodeURIComponent('topk(1e30, requests_total)');
    expect(await ask(api, `query?query=${failing}`)).toMatchObject({
      status: 422,
      body: { status: 'error', errorType: 'execution' },
    });
  });

  it('lists the values that a label has among the series that match and have samples then', async () => {
    const store = new SampleStore({ selfLabels: null });
    store.counter('hits_total', '', { app: 'old', zone: 'a' }).add(1);
    store.snapshot(NOW_MS - 60_000);
    store.endSeries('hits_total', { app: 'old', zone: 'a' });
    store.counter('hits_total', '', { app: 'web', zone: 'b' }).add(1);
    store.counter('misses_total', '', { app: 'api' }).add(1);
    store.snapshot(NOW_MS);
    const api = await startPrometheusApi({ store, host: '127.0.0.1', port: 0, now: () => NOW_MS });
    open.push(api);
    const valuesOf = async (path: string): Promise<unknown> =>
      ((await ask(api, `label/${path}`)).body as { data: unknown }).data;
    expect(await valuesOf('app/values')).toEqual(['api', 'old', 'web']);
    expect(await valuesOf('zone/values')).toEqual(['a', 'b']);
    expect(await valuesOf('__name__/values')).toEqual(['hits_total', 'misses_total']);
    expect(await valuesOf('app/values?match[]=hits_total')).toEqual(['old', 'web']);
    expect(await valuesOf(`app/values?start=${(NOW_MS - 1000) / 1000}`)).toEqual(['api', 'web']);
    expect(await valuesOf('nothing/values')).toEqual([]);
  });

  it('tells its scrape interval and retention where clients look for them', async () => {
    const api = await start();
    expect(await ask(api, 'status/config')).toMatchObject({
      body: { data: { yaml: expect.stringContaining('scrape_interval: 5s') as string } },
    });
    expect(await ask(api, 'status/runtimeinfo')).toMatchObject({
      body: { data: { storageRetention: '2h' } },
    });
    expect(await ask(api, 'status/buildinfo')).toMatchObject({
      body: { data: { version: '2.42.0' } },
    });
    expect(await ask(api, 'targets')).toMatchObject({
      body: { data: { activeTargets: [{ health: 'up', labels: { job: 'prometheus' } }] } },
    });
    expect(await ask(api, 'metadata?metric=requests_total')).toMatchObject({
      body: { data: { requests_total: [{ type: 'counter' }] } },
    });
  });

  it('exposes the newest snapshot with its time, escaped', async () => {
    const api = await start();
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).toContain('# TYPE requests_total counter\n');
    expect(text).toContain(`requests_total{path="a\\"b\\\\c\\nd"} 105 ${NOW_MS}\n`);
  });

  it('compresses large answers for clients that take gzip', async () => {
    const api = await start();
    const url = `${api.url}/api/v1/query_range?query=requests_total&start=${NOW_MS / 1000 - 100}&end=${NOW_MS / 1000}&step=0.5`;
    const [encoding, bytes] = await rawGet(url, { 'accept-encoding': 'gzip' });
    expect(encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(bytes).toString('utf8'))).toMatchObject({ status: 'success' });
  });

  it.each([
    ['/nowhere', 404],
    ['/api/v1/nowhere', 404],
    ['/api/v1/label/%E0%A4%A/values', 400],
    ['/-/ready', 200],
    ['/-/healthy', 200],
  ])('answers %s with %d', async (path, status) => {
    const api = await start();
    expect((await fetch(api.url + path)).status).toBe(status);
  });

  it('refuses a body that is too large and stays up', async () => {
    const api = await start();
    const body = new URLSearchParams({ query: 'x'.repeat(2_000_000) });
    const refused = await fetch(`${api.url}/api/v1/query`, { method: 'POST', body }).then(
      (response) => response.status,
      () => 413,
    );
    expect(refused).toBe(413);
    expect((await ask(api, 'query?query=1')).status).toBe(200);
  });

  it('refuses other methods', async () => {
    const api = await start();
    expect((await fetch(`${api.url}/api/v1/query`, { method: 'DELETE' })).status).toBe(405);
  });

  it('rejects when the port is taken', async () => {
    const api = await start();
    const port = Number(new URL(api.url).port);
    const store = new SampleStore();
    await expect(startPrometheusApi({ store, host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('setFault', () => {
  it.each([
    ['unavailable', 503],
    ['unprocessable', 422],
  ] as const)('%s answers %d until it is taken back', async (kind, status) => {
    const api = await start();
    api.setFault({ kind });
    expect((await fetch(`${api.url}/api/v1/query?query=1`)).status).toBe(status);
    api.setFault(null);
    expect((await fetch(`${api.url}/api/v1/query?query=1`)).status).toBe(200);
  });

  it('garbage is no JSON', async () => {
    const api = await start();
    api.setFault({ kind: 'garbage' });
    await expect(ask(api, 'query?query=1')).rejects.toThrow(SyntaxError);
  });

  it('nan spoils every number', async () => {
    const api = await start();
    api.setFault({ kind: 'nan' });
    expect(await ask(api, 'query?query=requests_total')).toMatchObject({
      body: { data: { result: [{ value: [NOW_MS / 1000, 'NaN'] }] } },
    });
  });

  it('slow answers right, but late', async () => {
    const api = await start();
    api.setFault({ kind: 'slow', delayMs: 120 });
    const startedMs = performance.now();
    expect((await ask(api, 'query?query=1')).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(110);
  });

  it('hang never answers, and close still ends', async () => {
    const api = await start();
    api.setFault({ kind: 'hang' });
    const signal = AbortSignal.timeout(150);
    await expect(fetch(`${api.url}/api/v1/query?query=1`, { signal })).rejects.toThrow();
  });
});

function rawGet(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<[encoding: string | undefined, bytes: Buffer]> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve([response.headers['content-encoding'], Buffer.concat(chunks)]);
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
