import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGraph } from '@/mesh/graph/build-graph';
import type { Graph, GraphEdge, GraphView, TrafficRates } from '@/mesh/graph/graph';
import {
  aConfigObject,
  aDestinationRule,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { findSplits } from '@/mesh/splits/find-splits';
import type { Topology } from '@/mesh/topology/topology';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { AbsentCluster } from '@/server/adapters/kubernetes/absent-cluster';
import { PrometheusSource } from '@/server/adapters/prometheus/prometheus-source';
import { sourceError } from '@/server/errors';
import { ViewerCluster } from '@/server/visibility/viewer-cluster';
import { getSeries } from '@/server/usecases/get-series';
import { COUNTERS_END_SECONDS, SeriesWorld } from '@/tests/support/series-world';
import { startRealPrometheus, type RealPrometheus } from '@/tests/support/real-prometheus';
import { silentObserver } from '@/tests/support/silent-observer';
import { plainEndpoint } from '@/tests/support/plain-endpoint';

const VIEWS = ['workload', 'app', 'versioned-app', 'service'] as const satisfies GraphView[];
const { signal } = new AbortController();
const clock = { now: () => COUNTERS_END_SECONDS * 1000 };

class KnownCluster extends AbsentCluster {
  constructor(private readonly known: Topology) {
    super(sourceError('kubernetes', 'not-configured', 'not asked'), 'istio-system');
  }

  override topology(): Topology {
    return this.known;
  }
}

function host(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** One of everything that Istio reports in a way of its own. */
function everyKind(): SeriesWorld {
  const world = new SeriesWorld();
  const both = ['source', 'destination'] as const;
  // Two sidecars; the server saw a little less, and another code.
  world.http('source', 'shop/web', 'shop/api', host('api', 'shop'), { 200: 9, 503: 1 }, 30);
  world.http('destination', 'shop/web', 'shop/api', host('api', 'shop'), { 200: 9, 500: 0.5 }, 20);
  // Some, or all, of them without a code.
  world.untold('source', 'shop/web', 'shop/api', host('api', 'shop'), 100, 3);
  world.untold('source', 'shop/plain', 'shop/api', host('api', 'shop'), 7, 3);
  // In plaintext between two sidecars, beside clients that have none.
  world.http('source', 'shop/api', 'shop/ledger', host('ledger', 'shop'), { 200: 10 }, 80);
  world.http('destination', null, 'shop/ledger', host('ledger', 'shop'), { 200: 13, 500: 1 }, 7);
  world.http('source', 'shop/web', 'shop/plain', host('plain', 'shop'), { 200: 10 }, 80);
  world.http('destination', null, 'shop/plain', host('plain', 'shop'), { 200: 10 }, 70);
  world.tcp('source', 'shop/web', 'shop/cache', host('cache', 'shop'), 2, 5000);
  world.tcp('destination', null, 'shop/cache', host('cache', 'shop'), 2, 5000);
  // Nobody with a name.
  world.http('destination', null, 'edge/gateway', host('gateway', 'edge'), { 200: 20, 404: 1 }, 60);
  world.http('destination', null, 'shop/api', host('api', 'shop'), { 200: 3, 0: 1 }, 400);
  for (const reporter of both) {
    world.http(reporter, 'edge/gateway', 'shop/web', host('web', 'shop'), { 200: 20, 302: 1 }, 55);
    // Two versions, and two protocols between the same ends.
    world.http(reporter, 'shop/web', 'shop/reviews-v1', host('reviews', 'shop'), { 200: 9 }, 12);
    world.http(reporter, 'shop/web', 'shop/reviews-v2', host('reviews', 'shop'), { 500: 1 }, 900);
    world.grpc(reporter, 'shop/web', 'shop/billing', host('billing', 'shop'), { 0: 8, 14: 2 }, 33);
    world.http(reporter, 'shop/web', 'shop/billing', host('billing', 'shop'), { 200: 1 }, 33);
    world.tcp(reporter, 'shop/api', 'shop/cache', host('cache', 'shop'), 1, 1000);
    // Ambient without a waypoint.
    world.tcp(reporter, 'ambient/cart', 'ambient/store', host('store', 'ambient'), 3, 700);
  }
  // Ambient through a waypoint: the legs by ztunnel, the request by the waypoint.
  const catalog = host('catalog', 'ambient');
  world.tcp('source', 'ambient/cart', 'ambient/waypoint', catalog, 1, 900);
  world.http('waypoint', 'ambient/cart', 'ambient/catalog', catalog, { 200: 5, 503: 1 }, 44);
  for (const reporter of both) {
    world.tcp(reporter, 'ambient/waypoint', 'ambient/catalog', catalog, 1, 950);
  }
  // A sidecar calls a workload behind a ztunnel: its tunnel is reported as TCP.
  world.http('source', 'edge/gateway', 'ambient/cart', host('cart', 'ambient'), { 200: 6 }, 40);
  world.tcp('destination', 'edge/gateway', 'ambient/cart', host('cart', 'ambient'), 1, 4000);
  // Copies that mirroring makes: only the server reports them.
  const payment = host('payment', 'shop');
  for (const reporter of both) {
    world.http(reporter, 'shop/web', 'shop/payment-v1', payment, { 200: 5 }, 15);
  }
  world.http('destination', 'shop/web', 'shop/payment-v2', payment, { 200: 5 }, 150);
  // Outside.
  world.http('source', 'shop/billing', null, 'api.stripe.example', { 200: 4, 429: 1 }, 250);
  world.grpc('source', 'shop/billing', null, 'rpc.other.example', { 0: 9 }, 22);
  world.http('source', 'shop/api', null, 'a.wild.example', { 200: 3 }, 25);
  world.http('source', 'shop/api', null, 'b.wild.example:8443', { 200: 2 }, 2500);
  world.http('source', 'shop/api', null, 'bare.example:81', { 200: 2 }, 90);
  world.tcp('source', 'shop/api', null, null, 1, 300, 'PassthroughCluster');
  world.http('source', 'shop/web', null, null, { 200: 2 }, 30, 'PassthroughCluster');
  world.http('source', 'shop/web', null, null, { 502: 1 }, 1, 'BlackHoleCluster');
  return world;
}

function theCluster(): Topology {
  const versioned = ['reviews-v1', 'reviews-v2', 'payment-v1', 'payment-v2'];
  const shop = ['web', 'api', 'ledger', 'plain', 'cache', 'billing', ...versioned];
  const ambient = ['cart', 'store', 'catalog', 'waypoint'];
  const shopServices = ['web', 'api', 'ledger', 'plain', 'cache', 'reviews', 'billing', 'payment'];
  return aTopology({
    workloads: [
      aWorkload('edge', 'gateway', { proxy: 'gateway' }),
      ...shop.map((name) => aWorkload('shop', name)),
      ...ambient.map((name) => aWorkload('ambient', name, { proxy: 'ambient' })),
    ],
    services: [
      aService('edge', 'gateway'),
      ...shopServices.map((name) => aService('shop', name)),
      ...ambient.map((name) => aService('ambient', name)),
    ],
    config: [
      aConfigObject('networking.istio.io/ServiceEntry', 'shop', 'stripe', {
        hosts: ['api.stripe.example'],
      }),
      aConfigObject('networking.istio.io/ServiceEntry', 'shop', 'wild', {
        hosts: ['*.wild.example'],
      }),
      aDestinationRule('shop', 'payment', {
        host: 'payment',
        subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })),
      }),
      aVirtualService('shop', 'payment', {
        hosts: ['payment'],
        http: [
          {
            route: [{ destination: { host: 'payment', subset: 'v1' } }],
            mirror: { host: 'payment', subset: 'v2' },
          },
        ],
      }),
    ],
  });
}

