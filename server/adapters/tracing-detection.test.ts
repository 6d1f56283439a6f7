import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { JaegerV1 } from '@/server/adapters/jaeger/jaeger-v1';
import { JaegerV3 } from '@/server/adapters/jaeger/jaeger-v3';
import { Tempo } from '@/server/adapters/tempo/tempo';
import { TracingSource } from '@/server/adapters/tracing-source';
import { plainEndpoint } from '@/tests/support/plain-endpoint';
import { silentObserver } from '@/tests/support/silent-observer';
import {
  FAILED_TRACE,
  startBackend,
  TRACES_AT_MS,
  type BackendKind,
  type SimulatedBackend,
} from '@/tests/support/tracing-backends';

const { signal } = new AbortController();
const query = {
  services: ['web.shop', 'web'],
  alsoThrough: [],
  lookbackSeconds: 600,
  limit: 20,
};

let backend: SimulatedBackend;
let source: TracingSource;

beforeEach(async () => {
  backend = await startBackend('jaeger-v1');
  const endpoint = new HttpEndpoint('jaeger', plainEndpoint(backend.url, 5000));
  source = new TracingSource(
    [JaegerV1, JaegerV3, Tempo].map((Backend) => new Backend(endpoint, silentObserver)),
    endpoint,
    { now: () => TRACES_AT_MS + 60_000 },
  );
});

afterEach(() => {
  source.stop();
  backend.close();
});

const products: readonly (readonly [BackendKind, string])[] = [
  ['jaeger-v1', 'Jaeger (API v1)'],
  ['jaeger-v3', 'Jaeger (API v3)'],
  ['tempo', 'Grafana Tempo'],
  ['tempo-2.4', 'Grafana Tempo'],
];

describe.each(products)('%s', (kind, product) => {
  beforeEach(() => backend.become(kind));

  test('is found out by asking, once, and shown', async () => {
    const both = [source.findTraces(query, { signal }), source.findTraces(query, { signal })];
    for (const found of await Promise.all(both)) expect(found.ok).toBe(true);
    expect(source.state()).toMatchObject({ state: 'ok', product, message: null });
    const before = backend.asked.length;
    await source.findTraces(query, { signal });
    const again = backend.asked.slice(before).map(({ pathname }) => pathname);
    expect(again.every((path) => /\/(search|traces)$/.test(path))).toBe(true);
    expect(again.length).toBeLessThan(3);
  });

  test('lists the traces of a service, those that failed first', async () => {
    const found = await source.findTraces(query, { signal });
    if (!found.ok) throw new Error(found.error.message);
    expect(found.value).toHaveLength(2);
    expect(found.value[0]).toMatchObject({
      traceId: FAILED_TRACE,
      rootName: 'GET /',
      rootService: 'web.shop',
      startMs: TRACES_AT_MS,
      durationMs: 250,
      errorCount: 1,
    });
    expect(found.value[1]).toMatchObject({ rootName: 'fine', durationMs: 5 });
    // What is not counted is unknown, and no zero.
    const counts = found.value.map(({ spanCount, errorCount }) => [spanCount, errorCount]);
    const isCounted = kind !== 'tempo-2.4';
    expect(counts).toEqual(
      isCounted
        ? [
            [2, 1],
            [1, 0],
          ]
        : [
            [null, 1],
            [null, null],
          ],
    );
  });

  test('lists those that pass through a second service', async () => {
    const through = { ...query, alsoThrough: ['api.shop', 'unheard-of'] };
    const found = await source.findTraces(through, { signal });
    expect(found.ok && found.value.map(({ traceId }) => traceId)).toEqual([FAILED_TRACE]);
  });

  test('gives one trace with its spans, the same as every other does', async () => {
    const found = await source.getTrace(FAILED_TRACE, { signal });
    if (!found.ok) throw new Error(found.error.message);
    expect(found.value).toMatchObject({
      traceId: FAILED_TRACE,
      spanCount: 2,
      errorCount: 1,
      services: ['api.shop', 'web.shop'],
    });
    expect(found.value.spans).toMatchObject([
      {
        spanId: '00000000000000a1',
        parentId: null,
        offsetMs: 0,
        durationMs: 250,
        isError: true,
        tags: { 'span.kind': 'server', 'http.response.status_code': '503', list: '["a"]' },
      },
      {
        spanId: '00000000000000a2',
        parentId: '00000000000000a1',
        service: 'api.shop',
        offsetMs: 10,
        durationMs: 10.5,
        isError: false,
        depth: 1,
      },
    ]);
  });

  test('that does not have a trace is well', async () => {
    const found = await source.getTrace('1'.repeat(32), { signal });
    expect(found).toMatchObject({ ok: false, error: { kind: 'not-found' } });
    expect(source.state().state).toBe('ok');
  });
});

describe('a backend that changes', () => {
  test('is asked again after a failure, and may be another one then', async () => {
    await source.findTraces(query, { signal });
    expect(source.state().product).toBe('Jaeger (API v1)');
    backend.become('tempo');
    expect((await source.findTraces(query, { signal })).ok).toBe(false);
    expect(source.state()).toMatchObject({ state: 'failing' });
    expect((await source.findTraces(query, { signal })).ok).toBe(true);
    expect(source.state()).toMatchObject({ state: 'ok', product: 'Grafana Tempo' });
  });

  test.each([401, 403, 500, 503])(
    'and answers %i has not said that it is another one',
    async (status) => {
      backend.become(status);
      expect((await source.findTraces(query, { signal })).ok).toBe(false);
      expect(backend.asked).toHaveLength(1);
      expect(source.state()).toMatchObject({ state: 'failing' });
      expect(source.state().product).toBeUndefined();
    },
  );

  test('and is none of those known is said to be none', async () => {
    backend.become(404);
    const found = await source.findTraces(query, { signal });
    expect(found).toMatchObject({ ok: false, error: { kind: 'bad-response' } });
    expect(source.state().message).toMatch(/not as Jaeger or Tempo do/);
  });

  test('is still found out for the others when one of those who wait has gone', async () => {
    const caller = new AbortController();
    const left = source.findTraces(query, { signal: caller.signal });
    const waiting = source.findTraces(query, { signal });
    caller.abort();
    expect(await left).toMatchObject({ ok: false, error: { kind: 'aborted' } });
    expect((await waiting).ok).toBe(true);
  });
});
