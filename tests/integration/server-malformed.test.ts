import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as getConfig } from '@/app/api/v1/config/route';
import { GET as getGraph } from '@/app/api/v1/graph/route';
import { GET as getStream } from '@/app/api/v1/graph/stream/route';
import { GET as getMtls } from '@/app/api/v1/mtls/route';
import { GET as getSeries } from '@/app/api/v1/series/route';
import { POST as postApply } from '@/app/api/v1/splits/apply/route';
import { POST as postPreview } from '@/app/api/v1/splits/preview/route';
import { GET as getSplits } from '@/app/api/v1/splits/route';
import { GET as getStatus } from '@/app/api/v1/status/route';
import { GET as getTraces } from '@/app/api/v1/traces/route';
import type { Fanari } from '@/server/fanari';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';

const reads = {
  getConfig,
  getGraph,
  getStream,
  getMtls,
  getSeries,
  getSplits,
  getStatus,
  getTraces,
};
const writes = { postApply, postPreview };
const holder = globalThis as unknown as Record<symbol, Fanari | undefined>;
const url = 'http://127.0.0.1:20010/api/v1/any';
const host = '127.0.0.1:20010';

let demo: DemoProcess;
let fanari: Fanari;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m']);
  fanari = startFanari(demo);
  holder[Symbol.for('fanari.server')] = fanari;
  await until('the cluster', () => fanari.sources.cluster.topology().revision > 0);
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
