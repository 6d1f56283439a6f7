import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '@/mesh/result';
import { bucketQuantile } from '@/mesh/telemetry/bucket-quantile';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { PrometheusClient } from '@/server/adapters/prometheus/client';
import { PrometheusSource } from '@/server/adapters/prometheus/prometheus-source';
import { LATENCY_BOUNDS_METRIC, seriesQueries } from '@/server/adapters/prometheus/queries';
import { seriesScope } from '@/server/adapters/prometheus/series-scope';
import type { SourceError } from '@/server/errors';
import type { SeriesSelector, TelemetryReading } from '@/server/ports';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startRealPrometheus, type RealPrometheus } from '@/tests/support/real-prometheus';
import { silentObserver } from '@/tests/support/silent-observer';
import { plainEndpoint } from '@/tests/support/plain-endpoint';
import { meshHistory } from '@/tests/support/mesh-history';

const { signal } = new AbortController();

let demo: DemoProcess;
let real: RealPrometheus;
let atMs: number;

function endpoint(url: string): HttpEndpoint {
  return new HttpEndpoint('prometheus', plainEndpoint(url));
}

beforeAll(async () => {
  demo = await startDemo(['--history', '6m']);
  atMs = Date.now();
  real = await startRealPrometheus({ openMetrics: await meshHistory(demo.prometheusUrl, atMs) });
});

afterAll(async () => {
  await real.close();
  await demo.close();
});

async function read(url: string, windowSeconds: number): Promise<TelemetryReading> {
  const source = new PrometheusSource(endpoint(url), silentObserver, { now: () => atMs });
  const reading = await source.readTelemetry(windowSeconds, { signal });
  source.stop();
  if (!reading.ok) throw new Error(reading.error.message);
  return reading.value;
}

function valueOf<T>(result: Result<T, SourceError>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Numbers to nine digits, and lists in a fixed order: two stores may add up in different orders. */
function comparable(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9));
  if (Array.isArray(value)) {
    const items = value.map(comparable);
    return items.every((item) => typeof item === 'object') && items.length > 1
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
}

