import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPrometheusApi, type PrometheusApi } from '@/demo/prometheus/api-server';
import { DIFFERENTIAL_QUERIES } from '@/tests/integration/prometheus-queries';
import { askPrometheus, differenceOf } from '@/tests/support/compare-prometheus';
import { toOpenMetrics } from '@/tests/support/open-metrics';
import { randomQuery } from '@/tests/support/random-query';
import { startRealPrometheus, type RealPrometheus } from '@/tests/support/real-prometheus';
import {
  SEEDED_SNAPSHOTS,
  SEEDED_START_MS,
  SEEDED_STEP_MS,
  seededStore,
} from '@/tests/support/sample-metrics';

let embedded: PrometheusApi;
let real: RealPrometheus;

beforeAll(async () => {
  const store = seededStore(7);
  real = await startRealPrometheus({ openMetrics: toOpenMetrics(store) });
  embedded = await startPrometheusApi({ store, host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await embedded.close();
  await real.close();
});

interface Comparison {
  /** What is different, one line per query. */
  readonly differences: string[];
  /** How many queries had an answer with samples. */
  readonly answered: number;
}

async function compare(
  path: string,
  queries: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Promise<Comparison> {
  const differences: string[] = [];
  let answered = 0;
  for (const query of queries) {
    const asked = { query, ...parameters };
    const [expected, answer] = await Promise.all([
      askPrometheus(real.url, path, asked),
      askPrometheus(embedded.url, path, asked),
    ]);
    const orderMatters = path === 'query' && /^(sort|sort_desc)\((temperature|level)/.test(query);
    const difference = differenceOf(expected, answer, { orderMatters });
    if (difference !== null) differences.push(`${query}: ${difference}`);
    if (expected.samples.size > 0) answered++;
  }
  return { differences, answered };
}

const END_MS = SEEDED_START_MS + (SEEDED_SNAPSHOTS - 1) * SEEDED_STEP_MS;

describe('the embedded Prometheus answers as a real one holding the same samples', () => {
  it.each([
    ['on the newest sample', END_MS, 600],
    ['between two samples', SEEDED_START_MS + 1_111_111, 600],
    ['on a full minute', Date.UTC(2026, 0, 15, 8, 20), 600],
    ['shortly after the first sample', SEEDED_START_MS + 12_345, 500],
    ['after the last sample, within lookback', END_MS + 200_000, 300],
    ['after everything', END_MS + 900_000, 20],
  ])('to instant queries %s', async (_when, atMs, leastAnswered) => {
    const time = String(atMs / 1000);
    const { differences, answered } = await compare('query', DIFFERENTIAL_QUERIES, { time });
    expect(differences).toEqual([]);
    expect(answered).toBeGreaterThan(leastAnswered);
  });

  it.each([
    ['steps that fall on samples', SEEDED_START_MS + 600_000, 15],
    ['steps that fall between samples', SEEDED_START_MS - 61_500, 47.3],
  ])('to range queries with %s', async (_which, startMs, stepSeconds) => {
    const range = {
      start: String(startMs / 1000),
      end: String((startMs + stepSeconds * 60_000) / 1000),
      step: String(stepSeconds),
    };
    const { differences, answered } = await compare('query_range', DIFFERENTIAL_QUERIES, range);
    expect(differences).toEqual([]);
    expect(answered).toBeGreaterThan(600);
  });

  it('to random queries, at one moment and over a range', async () => {
    const moment = { time: String((END_MS - 123_456) / 1000) };
    const range = {
      start: String((END_MS - 600_000) / 1000),
      end: String((END_MS + 30_000) / 1000),
      step: '37',
    };
    const property = fc.asyncProperty(randomQuery, async (query) => {
      expect((await compare('query', [query], moment)).differences).toEqual([]);
      expect((await compare('query_range', [query], range)).differences).toEqual([]);
    });
    await fc.assert(property, { numRuns: 400, seed: 20_260_115 });
  });

  it.each([
    'labels',
    'labels?match[]=temperature',
    'label/zone/values',
    'label/__name__/values',
    'label/le/values?match[]=istio_request_duration_milliseconds_bucket',
    'label/bad-name/values',
    'series?match[]=temperature&match[]=weight',
    'series?match[]={zone="x"}',
    'series?match[]=missing',
    'series',
    'series?match[]=sum(temperature)',
    'series?match[]={}',
    'query_range?query=up&start=0&end=11001&step=1',
    'query_range?query=up&start=0&end=10&step=0',
    'query_range?query=up&start=0&end=10&step=-1',
    'query_range?query=up&start=10&end=0&step=1',
    'query_range?query=up&start=x&end=0&step=1',
    'query_range?query=up&start=0&end=1',
    'query_range?query=up&start=0&end=1&step=1m30s',
    'query?query=up&time=yesterday',
    'query?query=up&time=2026-01-15T08:20:00Z',
    'query?query=up&time=2026-01-15T08:20:00.5%2B01:00',
    'query?query=up&timeout=x',
    'query?query=up&timeout=0',
    'query?query=up&timeout=-1',
    'query?time=1',
    'rules',
    'alerts',
  ])('to /api/v1/%s', async (path) => {
    const [expected, found] = await Promise.all(
      [real, embedded].map(({ url }) => fetch(`${url}/api/v1/${path}`)),
    );
    expect(found?.status).toBe(expected?.status);
    const [wanted, body] = await Promise.all([bodyOf(expected), bodyOf(found)]);
    expect(body).toEqual(wanted);
  });
});

const START = SEEDED_START_MS / 1000;

describe('the embedded Prometheus refuses as a real one does, word for word,', () => {
  it.each<[string, string, string?]>([
    ['GET', 'query'],
    ['GET', 'query?query='],
    ['GET', 'query?query=up&time=yesterday'],
    ['GET', 'query?query=1&timeout=5x'],
    ['GET', 'query_range?start=0&end=10&step=5s'],
    ['GET', 'query_range?query=1&start=&end=10&step=5s'],
    ['GET', 'query_range?query=1&start=0&end=10&step='],
    ['GET', 'query_range?query=1&start=0&end=10&step=0'],
    ['GET', 'query_range?query=1&start=0&end=10&step=NaN'],
    ['GET', 'query_range?query=1&start=0&end=10&step=Inf'],
    ['GET', 'query_range?query=1&start=0&end=10&step=0.0001'],
    ['GET', 'query_range?query=1&start=0&end=11001&step=1'],
    ['GET', 'query_range?query=1&start=10&end=0&step=1'],
    ['GET', 'query_range?query="a"&start=0&end=10&step=5s'],
    ['GET', 'series'],
    ['GET', 'series?match[]='],
    ['GET', 'series?match[]={__name__=~".*"}'],
    ['GET', 'series?match[]={zone=""}'],
    ['GET', 'series?match[]=temperature&start=x'],
    ['GET', 'series?match[]=temperature&end=x'],
    ['GET', 'labels?match[]='],
    ['GET', 'labels?match[]={__name__=~".*"}'],
    ['GET', 'labels?start=x'],
    ['GET', 'label/zone/values?match[]='],
    ['GET', 'label/zone/values?end=x'],
    ['GET', 'label/a:b/values'],
    ['GET', 'label//values'],
    ['GET', 'label/zone'],
    ['GET', 'metadata?limit=x'],
    ['GET', 'rules?type=x'],
    ['GET', 'query_exemplars'],
    ['GET', 'status/nope'],
    ['PUT', 'query', 'query=1'],
    ['POST', 'label/zone/values', 'match[]=temperature'],
    ['POST', 'metadata', ''],
    ['POST', 'rules', ''],
    ['POST', 'status/buildinfo', ''],
    ['HEAD', 'query?query=1'],
  ])('%s %s', async (method, path, form) => {
    const [expected, found] = await Promise.all(
      [real, embedded].map((server) => plainAnswer(server.url, method, path, form)),
    );
    expect(expected?.status).toBeGreaterThanOrEqual(400);
    expect(found).toEqual(expected);
  });
});

describe('the embedded Prometheus finds the series that a real one finds', () => {
  it.each<[string, string, string?]>([
    ['GET', `series?match[]=late_total&end=${START + 10}`],
    ['GET', `series?match[]=late_total&start=${START + 10}`],
    ['GET', `series?match[]=early_total&start=${START + 2000}`],
    ['GET', 'series?match[]=early_total&match[]=early_total'],
    ['GET', 'labels?match[]=temperature&match[]=weight'],
    ['GET', 'labels?end=10'],
    ['GET', 'label/zone/values?end=10'],
    ['GET', 'label/nope/values'],
    ['GET', 'label/__name__/values?match[]={zone="x"}'],
    ['GET', 'metadata?limit=0'],
    ['GET', 'metadata?metric=nope'],
    ['GET', 'query_exemplars?query=up&start=0&end=1'],
    ['GET', 'status/walreplay'],
    ['GET', 'alertmanagers'],
    ['GET', 'targets?state=dropped'],
    ['POST', 'series', 'match[]=temperature'],
    ['POST', 'labels', 'match[]=temperature'],
    ['POST', 'query?time=5', 'query=1&time=1'],
    ['POST', 'query_range', 'query=1&start=0&end=10&step=5'],
  ])('%s %s', async (method, path, form) => {
    const [expected, found] = await Promise.all(
      [real, embedded].map((server) => plainAnswer(server.url, method, path, form)),
    );
    expect(expected?.status).toBe(200);
    expect(found).toEqual(expected);
  });
});

/** Status, type and body, lists in a fixed order. */
async function plainAnswer(
  url: string,
  method: string,
  path: string,
  form: string | undefined,
): Promise<{ status: number; type: string | null; body: unknown }> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = form === undefined ? {} : { body: form, headers };
  const response = await fetch(`${url}/api/v1/${path}`, { method, ...sent });
  const text = await response.text();
  const type = response.headers.get('content-type');
  if (type !== 'application/json' || text === '')
    return { status: response.status, type, body: text };
  const body = JSON.parse(text) as { data?: unknown };
  const data = Array.isArray(body.data) ? body.data.map(canonical).sort() : body.data;
  return { status: response.status, type, body: { ...body, data } };
}

/** A body without its error text, and with lists in a fixed order. */
async function bodyOf(response: Response | undefined): Promise<unknown> {
  const body = (await response?.json()) as { status: string; errorType?: string; data?: unknown };
  const { status, errorType = null, data = null } = body;
  const sorted = Array.isArray(data) ? data.map((each) => canonical(each)).sort() : data;
  return { status, errorType, data: sorted };
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
