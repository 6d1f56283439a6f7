import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { PrometheusClient } from '@/server/adapters/prometheus/client';
import { condition } from '@/server/adapters/prometheus/label-matcher';
import { PrometheusSource } from '@/server/adapters/prometheus/prometheus-source';
import { LATENCY_BOUNDS_METRIC, seriesQueries } from '@/server/adapters/prometheus/queries';
import { seriesScope } from '@/server/adapters/prometheus/series-scope';
import type { SeriesSelector, TelemetryReading } from '@/server/ports';
import { steadyHistory } from '@/tests/support/mesh-history';
import { plainEndpoint } from '@/tests/support/plain-endpoint';
import { startRealPrometheus, type RealPrometheus } from '@/tests/support/real-prometheus';
import { startVictoriaMetrics, type VictoriaMetrics } from '@/tests/support/real-victoria-metrics';
import { silentObserver } from '@/tests/support/silent-observer';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';

const { signal } = new AbortController();

let demo: DemoProcess;
let prometheus: RealPrometheus;
let victoria: VictoriaMetrics;
let scraping: VictoriaMetrics;
let atMs: number;

beforeAll(async () => {
  demo = await startDemo(['--history', '6m']);
  atMs = Date.now();
  const openMetrics = await steadyHistory(demo.prometheusUrl, atMs);
  [prometheus, victoria, scraping] = await Promise.all([
    startRealPrometheus({ openMetrics }),
    startVictoriaMetrics({ openMetrics }),
    startVictoriaMetrics({ scrapeUrl: `${demo.prometheusUrl}/metrics` }),
  ]);
});

afterAll(async () => {
  await Promise.all([prometheus.close(), victoria.close(), scraping.close()]);
  await demo.close();
});

function sourceOf(url: string, cluster?: string): PrometheusSource {
  const everywhere = cluster === undefined ? [] : [condition('cluster', '=', cluster)];
  const endpoint = new HttpEndpoint('prometheus', plainEndpoint(url));
  return new PrometheusSource(endpoint, silentObserver, { now: () => atMs }, { everywhere });
}

async function read(source: PrometheusSource, windowSeconds: number): Promise<TelemetryReading> {
  const reading = await source.readTelemetry(windowSeconds, { signal });
  source.stop();
  if (!reading.ok) throw new Error(reading.error.message);
  return reading.value;
}

/** Everything of a sample that is no measurement. */
function keyOf(sample: object): string {
  const names = Object.entries(sample).filter(
    ([name, value]) => typeof value !== 'number' && name !== 'buckets',
  );
  return JSON.stringify(names);
}

/** What samples measure, by what they are of. */
function valuesOf<T extends object>(
  samples: readonly T[],
  value: (sample: T) => number | null,
): ReadonlyMap<string, number | null> {
  return new Map(samples.map((sample) => [keyOf(sample), value(sample)]));
}

/** So much of a figure may be lost to the rounding of floating point. */
const ROUNDING = 1e-6;

/**
 * Prometheus extrapolates a rate to the ends of its window; VictoriaMetrics takes what the counter grew from the last
 * sample before the window. Of counters that grow steadily both are the same.
 */
function expectSame(
  ours: ReadonlyMap<string, number | null>,
  theirs: ReadonlyMap<string, number | null>,
): void {
  expect([...theirs.keys()].sort()).toEqual([...ours.keys()].sort());
  let total = 0;
  for (const [key, value] of ours) {
    const other = theirs.get(key);
    if (value === null || other === null || other === undefined) {
      expect(other, key).toBe(value);
      continue;
    }
    expect(Math.abs(other - value), key).toBeLessThanOrEqual(ROUNDING * value);
    total += value;
  }
  expect(total).toBeGreaterThan(0);
}

