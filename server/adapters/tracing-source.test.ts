import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { JaegerV1 } from '@/server/adapters/jaeger/jaeger-v1';
import { JaegerV3 } from '@/server/adapters/jaeger/jaeger-v3';
import { Tempo } from '@/server/adapters/tempo/tempo';
import { TracingSource } from '@/server/adapters/tracing-source';
import { silentObserver } from '@/tests/support/silent-observer';
import { plainEndpoint } from '@/tests/support/plain-endpoint';

let status: number;
let asked: string[];
let server: Server;
let source: TracingSource;

beforeEach(async () => {
  // Only what Fanari itself waits for; sockets go on as they are.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  status = 200;
  asked = [];
  server = createServer((request, response) => {
    asked.push((request.url ?? '').split('?')[0] ?? '');
    const isLost = status === 404 && request.url === '/api/services';
    const data = status === 200 || isLost ? ['web.shop'] : null;
    response.writeHead(isLost ? 200 : status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = new HttpEndpoint(
    'jaeger',
    plainEndpoint(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 1_000_000),
  );
  const backends = [JaegerV1, JaegerV3, Tempo].map(
    (Backend) => new Backend(endpoint, silentObserver),
  );
  source = new TracingSource(backends, endpoint, { now: () => Date.now() });
});

afterEach(() => {
  vi.useRealTimers();
  source.stop();
  server.closeAllConnections();
  server.close();
});

/** Lets so many seconds pass, and what is asked meanwhile be answered. */
async function pass(seconds: number): Promise<void> {
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  for (let turn = 0; turn < 200 && asked.length === before; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('the state of a tracing backend', () => {
  test('is known before anybody looks, and follows it though nobody asks for traces', async () => {
    status = 503;
    source.start();
    await pass(0);
    expect(source.state()).toMatchObject({ state: 'failing' });
    status = 200;
    await pass(20);
    expect(source.state()).toMatchObject({ state: 'ok', message: null });
    status = 503;
    await pass(60);
    expect(source.state()).toMatchObject({ state: 'failing' });
  });

  test('is asked for once a minute while all is well, and not at all after the end', async () => {
    source.start();
    await pass(0);
    for (let count = 0; count < 5; count += 1) await pass(60);
    expect(asked).toEqual(Array<string>(6).fill('/api/services'));
    source.stop();
    await pass(600);
    expect(asked).toHaveLength(6);
  });

  test('is well when only one trace is not there, and not when nothing is where it should be', async () => {
    status = 404;
    const { signal } = new AbortController();
    const missing = await source.getTrace('abcd', { signal });
    expect(missing).toMatchObject({ ok: false, error: { kind: 'not-found' } });
    expect(source.state().state).toBe('ok');
    const search = { services: ['web.shop'], alsoThrough: [], lookbackSeconds: 60, limit: 5 };
    const found = await source.findTraces(search, { signal });
    expect(found).toMatchObject({ ok: false, error: { kind: 'bad-response' } });
    expect(source.state().state).toBe('failing');
  });
});
