import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as getConfig } from '@/app/api/v1/config/route';
import { GET as getGraph } from '@/app/api/v1/graph/route';
import { GET as getStream } from '@/app/api/v1/graph/stream/route';
import { GET as getMtls } from '@/app/api/v1/mtls/route';
import { GET as getSeries } from '@/app/api/v1/series/route';
import { POST as postApply } from '@/app/api/v1/splits/apply/route';
import { POST as postPreview } from '@/app/api/v1/splits/preview/route';
import { GET as getCandidates } from '@/app/api/v1/splits/candidates/route';
import { POST as postStart } from '@/app/api/v1/splits/start/apply/route';
import { POST as postStartPreview } from '@/app/api/v1/splits/start/preview/route';
import { POST as postStartUndo } from '@/app/api/v1/splits/start/undo/route';
import { GET as getSplits } from '@/app/api/v1/splits/route';
import { GET as getStatus } from '@/app/api/v1/status/route';
import { GET as getTrace } from '@/app/api/v1/traces/[traceId]/route';
import { GET as getTraces } from '@/app/api/v1/traces/route';
import type { Fanari } from '@/server/fanari';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';
import { ownView } from '@/tests/support/own-view';

const reads = {
  getConfig,
  getGraph,
  getStream,
  getMtls,
  getSeries,
  getSplits,
  getStatus,
  getTraces,
  getCandidates,
};
const writes = { postApply, postPreview, postStart, postStartPreview, postStartUndo };
const holder = globalThis as unknown as Record<symbol, Fanari | undefined>;
const url = 'http://127.0.0.1:20010/api/v1/any';
const host = '127.0.0.1:20010';

let demo: DemoProcess;
let fanari: Fanari;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m']);
  fanari = startFanari(demo);
  holder[Symbol.for('fanari.server')] = fanari;
  await until('the cluster', () => ownView(fanari).sources.cluster.topology().revision > 0);
});

afterAll(async () => {
  fanari.stop();
  await demo.close();
});

const parameter = fc.constantFrom(
  ...[
    'window',
    'namespaces',
    'view',
    'node',
    'edge',
    'limit',
    'group',
    'kind',
    'namespace',
    'name',
  ],
);
const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '-1s',
    '1e999s',
    'NaN',
    '../..',
    '__proto__',
    'a"} or up{',
    '60s',
    'workload',
  ),
  fc.constantFrom('workload:a/b', 'workload:a/b>workload:c/d>http', 'unknown', 'service:/'),
);

async function check(response: Response): Promise<void> {
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  const text = await response.text();
  expect(response.status, text).toBeLessThan(500);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(JSON.parse(text)).toMatchObject({ status: response.status });
}

test.each(Object.entries(reads))('%s answers any query or says what is wrong', async (_, get) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(parameter, odd), { maxLength: 4 }), async (pairs) => {
      const query = new URLSearchParams(pairs.map(([name, value]) => [name, value]));
      await check(await get(new Request(`${url}?${query.toString()}`, { headers: { host } })));
    }),
    { numRuns: 40 },
  );
});

test.each(Object.entries(writes))('%s refuses any body that is no change', async (_, post) => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((change) => JSON.stringify({ change })),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const headers = { host, 'content-type': 'application/json' };
      const response = await post(new Request(url, { method: 'POST', headers, body: text }));
      expect(response.status).toBeGreaterThanOrEqual(400);
      await check(response);
    }),
    { numRuns: 60 },
  );
});

test('a trace id that is none is refused, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(odd, async (traceId) => {
      const request = new Request(url, { headers: { host } });
      const response = await getTrace(request, { params: Promise.resolve({ traceId }) });
      expect(response.status).toBeGreaterThanOrEqual(400);
      await check(response);
    }),
    { numRuns: 60 },
  );
});

test.each(Object.entries(reads))('%s refuses a parameter given twice', async (_, get) => {
  const response = await get(
    new Request(`${url}?window=60s&window=5m&view=app&view=app`, { headers: { host } }),
  );
  expect(response.status).toBe(400);
  await check(response);
});

const deep = `{"change":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
const json = 'application/json';
const bodies: readonly (readonly [string, string | Uint8Array, string, number])[] = [
  ['nested 40,000 deep', deep, json, 400],
  ['larger than 100 kB', `"${'x'.repeat(100_001)}"`, json, 413],
  ['setting a prototype', '{"__proto__":{"change":1},"constructor":{"prototype":{}}}', json, 400],
  ['not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), json, 400],
  ['in UTF-16', Buffer.from('{"change":{}}', 'utf16le'), 'application/json; charset=utf-16', 400],
  ['empty', '', json, 400],
  ['a form', 'change=1', 'application/x-www-form-urlencoded', 415],
  ['of no type', '{}', '', 415],
  ['with a type like JSON', '{}', 'application/jsonp', 415],
];

test.each(
  bodies.flatMap((body) =>
    Object.entries(writes).map(([name, post]) => [...body, name, post] as const),
  ),
)('a body %s is refused', async (_, body, type, status, _name, post) => {
  const headers = { host, 'content-type': type };
  const response = await post(
    new Request(url, { method: 'POST', headers, body: Buffer.from(body) }),
  );
  expect(response.status).toBe(status);
  await check(response);
  expect(({} as Record<string, unknown>)['change']).toBeUndefined();
});

test('a body that stops coming is given up when the client goes', async () => {
  const gone = new AbortController();
  const never = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode('{'));
      gone.signal.addEventListener('abort', () => controller.error(new Error('gone')));
    },
  });
  const headers = { host, 'content-type': json };
  const request = new Request(url, {
    method: 'POST',
    headers,
    body: never,
    duplex: 'half',
  } as RequestInit);
  const answer = postPreview(request);
  setTimeout(() => gone.abort(), 100);
  expect((await answer).status).toBe(400);
});