describe('VictoriaMetrics, holding the same samples as Prometheus', () => {
  test.each([60, 180])('gives the same edges over %i s, with the same figures', async (window) => {
    const [ours, theirs] = await Promise.all(
      [prometheus, victoria].map(async ({ url }) => read(sourceOf(url), window)),
    );
    if (ours === undefined || theirs === undefined) throw new Error('not read');
    expect(theirs.gaps).toEqual([]);
    expect(ours.snapshot.requests.length).toBeGreaterThan(50);
    expectSame(
      valuesOf(ours.snapshot.requests, ({ requestsPerSecond }) => requestsPerSecond),
      valuesOf(theirs.snapshot.requests, ({ requestsPerSecond }) => requestsPerSecond),
    );
    expectSame(
      valuesOf(ours.snapshot.latency, ({ totalPerSecond }) => totalPerSecond),
      valuesOf(theirs.snapshot.latency, ({ totalPerSecond }) => totalPerSecond),
    );
    const ownTcp = valuesOf(ours.snapshot.tcp, (sample) => sample.requestBytesPerSecond);
    const theirTcp = valuesOf(theirs.snapshot.tcp, (sample) => sample.requestBytesPerSecond);
    expectSame(ownTcp, theirTcp);
  });

  const selectors: readonly (readonly [string, Partial<SeriesSelector>])[] = [
    ['a node', { destination: { namespace: 'bookinfo', workload: 'reviews-v1' } }],
    ['TCP', { destination: { namespace: 'boutique', workload: 'redis-cart-v1' }, protocol: 'tcp' }],
    ['an external host', { destinationServices: ['rates.example.com'] }],
    ['clients without identity', { source: { workload: 'unknown' } }],
  ];

  test.each(selectors)('gives the same series of %s, step by step', async (_, traffic) => {
    const selector: SeriesSelector = {
      source: {},
      destination: {},
      destinationServices: [],
      destinationServiceName: null,
      protocol: null,
      ...traffic,
    };
    const endMs = Math.floor(atMs / 10_000) * 10_000;
    const range = { startMs: endMs - 120_000, endMs, stepSeconds: 10 };
    const clients = [prometheus, victoria].map(
      ({ url }) =>
        new PrometheusClient(new HttpEndpoint('prometheus', plainEndpoint(url)), silentObserver),
    );
    const looked = { startMs: range.startMs - 60_000, endMs };
    const scopes = await Promise.all(
      clients.map(async (client) => seriesScope(client, selector, looked, signal)),
    );
    const [scope, theirScope] = scopes;
    if (scope?.ok !== true) throw new Error('no scope');
    expect(theirScope).toEqual(scope);
    let compared = 0;
    for (const [name, query] of Object.entries(seriesQueries(scope.value, 60, []))) {
      const answers = await Promise.all(
        clients.map(async (client) => client.queryRange('series', query, range, signal)),
      );
      const totals = answers.map((answer) => {
        if (!answer.ok) throw new Error(answer.error.message);
        const sums = new Map<number, number>();
        for (const { labels, values } of answer.value) {
          // Buckets of latency are rates of the same events as their total.
          if (labels['le'] !== undefined) continue;
          for (const [time, value] of values) sums.set(time, (sums.get(time) ?? 0) + value);
        }
        return sums;
      });
      const [ours = new Map<number, number>(), theirs = new Map<number, number>()] = totals;
      for (const [time, value] of ours) {
        const other = theirs.get(time);
        expect(other, `${name} at ${time}`).toBeDefined();
        expect(Math.abs((other ?? 0) - value), name).toBeLessThanOrEqual(ROUNDING * value);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(10);
  });

  test('finds the same bucket bounds', async () => {
    const answers = await Promise.all(
      [prometheus, victoria].map(async ({ url }) => {
        const endpoint = new HttpEndpoint('prometheus', plainEndpoint(url));
        const client = new PrometheusClient(endpoint, silentObserver);
        const series = [{ metric: LATENCY_BOUNDS_METRIC, matchers: [] }];
        const found = await client.labelValues('le', series, signal);
        return found.ok ? [...found.value].sort() : found.error.message;
      }),
    );
    expect(answers[0]).toHaveLength(20);
    expect(answers[1]).toEqual(answers[0]);
  });

  test('has nothing where a label that was set everywhere has another value', async () => {
    const { snapshot, gaps } = await read(sourceOf(victoria.url, 'elsewhere'), 60);
    expect(gaps).toEqual([]);
    expect(snapshot.requests).toEqual([]);
  });
});

describe('VictoriaMetrics that scrapes the mesh', () => {
  test('shows the traffic of this moment, not of half a minute ago', async () => {
    await until('traffic', async () => {
      atMs = Date.now();
      return (await read(sourceOf(scraping.url), 15)).snapshot.requests.length > 50;
    });
    const asked = Date.now();
    const body = await fetch(
      `${scraping.url}/api/v1/query?${new URLSearchParams({ query: 'timestamp(istio_requests_total)', nocache: '1' }).toString()}`,
    );
    const { data } = (await body.json()) as {
      readonly data: { readonly result: readonly { readonly value: [number, string] }[] };
    };
    const newest = Math.max(...data.result.map(({ value }) => Number(value[1]) * 1000));
    expect(asked - newest).toBeLessThan(20_000);
  });

  test('tells how often it scrapes; how long it keeps samples stays unknown', async () => {
    const source = sourceOf(scraping.url);
    source.start();
    await until('the limits', () => source.limits().scrapeIntervalSeconds !== null);
    expect(source.limits()).toEqual({ scrapeIntervalSeconds: 1, retentionSeconds: null });
    expect(source.state()).toMatchObject({ state: 'ok', message: null });
    source.stop();
  });
});