type Figures = Pick<TrafficRates, 'rps' | 'errorRatio' | 'latencyMsP95'> & {
  readonly tcpBytesPerSecond: number | null;
};

function figuresOf(rates: TrafficRates): Figures {
  const { rps, errorRatio, latencyMsP95, tcpRequestBytesPerSecond: sent } = rates;
  const back = rates.tcpResponseBytesPerSecond;
  const tcpBytesPerSecond = sent === null && back === null ? null : (sent ?? 0) + (back ?? 0);
  return { rps, errorRatio, latencyMsP95, tcpBytesPerSecond };
}

/** To nine digits: sums of many floats may differ in the last ones. */
function rounded(figures: Figures): unknown {
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [
      name,
      typeof figure === 'number' ? Number(figure.toPrecision(9)) : figure,
    ]),
  );
}

describe('a series ends where the graph stands', () => {
  const topology = theCluster();
  let real: RealPrometheus;
  let metrics: PrometheusSource;
  let graphs: ReadonlyMap<GraphView, Graph>;

  beforeAll(async () => {
    real = await startRealPrometheus({ openMetrics: everyKind().openMetrics() });
    const endpoint = new HttpEndpoint('prometheus', plainEndpoint(real.url));
    metrics = new PrometheusSource(endpoint, silentObserver, clock);
    const reading = await metrics.readTelemetry(60, { signal });
    if (!reading.ok) throw new Error(reading.error.message);
    expect(reading.value.gaps).toEqual([]);
    const telemetry = reading.value.snapshot;
    const splits = findSplits({ topology, telemetry });
    graphs = new Map(
      VIEWS.map((view) => [
        view,
        buildGraph({ topology, telemetry, view, namespaces: [], gaps: [], splits }),
      ]),
    );
  });

  afterAll(async () => {
    metrics.stop();
    await real.close();
  });

  async function lastOf(kind: 'node' | 'edge', id: string, view: GraphView): Promise<Figures> {
    const watched = new KnownCluster(topology);
    const cluster = new ViewerCluster(watched, watched.as());
    const sources = { cluster, metrics, traces: null, observer: silentObserver, clock };
    const query = { element: { kind, id }, view, windowSeconds: 60 };
    const series = await getSeries(sources, query, { signal });
    if (!series.ok) throw new Error(series.error.title);
    const last = (values: readonly (number | null)[]) => values.at(-1) ?? null;
    const { rps, errorRatio, latencyMsP95, tcpBytesPerSecond } = series.value;
    return {
      rps: last(rps),
      errorRatio: last(errorRatio),
      latencyMsP95: last(latencyMsP95),
      tcpBytesPerSecond: last(tcpBytesPerSecond),
    };
  }

  function edgesOf(view: GraphView): readonly GraphEdge[] {
    return (graphs.get(view)?.edges ?? []).filter(({ origin }) => origin === 'telemetry');
  }

  test('the scene has what is to be compared', () => {
    const ids = edgesOf('workload').map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'unknown>workload:edge/gateway>http',
        'unknown>workload:shop/ledger>http',
        'workload:shop/web>workload:shop/cache>tcp',
        'workload:shop/web>workload:shop/billing>grpc',
        'workload:shop/web>service:shop/reviews>http',
        'service:shop/reviews>workload:shop/reviews-v2>http',
        'workload:ambient/cart>workload:ambient/catalog>http',
        'workload:ambient/cart>workload:ambient/store>tcp',
        'workload:shop/billing>service-entry:api.stripe.example>http',
        'workload:shop/api>service-entry:*.wild.example>http',
        'workload:shop/api>host:bare.example>http',
        'service:shop/payment>workload:shop/payment-v2>http',
        'workload:shop/api>passthrough>tcp',
        'workload:shop/web>black-hole>http',
      ]),
    );
    // Their own plaintext calls, and the legs of requests through a waypoint or a tunnel.
    expect(ids).not.toContain('unknown>workload:shop/plain>http');
    expect(ids).not.toContain('unknown>workload:shop/cache>tcp');
    expect(ids.filter((id) => id.includes('waypoint'))).toEqual([]);
    expect(ids).not.toContain('workload:edge/gateway>workload:ambient/cart>tcp');
  });

  test.each(VIEWS)('of every edge in the %s view', async (view) => {
    const edges = edgesOf(view);
    expect(edges.length).toBeGreaterThan(15);
    for (const edge of edges) {
      const shown = rounded(figuresOf(edge));
      expect(rounded(await lastOf('edge', edge.id, view)), edge.id).toEqual(shown);
    }
  });

  test.each(VIEWS)('of every node in the %s view', async (view) => {
    for (const node of graphs.get(view)?.nodes ?? []) {
      const inbound = figuresOf(node.inbound);
      const isSilent = inbound.rps === null && inbound.tcpBytesPerSecond === null;
      const shown = rounded(isSilent ? figuresOf(node.outbound) : inbound);
      expect(rounded(await lastOf('node', node.id, view)), node.id).toEqual(shown);
    }
  });
});
