import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '@/mesh/graph/build-graph';
import { findSplits } from '@/mesh/splits/find-splits';
import { parseEdgeId, parseNodeId } from '@/mesh/graph/node-id';
import {
  aConfigObject,
  aDestinationRule,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
  anHttpRoute,
} from '@/mesh/testing/topology-builders';
import { aLatency, aRequest, aSnapshot, aTcp } from '@/mesh/testing/telemetry-builders';
import type { Graph, GraphEdge, GraphNode, GraphView } from '@/mesh/graph/graph';
import type { RequestSample, TcpSample, TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { TopologyParts } from '@/mesh/testing/topology-builders';

interface Options {
  readonly view?: GraphView;
  readonly namespaces?: readonly string[];
}

function build(
  parts: TopologyParts,
  telemetry: Partial<TelemetrySnapshot> | null,
  options: Options = {},
): Graph {
  const topology = aTopology(parts);
  const snapshot = telemetry === null ? null : aSnapshot(telemetry);
  const splits = findSplits({ topology, telemetry: snapshot });
  const { view = 'workload', namespaces = [] } = options;
  return buildGraph({ topology, telemetry: snapshot, view, namespaces, gaps: [], splits });
}

const edgeIds = (graph: Graph) => graph.edges.map(({ id }) => id);

function node(graph: Graph, id: string): GraphNode {
  const found = graph.nodes.find((candidate) => candidate.id === id);
  if (found === undefined)
    throw new Error(`no node ${id} among ${graph.nodes.map((n) => n.id).join(', ')}`);
  return found;
}

function edge(graph: Graph, id: string): GraphEdge {
  const found = graph.edges.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no edge ${id} among ${edgeIds(graph).join(', ')}`);
  return found;
}

const PAGE = 'bookinfo/productpage-v1';
const bookinfo: TopologyParts = {
  workloads: [
    aWorkload('istio-ingress', 'gateway', { proxy: 'gateway' }),
    aWorkload('bookinfo', 'productpage-v1'),
    aWorkload('bookinfo', 'details-v1'),
    aWorkload('bookinfo', 'reviews-v1'),
    aWorkload('bookinfo', 'reviews-v2'),
    aWorkload('bookinfo', 'ratings-v1'),
  ],
  services: ['productpage', 'details', 'reviews', 'ratings'].map((name) =>
    aService('bookinfo', name),
  ),
};
const reviewsRule = aDestinationRule('bookinfo', 'reviews', {
  host: 'reviews',
  subsets: [
    { name: 'v1', labels: { version: 'v1' } },
    { name: 'v2', labels: { version: 'v2' } },
  ],
});
const reviewsRoute = aVirtualService('bookinfo', 'reviews', {
  hosts: ['reviews'],
  http: [
    {
      route: [
        { destination: { host: 'reviews', subset: 'v1' }, weight: 90 },
        { destination: { host: 'reviews', subset: 'v2' }, weight: 10 },
      ],
    },
  ],
});
const canary: TopologyParts = { ...bookinfo, config: [reviewsRoute, reviewsRule] };

describe('workload view', () => {
  test('a service with one workload is called directly', () => {
    const graph = build(bookinfo, {
      requests: [aRequest('source', PAGE, 'bookinfo/details-v1', 'details.bookinfo', 5)],
    });
    expect(edgeIds(graph)).toEqual([
      'workload:bookinfo/productpage-v1>workload:bookinfo/details-v1>http',
    ]);
    expect(graph.edges[0]).toMatchObject({
      rps: 5,
      errorRatio: 0,
      reporter: 'source',
      destinationService: 'details.bookinfo.svc.cluster.local',
      share: null,
    });
  });

  test('a service node stands where several workloads are behind a host, with shares of its traffic', () => {
    const graph = build(bookinfo, {
      requests: [
        aRequest('source', PAGE, 'bookinfo/reviews-v1', 'reviews.bookinfo', 6),
        aRequest('source', PAGE, 'bookinfo/reviews-v2', 'reviews.bookinfo', 2),
      ],
    });
    expect(edge(graph, 'workload:bookinfo/productpage-v1>service:bookinfo/reviews>http').rps).toBe(
      8,
    );
    expect(edge(graph, 'service:bookinfo/reviews>workload:bookinfo/reviews-v1>http').share).toBe(
      0.75,
    );
    expect(edge(graph, 'service:bookinfo/reviews>workload:bookinfo/reviews-v2>http').share).toBe(
      0.25,
    );
  });

  test('a split is drawn with destinations that no series mentions, without figures', () => {
    const graph = build(canary, {
      requests: [aRequest('source', PAGE, 'bookinfo/reviews-v1', 'reviews.bookinfo', 6)],
    });
    const idle = edge(graph, 'service:bookinfo/reviews>workload:bookinfo/reviews-v2>http');
    expect(idle).toMatchObject({
      origin: 'config',
      reporter: null,
      rps: null,
      errorRatio: null,
      share: null,
    });
    expect(idle.mtls).toMatchObject({ verdict: 'unknown' });
    expect(node(graph, 'service:bookinfo/reviews').splits).toEqual([
      'VirtualService/bookinfo/reviews/spec/http/0',
    ]);
  });

  test('requests that reached no workload are an edge to the service itself', () => {
    const graph = build(bookinfo, {
      requests: [
        aRequest('source', PAGE, 'bookinfo/details-v1', 'details.bookinfo', 5),
        aRequest('source', PAGE, null, 'details.bookinfo', 1, {
          responseCode: '503',
          flags: ['UH'],
        }),
      ],
    });
    expect(
      edge(graph, 'workload:bookinfo/productpage-v1>service:bookinfo/details>http'),
    ).toMatchObject({
      rps: 1,
      errorRatio: 1,
      codes: [{ code: '503', rps: 1, isError: true }],
      flags: [{ flag: 'UH', rps: 1 }],
      health: { status: 'failing' },
    });
  });

  test('backends of a Gateway API route stand behind the host that was asked for', () => {
    const route = anHttpRoute('bookinfo', 'reviews', {
      parentRefs: [{ group: '', kind: 'Service', name: 'reviews' }],
      rules: [
        {
          backendRefs: [
            { name: 'reviews-v1', port: 9080, weight: 1 },
            { name: 'reviews-v2', port: 9080, weight: 1 },
          ],
        },
      ],
    });
    const backend = (version: string) =>
      aService('bookinfo', `reviews-${version}`, { selector: { app: 'reviews', version } });
    const parts = {
      ...bookinfo,
      services: [...(bookinfo.services ?? []), backend('v1'), backend('v2')],
      config: [route],
    };
    const graph = build(parts, {
      requests: [
        aRequest('source', PAGE, 'bookinfo/reviews-v1', 'reviews-v1.bookinfo', 3),
        aRequest('source', PAGE, 'bookinfo/reviews-v2', 'reviews-v2.bookinfo', 1),
      ],
    });
    expect(edge(graph, 'workload:bookinfo/productpage-v1>service:bookinfo/reviews>http').rps).toBe(
      4,
    );
    expect(edge(graph, 'service:bookinfo/reviews>workload:bookinfo/reviews-v2>http').share).toBe(
      0.25,
    );
  });

  test('a mirror copy is marked and takes no share', () => {
    const mirrored = aVirtualService('bookinfo', 'reviews', {
      hosts: ['reviews'],
      http: [
        {
          route: [{ destination: { host: 'reviews', subset: 'v1' } }],
          mirror: { host: 'reviews', subset: 'v2' },
        },
      ],
    });
    const graph = build(
      { ...bookinfo, config: [mirrored, reviewsRule] },
      {
        requests: [
          aRequest('source', PAGE, 'bookinfo/reviews-v1', 'reviews.bookinfo', 6),
          aRequest('destination', PAGE, 'bookinfo/reviews-v2', 'reviews.bookinfo', 6),
        ],
      },
    );
    expect(edge(graph, 'workload:bookinfo/productpage-v1>service:bookinfo/reviews>http').rps).toBe(
      6,
    );
    expect(edge(graph, 'service:bookinfo/reviews>workload:bookinfo/reviews-v2>http')).toMatchObject(
      {
        mirrored: true,
        share: null,
        rps: 6,
      },
    );
    expect(edge(graph, 'service:bookinfo/reviews>workload:bookinfo/reviews-v1>http').share).toBe(1);
  });

  test('gateways, unknown clients, external hosts, Passthrough and BlackHole have nodes of their own', () => {
    const entry = aConfigObject('networking.istio.io/ServiceEntry', 'bookinfo', 'ext', {
      hosts: ['*.example.com'],
    });
    const graph = build(
      { ...bookinfo, config: [entry] },
      {
        requests: [
          aRequest('source', 'istio-ingress/gateway', PAGE, 'productpage.bookinfo', 9),
          aRequest('destination', null, 'bookinfo/details-v1', 'details.bookinfo', 1, {
            security: 'none',
          }),
          aRequest('source', PAGE, null, 'api.example.com', 1),
          aRequest('source', PAGE, null, '1.2.3.4', 1, {
            destinationServiceName: 'PassthroughCluster',
          }),
          aRequest('source', PAGE, null, 'evil.test', 1, {
            destinationServiceName: 'BlackHoleCluster',
            responseCode: '502',
          }),
        ],
      },
    );
    expect(node(graph, 'workload:istio-ingress/gateway').kind).toBe('gateway');
    expect(node(graph, 'unknown')).toMatchObject({ kind: 'unknown', namespace: null });
    expect(node(graph, 'service-entry:*.example.com')).toMatchObject({
      kind: 'service-entry',
      hosts: ['*.example.com', 'api.example.com'],
      config: [{ kind: 'ServiceEntry', name: 'ext' }],
    });
    expect(node(graph, 'passthrough').kind).toBe('passthrough');
    expect(node(graph, 'black-hole').kind).toBe('black-hole');
    for (const { id } of graph.nodes) expect(parseNodeId(id)).not.toBeNull();
    for (const { id } of graph.edges) expect(parseEdgeId(id)).not.toBeNull();
  });

  test('a workload without traffic is a node with unknown rates, idle, never green', () => {
    const graph = build(bookinfo, { requests: [] });
    expect(node(graph, 'workload:bookinfo/ratings-v1')).toMatchObject({
      inbound: { rps: null, errorRatio: null, latencyMsP95: null },
      health: { status: 'idle' },
      readyPods: 1,
      desiredPods: 1,
    });
  });

  test('without metrics the topology is drawn and health is unknown', () => {
    const graph = build(canary, null);
    expect(graph.nodes.length).toBe(7);
    expect(graph.edges.every(({ origin, rps }) => origin === 'config' && rps === null)).toBe(true);
    expect(node(graph, 'workload:bookinfo/ratings-v1').health).toMatchObject({
      status: 'unknown',
      rule: 'no-metrics',
    });
  });

  test('a workload that metrics name and the cluster no longer has is marked', () => {
    const graph = build(bookinfo, {
      requests: [
        aRequest('source', 'bookinfo/old-v1', 'bookinfo/details-v1', 'details.bookinfo', 1),
      ],
    });
    expect(node(graph, 'workload:bookinfo/old-v1')).toMatchObject({
      exists: false,
      readyPods: null,
      workloadKind: null,
    });
  });

  test('config objects and badges stand on the node that they act on', () => {
    const route = aVirtualService('bookinfo', 'details', {
      hosts: ['details'],
      http: [
        {
          timeout: '1s',
          fault: {},
          retries: { attempts: 2 },
          route: [{ destination: { host: 'details' } }],
        },
      ],
    });
    const breaker = aDestinationRule('bookinfo', 'details', {
      host: 'details',
      trafficPolicy: { outlierDetection: {} },
    });
    const policy = aConfigObject(
      'security.istio.io/AuthorizationPolicy',
      'bookinfo',
      'only-details',
      {
        selector: { matchLabels: { app: 'details' } },
      },
    );
    const graph = build({ ...bookinfo, config: [route, breaker, policy] }, { requests: [] });
    const details = node(graph, 'workload:bookinfo/details-v1');
    expect(details.config.map(({ kind }) => kind)).toEqual([
      'DestinationRule',
      'VirtualService',
      'AuthorizationPolicy',
    ]);
    expect(details.badges).toEqual([
      'circuit-breaker',
      'fault-injection',
      'retry',
      'timeout',
      'virtual-service',
    ]);
    expect(node(graph, 'workload:bookinfo/ratings-v1').config).toEqual([]);
  });

  test('badges of a service stand on its node and not again on every version', () => {
    const graph = build(canary, { requests: [] });
    expect(node(graph, 'service:bookinfo/reviews').badges).toEqual(['virtual-service']);
    expect(node(graph, 'workload:bookinfo/reviews-v1').badges).toEqual([]);
  });

  test('pods without a proxy are badged', () => {
    const parts = { workloads: [aWorkload('legacy', 'batch', { proxy: 'none', proxiedPods: 0 })] };
    expect(node(build(parts, { requests: [] }), 'workload:legacy/batch').badges).toEqual([
      'missing-proxy',
    ]);
  });

  test('quantiles of a node are those of all its requests together', () => {
    const graph = build(bookinfo, {
      requests: [
        aRequest('source', PAGE, 'bookinfo/ratings-v1', 'ratings.bookinfo', 90),
        aRequest('source', 'bookinfo/reviews-v2', 'bookinfo/ratings-v1', 'ratings.bookinfo', 10),
      ],
      latency: [
        aLatency('source', PAGE, 'bookinfo/ratings-v1', 'ratings.bookinfo.svc.cluster.local', 90, [
          [1, 45],
        ]),
        aLatency(
          'source',
          'bookinfo/reviews-v2',
          'bookinfo/ratings-v1',
          'ratings.bookinfo.svc.cluster.local',
          10,
          [[25, 5]],
        ),
      ],
    });
    expect(node(graph, 'workload:bookinfo/ratings-v1').inbound.latencyMsP95).toBeCloseTo(25);
  });

  test('TCP carries bytes in the direction of the request and connections', () => {
    const graph = build(bookinfo, {
      tcp: [
        aTcp('source', PAGE, 'bookinfo/details-v1', 'details.bookinfo', 2, {
          requestBytesPerSecond: 7,
          responseBytesPerSecond: null,
        }),
      ],
    });
    expect(graph.edges[0]).toMatchObject({
      protocol: 'tcp',
      rps: null,
      tcpRequestBytesPerSecond: 7,
      tcpResponseBytesPerSecond: null,
      tcpConnectionsPerSecond: 2,
    });
  });
});

describe('what other dashboards get wrong', () => {
  const HOST = 'reviews.bookinfo';
  const TO_SERVICE = 'workload:bookinfo/productpage-v1>service:bookinfo/reviews>http';

  test('an edge into a service node has the latency of all its versions together', () => {
    const to = (version: string) => [PAGE, `bookinfo/reviews-${version}`, HOST] as const;
    const graph = build(canary, {
      requests: [aRequest('source', ...to('v1'), 90), aRequest('source', ...to('v2'), 10)],
      latency: [
        aLatency('source', ...to('v1'), 90, [[10, 90]]),
        aLatency('source', ...to('v2'), 10, [
          [1_000, 10],
          [500, 0],
        ]),
      ],
    });
    // 95 of 100 lie half-way up the ten between 500 and 1000 ms; neither version alone says so.
    expect(edge(graph, TO_SERVICE).latencyMsP95).toBe(750);
  });

  test('requests that both ends report with different codes and flags count once', () => {
    const to = [PAGE, 'bookinfo/details-v1', 'details.bookinfo'] as const;
    const requests = [
      aRequest('source', ...to, 8),
      aRequest('source', ...to, 2, { responseCode: '0', flags: ['UC'] }),
      aRequest('destination', ...to, 8),
      aRequest('destination', ...to, 2, { responseCode: '200', flags: ['DC'] }),
    ];
    const [found] = build(bookinfo, { requests }).edges;
    expect(found).toMatchObject({ rps: 10, errorRatio: 0.2 });
  });

  test('a share of mutual TLS is summed over versions, codes and policies, and some of it is no lock', () => {
    const seen = (version: string, rate: number, security: 'mutual_tls' | 'none') =>
      (['source', 'destination'] as const).map((reporter) =>
        aRequest(reporter, PAGE, `bookinfo/reviews-${version}`, HOST, rate, {
          security: reporter === 'source' ? 'unknown' : security,
        }),
      );
    const requests = [
      ...seen('v1', 60, 'mutual_tls'),
      ...seen('v1', 20, 'none'),
      ...seen('v2', 20, 'mutual_tls'),
    ];
    const { mtls } = edge(build(canary, { requests }), TO_SERVICE);
    expect(mtls.observedRatio).toBeCloseTo(0.8);
    expect(mtls.verdict).toBe('partly');
  });

  test('TCP has health, by connections that failed', () => {
    const to = [PAGE, 'bookinfo/details-v1', 'details.bookinfo'] as const;
    const tcp = [aTcp('source', ...to, 8), aTcp('source', ...to, 2, { flags: ['UF'] })];
    expect(build(bookinfo, { tcp }).edges[0]?.health).toMatchObject({
      status: 'failing',
      rule: 'tcp-failure-ratio',
    });
  });

  test('TCP in plaintext keeps its client, and no unknown one stands beside it', () => {
    const to = ['bookinfo/details-v1', 'details.bookinfo'] as const;
    const tcp = [
      aTcp('source', PAGE, ...to, 5),
      aTcp('destination', null, ...to, 5, { security: 'none' }),
    ];
    const graph = build(bookinfo, { tcp });
    expect(edgeIds(graph)).toEqual([
      'workload:bookinfo/productpage-v1>workload:bookinfo/details-v1>tcp',
    ]);
    expect(graph.edges[0]?.mtls).toMatchObject({ verdict: 'plaintext', observedRatio: 0 });
  });
});

test('pods that are called by their addresses have no service in front of them', () => {
  const passed = { destinationServiceName: 'PassthroughCluster' };
  const requests = ['bookinfo/details-v1', 'bookinfo/ratings-v1'].map((to) =>
    aRequest('source', PAGE, to, 'PassthroughCluster', 1, passed),
  );
  expect(edgeIds(build(bookinfo, { requests }))).toEqual([
    'workload:bookinfo/productpage-v1>workload:bookinfo/details-v1>http',
    'workload:bookinfo/productpage-v1>workload:bookinfo/ratings-v1>http',
  ]);
});

describe('figures that nothing supports', () => {
  test('requests without a code have a rate, and an unknown share of errors', () => {
    const requests = [
      aRequest('source', PAGE, 'bookinfo/details-v1', 'details.bookinfo', 5, { responseCode: '' }),
    ];
    const found = edge(
      build(bookinfo, { requests }),
      'workload:bookinfo/productpage-v1>workload:bookinfo/details-v1>http',
    );
    expect(found).toMatchObject({ rps: 5, errorRatio: null, health: { status: 'unknown' } });
    expect(found.codes).toEqual([{ code: 'unknown', rps: 5, isError: false }]);
  });

  test('the share of errors is over the requests that carry a code', () => {
    const to = ['bookinfo/details-v1', 'details.bookinfo'] as const;
    const requests = [
      aRequest('source', PAGE, ...to, 50, { responseCode: '' }),
      aRequest('source', PAGE, ...to, 3),
      aRequest('source', PAGE, ...to, 1, { responseCode: '503', flags: ['UH'] }),
    ];
    const [found] = build(bookinfo, { requests }).edges;
    expect(found).toMatchObject({ rps: 54, errorRatio: 0.25 });
    expect(found?.health.reason).toContain('mostly with flag UH');
  });
});

describe('other views', () => {
  const requests = [
    aRequest('source', PAGE, 'bookinfo/reviews-v1', 'reviews.bookinfo', 6),
    aRequest('source', PAGE, 'bookinfo/reviews-v2', 'reviews.bookinfo', 2),
    aRequest('source', 'bookinfo/reviews-v2', 'bookinfo/ratings-v1', 'ratings.bookinfo', 2),
  ];

  test('app: versions fold into one node', () => {
    const graph = build(bookinfo, { requests }, { view: 'app' });
    expect(edgeIds(graph)).toEqual([
      'app:bookinfo/productpage>app:bookinfo/reviews>http',
      'app:bookinfo/reviews>app:bookinfo/ratings>http',
    ]);
    expect(node(graph, 'app:bookinfo/reviews')).toMatchObject({
      readyPods: 2,
      inbound: { rps: 8 },
    });
  });

  test('versioned-app: versions stay apart behind their service', () => {
    const graph = build(bookinfo, { requests }, { view: 'versioned-app' });
    expect(edgeIds(graph)).toContain(
      'service:bookinfo/reviews>versioned-app:bookinfo/reviews/v2>http',
    );
  });

  test('service: only services, and workloads that no service stands for', () => {
    const graph = build(bookinfo, { requests }, { view: 'service' });
    expect(edgeIds(graph)).toEqual([
      'service:bookinfo/productpage>service:bookinfo/reviews>http',
      'service:bookinfo/reviews>service:bookinfo/ratings>http',
    ]);
    expect(node(graph, 'workload:istio-ingress/gateway').kind).toBe('gateway');
    expect(node(graph, 'service:bookinfo/details').health.status).toBe('idle');
  });
});

describe('namespaces', () => {
  test('edges that touch a chosen namespace stay, with their far ends and nothing else', () => {
    const requests = [
      aRequest('source', 'istio-ingress/gateway', PAGE, 'productpage.bookinfo', 9),
      aRequest('source', PAGE, 'bookinfo/details-v1', 'details.bookinfo', 5),
    ];
    const graph = build(bookinfo, { requests }, { namespaces: ['istio-ingress'] });
    expect(graph.nodes.map(({ id }) => id)).toEqual([
      'workload:bookinfo/productpage-v1',
      'workload:istio-ingress/gateway',
    ]);
    expect(graph.edges).toHaveLength(1);
  });
});

const ENDS = [
  null,
  PAGE,
  'bookinfo/details-v1',
  'bookinfo/reviews-v1',
  'bookinfo/reviews-v2',
  'bookinfo/gone-v1',
  'istio-ingress/gateway',
  'calm/api-v1',
  'calm/waypoint',
] as const;
const HOSTS = [
  null,
  'details.bookinfo',
  'reviews.bookinfo',
  'ratings.bookinfo',
  'api.calm',
  'ext.test',
  'PassthroughCluster',
  'BlackHoleCluster',
] as const;
const mixed: TopologyParts = {
  workloads: [
    ...(canary.workloads ?? []),
    aWorkload('calm', 'api-v1', { proxy: 'ambient' }),
    aWorkload('calm', 'waypoint', { proxy: 'gateway' }),
  ],
  services: [
    ...(canary.services ?? []),
    aService('calm', 'api', { labels: { 'istio.io/use-waypoint': 'waypoint' } }),
  ],
  config: canary.config ?? [],
};
const sample = fc.record({
  reporter: fc.constantFrom('source', 'destination', 'waypoint'),
  from: fc.constantFrom(...ENDS),
  to: fc.constantFrom(...ENDS),
  host: fc.constantFrom(...HOSTS),
  rate: fc.integer({ min: 0, max: 1_000 }),
  code: fc.constantFrom('200', '404', '503', '0', ''),
  flags: fc.subarray(['UH', 'UF', 'DC']),
  isGrpc: fc.boolean(),
  security: fc.constantFrom('mutual_tls', 'none', 'unknown'),
});
const samples = fc.array(sample, { maxLength: 25 }).map((all) =>
  all.map(({ reporter, from, to, host, rate, code, flags, isGrpc, security }) =>
    aRequest(reporter, from, to, host, rate, {
      responseCode: code,
      flags,
      security,
      ...(isGrpc ? { protocol: 'grpc', grpcStatus: '0' } : {}),
    }),
  ),
);
const streams = fc.array(sample, { maxLength: 10 }).map((all) =>
  all.map(({ reporter, from, to, host, rate, flags, isGrpc, security }) =>
    aTcp(reporter, from, to, host, rate, {
      flags,
      security,
      // Now and then the count of connections is missing.
      ...(isGrpc ? { connectionsPerSecond: null } : {}),
    }),
  ),
);
const anything = fc.record({ requests: samples, tcp: streams });
const view = fc.constantFrom<GraphView>('workload', 'app', 'versioned-app', 'service');

function shuffle<T>(items: readonly T[], seed: number): readonly T[] {
  return items
    .map((item, position) => ({ item, key: Math.imul(position + 1, seed | 1) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Edges that leave callers: those behind a service node, which have a share of its traffic, show the same once more. */
function leaving({ view: which, edges }: Graph): readonly GraphEdge[] {
  const hasServiceNodes = which === 'workload' || which === 'versioned-app';
  return hasServiceNodes ? edges.filter(({ share }) => share === null) : edges;
}

/** Traffic as it is, from which Istio's reports follow. */
interface Call {
  readonly from: (typeof CALLERS)[number];
  readonly to: (typeof SERVERS)[number]['at'];
  readonly protocol: 'http' | 'tcp';
  readonly isPlaintext: boolean;
  readonly rate: number;
}

const CALLERS = [null, PAGE, 'bookinfo/details-v1', 'istio-ingress/gateway'] as const;
const SERVERS = [
  { at: 'bookinfo/details-v1', host: 'details.bookinfo' },
  { at: 'bookinfo/reviews-v1', host: 'reviews.bookinfo' },
  { at: 'bookinfo/reviews-v2', host: 'reviews.bookinfo' },
  { at: 'calm/api-v1', host: 'api.calm' },
] as const;
const calls = fc.uniqueArray(
  fc
    .record({
      from: fc.constantFrom(...CALLERS),
      to: fc.constantFrom(...SERVERS.map(({ at }) => at)),
      protocol: fc.constantFrom('http', 'tcp'),
      isPlaintext: fc.boolean(),
      rate: fc.integer({ min: 1, max: 20 }),
    })
    .filter(({ from, to }) => from !== to)
    // What is left of unknown clients counts as scrape noise below a tenth: there are more of them here.
    .map((call): Call => (call.from === null ? { ...call, rate: call.rate + 50 } : call)),
  { selector: ({ from, to, protocol }) => `${from}>${to}>${protocol}`, maxLength: 16 },
);

/**
 * Who reports a call: client and server (which saw a little less); in plaintext the server without the client's name;
 * to the ambient server its waypoint, and ztunnels the legs of it.
 */
function reportsOf({ from, to, protocol, isPlaintext, rate }: Call): {
  readonly requests: readonly RequestSample[];
  readonly tcp: readonly TcpSample[];
} {
  const host = SERVERS.find(({ at }) => at === to)?.host ?? null;
  if (to === 'calm/api-v1' && from !== null) {
    return {
      requests: protocol === 'http' ? [aRequest('waypoint', from, to, host, rate)] : [],
      tcp: [
        ...(protocol === 'tcp' ? [aTcp('waypoint', from, to, host, rate)] : []),
        aTcp('source', from, 'calm/waypoint', host, rate),
        aTcp('source', 'calm/waypoint', to, host, rate),
        aTcp('destination', 'calm/waypoint', to, host, rate),
      ],
    };
  }
  const make = protocol === 'http' ? aRequest : aTcp;
  const server = { security: isPlaintext || from === null ? 'none' : 'mutual_tls' } as const;
  const reports =
    from === null
      ? [make('destination', null, to, host, rate, server)]
      : isPlaintext
        ? [make('source', from, to, host, rate), make('destination', null, to, host, rate, server)]
        : [make('source', from, to, host, rate), make('destination', from, to, host, rate * 0.9)];
  const isRequest = (sample: RequestSample | TcpSample): sample is RequestSample =>
    'requestsPerSecond' in sample;
  return {
    requests: reports.filter(isRequest),
    tcp: reports.flatMap((sample) => (isRequest(sample) ? [] : [sample])),
  };
}

function sentBy(sent: readonly Call[]): number {
  return sent.reduce((sum, { rate }) => sum + rate, 0);
}

function rateOf(edges: readonly GraphEdge[]): number {
  return edges.reduce(
    (sum, { rps, tcpConnectionsPerSecond }) => sum + (rps ?? 0) + (tcpConnectionsPerSecond ?? 0),
    0,
  );
}

describe('any telemetry', () => {
  test('the order of samples does not matter', () => {
    fc.assert(
      fc.property(anything, view, fc.integer(), ({ requests, tcp }, which, seed) => {
        const shuffled = { requests: shuffle(requests, seed), tcp: shuffle(tcp, seed) };
        const options = { view: which };
        expect(build(mixed, shuffled, options)).toEqual(build(mixed, { requests, tcp }, options));
      }),
    );
  });

  test('no edge dangles, and ids are unique and can be read back', () => {
    fc.assert(
      fc.property(
        anything,
        view,
        fc.subarray(['bookinfo', 'istio-ingress', 'calm']),
        (telemetry, which, namespaces) => {
          const graph = build(mixed, telemetry, { view: which, namespaces });
          const ids = new Set(graph.nodes.map(({ id }) => id));
          expect(ids.size).toBe(graph.nodes.length);
          expect(new Set(edgeIds(graph)).size).toBe(graph.edges.length);
          for (const { id, source, target } of graph.edges) {
            expect(ids.has(source) && ids.has(target)).toBe(true);
            expect(parseEdgeId(id)).not.toBeNull();
          }
          for (const id of ids) expect(parseNodeId(id)).not.toBeNull();
        },
      ),
    );
  });

  test('totals are conserved: what leaves each caller is what it really sent', () => {
    fc.assert(
      fc.property(calls, view, fc.integer(), (sent, which, seed) => {
        const reports = sent.map(reportsOf);
        const telemetry = {
          requests: shuffle(
            reports.flatMap(({ requests }) => requests),
            seed,
          ),
          tcp: shuffle(
            reports.flatMap(({ tcp }) => tcp),
            seed,
          ),
        };
        const graph = build(mixed, telemetry, { view: which });
        for (const protocol of ['http', 'tcp'] as const) {
          const truth = sent.filter((call) => call.protocol === protocol);
          const drawn = leaving(graph).filter((edge) => edge.protocol === protocol);
          const isUnknown = ({ source }: GraphEdge) => source === 'unknown';
          expect(rateOf(drawn)).toBeCloseTo(sentBy(truth), 6);
          expect(rateOf(drawn.filter(isUnknown))).toBeCloseTo(
            sentBy(truth.filter(({ from }) => from === null)),
            6,
          );
          if (which !== 'workload') continue;
          for (const from of CALLERS) {
            const own = drawn.filter(({ source }) => source === `workload:${from ?? ''}`);
            if (from === null) continue;
            expect(rateOf(own)).toBeCloseTo(sentBy(truth.filter((call) => call.from === from)), 6);
          }
        }
      }),
    );
  });

  test('requests of named clients count once: as the client saw each pair, else as its server did', () => {
    const named = samples.map((all) =>
      all.filter(({ source, reporter }) => source.workload !== null && reporter !== 'waypoint'),
    );
    fc.assert(
      fc.property(named, view, (requests, which) => {
        const pairs = new Map<string, { source: number | null; destination: number | null }>();
        for (const { source, destination, protocol, reporter, requestsPerSecond } of requests) {
          const key = [source, destination].map((end) => `${end.namespace}/${end.workload}`);
          const name = `${key.join()} ${protocol}`;
          const pair = pairs.get(name) ?? { source: null, destination: null };
          pairs.set(name, pair);
          if (reporter !== 'waypoint') pair[reporter] = (pair[reporter] ?? 0) + requestsPerSecond;
        }
        const expected = [...pairs.values()].reduce(
          (sum, { source, destination }) => sum + (source ?? destination ?? 0),
          0,
        );
        const drawn = leaving(build(mixed, { requests }, { view: which })).reduce(
          (sum, { rps }) => sum + (rps ?? 0),
          0,
        );
        expect(drawn).toBeCloseTo(expected, 6);
      }),
    );
  });

  test('every view draws the same total', () => {
    fc.assert(
      fc.property(anything, (telemetry) => {
        const totals = (['workload', 'app', 'versioned-app', 'service'] as const).map((which) =>
          leaving(build(mixed, telemetry, { view: which })).reduce(
            (sum, { rps, tcpConnectionsPerSecond }) =>
              sum + (rps ?? 0) + (tcpConnectionsPerSecond ?? 0),
            0,
          ),
        );
        for (const total of totals) expect(total).toBeCloseTo(totals[0] ?? 0, 6);
      }),
    );
  });

  test('every figure is a number of its range or null, and no edge without a rate is green', () => {
    fc.assert(
      fc.property(anything, view, (telemetry, which) => {
        for (const found of build(mixed, telemetry, { view: which }).edges) {
          const { rps, errorRatio, share, mtls, health } = found;
          if (rps !== null) expect(rps).toBeGreaterThanOrEqual(0);
          for (const ratio of [errorRatio, share, mtls.observedRatio]) {
            if (ratio === null) continue;
            expect(ratio).toBeGreaterThanOrEqual(0);
            expect(ratio).toBeLessThanOrEqual(1 + 1e-9);
          }
          const isMoving = (rps ?? 0) > 0 || (found.tcpConnectionsPerSecond ?? 0) > 0;
          const isFlowing = (found.tcpRequestBytesPerSecond ?? 0) > 0;
          if (!isMoving && !isFlowing) {
            expect(health.status).not.toBe('healthy');
            expect(mtls.verdict).not.toBe('encrypted');
          }
        }
      }),
    );
  });
});
