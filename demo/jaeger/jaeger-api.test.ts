import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startJaegerApi, type JaegerApi } from '@/demo/jaeger/jaeger-api';
import { TraceMemory } from '@/demo/jaeger/trace-memory';
import type { SpanRecord } from '@/demo/jaeger/trace-store';

const NOW_MICROS = Date.now() * 1000;
const TRACE = '0af7651916cd43dd8448eb211c80319c';

function span(more: Partial<SpanRecord>): SpanRecord {
  return {
    traceId: TRACE,
    spanId: 'b7ad6b7169203331',
    parentSpanId: null,
    service: 'front.shop',
    operation: 'pay:80/*',
    startMicros: NOW_MICROS - 60_000_000,
    durationMicros: 20_000,
    tags: { 'span.kind': 'client', 'http.status_code': '200' },
    processTags: { hostname: 'front-1' },
    ...more,
  };
}

const failed = span({
  spanId: '00f067aa0ba902b7',
  parentSpanId: 'b7ad6b7169203331',
  service: 'pay.shop',
  durationMicros: 5000,
  tags: { 'span.kind': 'server', 'http.status_code': '503', error: true, 'http.retries': 2 },
});
const other = span({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  startMicros: NOW_MICROS - 1_000_000,
});

describe('Jaeger query API', () => {
  let api: JaegerApi;

  beforeAll(async () => {
    const store = new TraceMemory();
    store.add([span({}), failed]);
    store.add([other]);
    api = await startJaegerApi({ store, host: '127.0.0.1', port: 0 });
  });

  afterAll(() => api.close());

  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(api.url + path);
    return { status: response.status, body: await response.json() };
  };
  const found = async (query: string): Promise<string[]> => {
    const { body } = await get(`/api/traces?${query}`);
    return (body as { data: { traceID: string }[] }).data.map(({ traceID }) => traceID);
  };

  it('lists services and their operations', async () => {
    expect((await get('/api/services')).body).toEqual({
      data: ['front.shop', 'pay.shop'],
      total: 2,
      limit: 0,
      offset: 0,
      errors: null,
    });
    expect((await get('/api/services/front.shop/operations')).body).toMatchObject({
      data: ['pay:80/*'],
    });
    expect((await get('/api/operations?service=pay.shop')).body).toMatchObject({
      data: [{ name: 'pay:80/*', spanKind: 'server' }],
    });
  });

  it('writes spans with typed tags that point to their process and parent', async () => {
    const { body } = await get(`/api/traces/${TRACE}`);
    expect(body).toMatchObject({
      data: [
        {
          traceID: TRACE,
          spans: [
            { spanID: 'b7ad6b7169203331', references: [], processID: 'p1', duration: 20_000 },
            {
              processID: 'p2',
              references: [{ refType: 'CHILD_OF', traceID: TRACE, spanID: 'b7ad6b7169203331' }],
              tags: [
                { key: 'span.kind', type: 'string', value: 'server' },
                { key: 'http.status_code', type: 'string', value: '503' },
                { key: 'error', type: 'bool', value: true },
                { key: 'http.retries', type: 'int64', value: 2 },
              ],
            },
          ],
          processes: { p1: { serviceName: 'front.shop' }, p2: { serviceName: 'pay.shop' } },
        },
      ],
    });
  });

  it('finds the newest first, within limit, time, duration, operation and tags of one span', async () => {
    expect(await found('service=front.shop')).toEqual([other.traceId, TRACE]);
    expect(await found('service=front.shop&limit=1')).toEqual([other.traceId]);
    expect(await found('service=front.shop&lookback=30s')).toEqual([other.traceId]);
    expect(await found(`service=front.shop&end=${String(NOW_MICROS - 30_000_000)}`)).toEqual([
      TRACE,
    ]);
    expect(await found('service=pay.shop&minDuration=5ms')).toEqual([TRACE]);
    expect(await found('service=pay.shop&minDuration=5.1ms')).toEqual([]);
    expect(await found('service=pay.shop&maxDuration=4ms')).toEqual([]);
    expect(await found('service=front.shop&operation=none')).toEqual([]);
    expect(await found(`service=pay.shop&tags=${encodeURIComponent('{"error":"true"}')}`)).toEqual([
      TRACE,
    ]);
    expect(await found('service=front.shop&tag=error:true')).toEqual([]);
  });

  it('gives the traces of several ids, and says which there are not', async () => {
    expect((await get(`/api/traces?traceID=${TRACE}&traceID=deadbeef`)).body).toMatchObject({
      data: [{ traceID: TRACE }],
      total: 0,
      errors: [{ msg: 'trace not found', traceID: '00000000deadbeef' }],
    });
  });

  it('takes no other method than GET', async () => {
    expect((await fetch(`${api.url}/api/services`, { method: 'POST' })).status).toBe(405);
  });

  it('counts calls between services', async () => {
    expect(
      (await get(`/api/dependencies?endTs=${String(Date.now())}&lookback=120000`)).body,
    ).toMatchObject({
      data: [{ parent: 'front.shop', child: 'pay.shop', callCount: 1 }],
    });
  });

  it.each([
    ['/api/traces/deadbeef', 404, 'trace not found'],
    ['/api/traces/no-hex', 400, 'strconv.ParseUint: parsing "no-hex": invalid syntax'],
    ['/api/traces', 400, "parameter 'service' is required"],
    [
      '/api/traces?service=x&limit=many',
      400,
      'unable to parse param \'limit\': strconv.ParseInt: parsing "many": invalid syntax',
    ],
    [
      '/api/traces?service=x&minDuration=5',
      400,
      'unable to parse param \'minDuration\': time: missing unit in duration "5"',
    ],
    [
      '/api/traces?service=x&minDuration=soon',
      400,
      'unable to parse param \'minDuration\': time: invalid duration "soon"',
    ],
    [
      '/api/traces?service=x&minDuration=2s&maxDuration=1s',
      400,
      "'maxDuration' should be greater than 'minDuration'",
    ],
    [
      '/api/traces?service=x&start=1.5',
      400,
      'unable to parse param \'start\': strconv.ParseInt: parsing "1.5": invalid syntax',
    ],
    [
      '/api/traces?service=x&tag=error',
      400,
      "malformed 'tag' parameter, expecting key:value, received: error",
    ],
    [
      '/api/traces?service=x&tags={"http.status_code":503}',
      400,
      "malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal number into Go value of type string",
    ],
    [
      `/api/traces/${'a'.repeat(33)}`,
      400,
      `TraceID cannot be longer than 32 hex characters: ${'a'.repeat(33)}`,
    ],
    ['/api/operations', 400, "parameter 'service' is required"],
    [
      '/api/dependencies?endTs=now',
      400,
      'unable to parse param \'endTs\': strconv.ParseInt: parsing "now": invalid syntax',
    ],
  ])('%s is %d in the shape of Jaeger', async (path, status, msg) => {
    expect(await get(path)).toEqual({
      status,
      body: { data: null, total: 0, limit: 0, offset: 0, errors: [{ code: status, msg }] },
    });
  });

  it('acts out faults until they are taken back', async () => {
    api.setFault({ kind: 'unavailable' });
    expect((await get('/api/services')).status).toBe(503);
    api.setFault({ kind: 'garbage' });
    await expect(get('/api/services')).rejects.toThrow();
    api.setFault(null);
    expect((await get('/api/services')).status).toBe(200);
  });
});

describe('TraceMemory', () => {
  it('forgets the oldest traces beyond its limit', () => {
    const store = new TraceMemory(2);
    const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
    for (const traceId of ids) store.add([span({ traceId })]);
    expect(ids.map((id) => store.get(id) === null)).toEqual([true, false, false]);
  });
});
