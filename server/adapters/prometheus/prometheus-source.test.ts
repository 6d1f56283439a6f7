import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { PrometheusSource } from '@/server/adapters/prometheus/prometheus-source';
import { silentObserver } from '@/tests/support/silent-observer';
import { until } from '@/tests/support/start-fanari';
import { plainEndpoint } from '@/tests/support/plain-endpoint';

/** Paths that fail. */
let failing: (path: string) => boolean;
let asked: string[];
let methods: string[];
/** Method that is answered with 403, as by a proxy that takes POST for a write. */
let refusedMethod: 'POST' | 'any' | null;
let now: number;
let server: Server;
let source: PrometheusSource;

beforeEach(async () => {
  failing = () => false;
  asked = [];
  methods = [];
  refusedMethod = null;
  now = 1_000_000;
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const isQuery = path === '/api/v1/query';
    const data = isQuery ? { resultType: 'vector', result: [] } : path.includes('label') ? [] : {};
    request.resume().on('end', () => {
      asked.push(path);
      methods.push(request.method ?? '');
      if (isQuery && [request.method, 'any'].includes(refusedMethod ?? '')) {
        response.writeHead(403).end();
        return;
      }
      response.writeHead(failing(path) ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'success', data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = new HttpEndpoint(
    'prometheus',
    plainEndpoint(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 5000),
  );
  source = new PrometheusSource(endpoint, silentObserver, { now: () => now });
});

afterEach(() => {
  source.stop();
  server.closeAllConnections();
  server.close();
});

const { signal } = new AbortController();

/** Asks for the limits once more, as is done every few minutes. */
async function askForLimits(): Promise<void> {
  asked = [];
  source.start();
  await until('limits to be asked for', () => asked.length >= 4);
  await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('the state of Prometheus', () => {
  test('is known before anybody looks', async () => {
    failing = () => true;
    await askForLimits();
    expect(source.state()).toMatchObject({ state: 'failing' });
  });

  test('is that of the last reading, whatever smaller questions are answered with', async () => {
    failing = (path) => path === '/api/v1/query';
    await source.readTelemetry(60, { signal });
    await askForLimits();
    expect(source.state()).toMatchObject({ state: 'failing', sinceMs: now });
    failing = (path) => path.includes('label');
    await source.readTelemetry(60, { signal });
    await askForLimits();
    expect(source.state()).toMatchObject({ state: 'ok' });
  });

  test('is that of smaller questions again when nobody has looked for long', async () => {
    failing = () => true;
    await source.readTelemetry(60, { signal });
    failing = () => false;
    now += 10 * 60_000;
    await askForLimits();
    expect(source.state()).toMatchObject({ state: 'ok', message: null });
  });
});

describe('a store that speaks the API, but not all of it', () => {
  test('is asked by GET once it has refused POST, and is well', async () => {
    refusedMethod = 'POST';
    expect(await source.readTelemetry(60, { signal })).toMatchObject({ ok: true });
    expect(source.state()).toMatchObject({ state: 'ok' });
    asked = [];
    expect(await source.readTelemetry(60, { signal })).toMatchObject({ ok: true });
    expect(asked).toHaveLength(8);
  });

  test('and that forbids both is not asked by GET for good', async () => {
    refusedMethod = 'any';
    const refused = await source.readTelemetry(60, { signal });
    expect(refused).toMatchObject({ ok: false, error: { kind: 'forbidden' } });
    refusedMethod = null;
    asked = [];
    methods = [];
    await source.readTelemetry(60, { signal });
    expect(new Set(methods)).toEqual(new Set(['POST']));
  });

  test('and tells nothing of itself has unknown limits, which limit nothing', async () => {
    failing = (path) => path.includes('/status/');
    await askForLimits();
    expect(source.limits()).toEqual({ scrapeIntervalSeconds: null, retentionSeconds: null });
    expect(source.state()).toMatchObject({ state: 'ok' });
  });
});
