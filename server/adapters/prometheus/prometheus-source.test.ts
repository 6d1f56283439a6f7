import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { PrometheusSource } from '@/server/adapters/prometheus/prometheus-source';
import { silentObserver } from '@/tests/support/silent-observer';
import { until } from '@/tests/support/start-fanari';

/** Paths that fail. */
let failing: (path: string) => boolean;
let asked: string[];
let now: number;
let server: Server;
let source: PrometheusSource;

beforeEach(async () => {
  failing = () => false;
  asked = [];
  now = 1_000_000;
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const isQuery = path === '/api/v1/query';
    const data = isQuery ? { resultType: 'vector', result: [] } : path.includes('label') ? [] : {};
    request.resume().on('end', () => {
      asked.push(path);
      response.writeHead(failing(path) ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'success', data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = new HttpEndpoint('prometheus', {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bearerTokenFile: null,
    caFile: null,
    insecureSkipVerify: false,
    timeoutMs: 5000,
  });
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