describe('every query that Fanari sends', () => {
  test.each([60, 180])(
    'gives the same snapshot of %i s from the embedded and from a real Prometheus',
    async (windowSeconds) => {
      const [ours, theirs] = await Promise.all([
        read(demo.prometheusUrl, windowSeconds),
        read(real.url, windowSeconds),
      ]);
      expect(ours.gaps).toEqual([]);
      expect(theirs.gaps).toEqual([]);
      expect(ours.snapshot.requests.length).toBeGreaterThan(50);
      expect(ours.snapshot.latency.length).toBeGreaterThan(20);
      expect(ours.snapshot.tcp.length).toBeGreaterThan(1);
      expect(comparable(ours.snapshot)).toEqual(comparable(theirs.snapshot));
    },
  );

  const everyone: SeriesSelector = {
    source: {},
    destination: {},
    destinationServices: [],
    destinationServiceName: null,
    protocol: null,
  };
  const requests = ['requests', 'latency-client'];
  const tcp = ['tcp-received', 'tcp-sent', 'tcp-connections'];

  test.each<readonly [string, Partial<SeriesSelector>, readonly string[]]>([
    ['a node', { destination: { namespace: 'bookinfo', workload: 'reviews-v1' } }, requests],
    ['an app', { destination: { namespace: 'boutique', app: 'frontend' } }, requests],
    [
      'a version that sends',
      { source: { namespace: 'boutique', app: 'frontend', version: 'v2' } },
      requests,
    ],
    [
      'an edge of HTTP',
      {
        source: { namespace: 'bookinfo', workload: 'productpage-v1' },
        destination: { namespace: 'bookinfo', workload: 'reviews-v1' },
        protocol: 'http',
      },
      requests,
    ],
    [
      'an edge of gRPC',
      {
        source: { namespace: 'boutique', workload: 'checkoutservice-v1' },
        destination: { namespace: 'boutique', workload: 'cartservice' },
        protocol: 'grpc',
      },
      requests,
    ],
    [
      'TCP in plaintext',
      { destination: { namespace: 'boutique', workload: 'redis-cart-v1' }, protocol: 'tcp' },
      tcp,
    ],
    [
      'a host, and another that its routes lead to',
      {
        destinationServices: [
          'recommendationservice.boutique.svc.cluster.local',
          'recommendationservice-v2.boutique.svc.cluster.local',
        ],
      },
      requests,
    ],
    ['an external host', { destinationServices: ['rates.example.com'] }, requests],
    ['PassthroughCluster', { destinationServiceName: 'PassthroughCluster' }, [...requests, ...tcp]],
    [
      'clients without identity',
      { source: { workload: 'unknown' } },
      ['requests', 'latency-server', ...tcp],
    ],
    [
      'what only the server reports',
      { destination: { namespace: 'boutique', workload: 'paymentservice-v2' } },
      ['requests', 'latency-server'],
    ],
  ])('gives the same series of %s', async (_what, traffic, expected) => {
    const selector = { ...everyone, ...traffic };
    const endMs = Math.floor(atMs / 10_000) * 10_000;
    const range = { startMs: endMs - 120_000, endMs, stepSeconds: 10 };
    const clients = [demo.prometheusUrl, real.url].map(
      (url) => new PrometheusClient(endpoint(url), silentObserver),
    );
    const looked = { startMs: range.startMs - 60_000, endMs };
    const [scope, theirScope] = await Promise.all(
      clients.map(async (client) => valueOf(await seriesScope(client, selector, looked, signal))),
    );
    if (scope === undefined) throw new Error('no scope');
    expect(scope).toEqual(theirScope);
    const answered: string[] = [];
    for (const [name, query] of Object.entries(seriesQueries(scope, 60, []))) {
      const [ours, theirs] = await Promise.all(
        clients.map(async (client) => {
          const answer = valueOf(await client.queryRange('series', query, range, signal));
          return answer.map(({ labels, values }) => ({ labels, values: [...values] }));
        }),
      );
      expect(comparable(ours), query).toEqual(comparable(theirs));
      if (ours?.some(({ values }) => values.length > 5) === true) answered.push(name);
    }
    expect(answered).toEqual(expect.arrayContaining([...expected]));
  });

  test('finds the same bucket bounds', async () => {
    const [ours, theirs] = await Promise.all(
      [demo.prometheusUrl, real.url].map(async (url) => {
        const client = new PrometheusClient(endpoint(url), silentObserver);
        return valueOf(
          await client.labelValues('le', [{ metric: LATENCY_BOUNDS_METRIC, matchers: [] }], signal),
        );
      }),
    );
    expect(ours).toHaveLength(20);
    expect(ours).toEqual(theirs);
  });

  test.each(['config', 'flags', 'runtimeinfo'] as const)(
    'what it reads of status/%s is there in both',
    async (what) => {
      const read = async (url: string) => {
        const client = new PrometheusClient(endpoint(url), silentObserver);
        const { yaml, storageRetention, ...rest } = valueOf(await client.status(what, signal));
        return typeof (yaml ?? storageRetention ?? rest['storage.tsdb.retention.time']);
      };
      expect(await read(demo.prometheusUrl)).toBe('string');
      expect(await read(real.url)).toBe('string');
    },
  );

  test('every latency quantile is what histogram_quantile says over all buckets', async () => {
    const { snapshot } = await read(real.url, 60);
    const client = new PrometheusClient(endpoint(real.url), silentObserver);
    const ends =
      'source_workload, source_workload_namespace, destination_workload, destination_workload_namespace, destination_service';
    let compared = 0;
    for (const q of [0.5, 0.95, 0.99]) {
      const query = `histogram_quantile(${q}, sum by (${ends}, le) (rate(istio_request_duration_milliseconds_bucket{reporter="source"}[60s])))`;
      const theirs = await client.query('all', query, atMs, signal);
      if (!theirs.ok) throw new Error(theirs.error.message);
      for (const { labels, value } of theirs.value) {
        const sample = snapshot.latency.find(
          ({ reporter, source, destination, destinationService }) =>
            reporter === 'source' &&
            (source.workload ?? 'unknown') === labels['source_workload'] &&
            (source.namespace ?? 'unknown') === labels['source_workload_namespace'] &&
            (destination.workload ?? 'unknown') === labels['destination_workload'] &&
            (destination.namespace ?? 'unknown') === labels['destination_workload_namespace'] &&
            (destinationService ?? 'unknown') === labels['destination_service'],
        );
        const ours =
          sample === undefined
            ? null
            : bucketQuantile(q, sample.buckets, snapshot.latencyBoundsMs, sample.totalPerSecond);
        expect(ours, JSON.stringify(labels)).toBeCloseTo(value, 6);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(60);
  });
});
