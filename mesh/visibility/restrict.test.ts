import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '@/mesh/graph/build-graph';
import type { Graph, GraphView } from '@/mesh/graph/graph';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';
import { findSplits } from '@/mesh/splits/find-splits';
import { aBytes, aLatency, aRequest, aSnapshot, aTcp } from '@/mesh/testing/telemetry-builders';
import {
  aDestinationRule,
  aPeerAuthentication,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { Topology } from '@/mesh/topology/topology';
import type { TraceSpan } from '@/mesh/traces';
import { outOfSight } from '@/mesh/visibility/out-of-sight';
import { restrictTelemetry } from '@/mesh/visibility/restrict-telemetry';
import { restrictTopology } from '@/mesh/visibility/restrict-topology';
import { restrictTrace, traceSight } from '@/mesh/visibility/restrict-trace';
import { toVisibility } from '@/mesh/visibility/visibility';

const VIEWS = ['workload', 'app', 'versioned-app', 'service'] as const satisfies GraphView[];
/** None of these words may reach a viewer who sees only `near`. */
const SECRETS = /vault|hidden|istio-system|ledger/;
const KINDS = [
  '/Pod',
  '/Service',
  'networking.istio.io/VirtualService',
  'networking.istio.io/DestinationRule',
  'security.istio.io/PeerAuthentication',
];

const workloads = [
  ...['api-v1', 'api-v2', 'web-v1'].map((name) => aWorkload('near', name)),
  ...['vault-v1', 'ledger-v1'].map((name) => aWorkload('hidden', name)),
  aWorkload('istio-system', 'ingress', { proxy: 'gateway' }),
];
const services = [
  ...['api', 'web'].map((name) => aService('near', name, { selector: { app: name } })),
  ...['vault', 'ledger'].map((name) => aService('hidden', name, { selector: { app: name } })),
];
const topology = aTopology({
  workloads,
  services,
  config: [
    aPeerAuthentication('istio-system', 'meshwide', { mtls: { mode: 'STRICT' } }),
    aDestinationRule('istio-system', 'for-vault', { host: 'vault.hidden.svc.cluster.local' }),
    aDestinationRule('hidden', 'vault', { host: 'vault' }),
    aVirtualService('hidden', 'vault', {
      hosts: ['vault'],
      http: [{ route: [{ destination: { host: 'vault' } }] }],
    }),
    aVirtualService('near', 'api', {
      hosts: ['api'],
      http: [
        {
          route: [
            { destination: { host: 'web' }, weight: 50 },
            { destination: { host: 'ledger.hidden.svc.cluster.local' }, weight: 50 },
          ],
        },
      ],
    }),
  ],
});
const visibility = toVisibility({
  everywhere: new Set(['/Namespace']),
  namespaces: new Map([['near', new Set(KINDS)]]),
  untoldClusters: new Set(),
});
const sight = outOfSight(topology, visibility);
const restricted = restrictTopology(topology, sight);

function graphOf(of: Topology, telemetry: TelemetrySnapshot, view: GraphView): Graph {
  const splits = findSplits({ topology: of, telemetry });
  return buildGraph({ topology: of, telemetry, view, namespaces: [], gaps: [], splits });
}

const principalOf = (at: string | null) =>
  at === null ? 'unknown' : `spiffe://cluster.local/ns/${at.replace('/', '/sa/')}`;

const FROM_WEB = 'workload:near/web-v1';

const places = [...workloads.map(({ namespace, name }) => `${namespace}/${name}`), null];
const calls = fc.array(
  fc.record({
    from: fc.constantFrom(...places),
    to: fc.constantFrom(...places),
    rate: fc.integer({ min: 1, max: 1000 }),
    reporters: fc.constantFrom(['source', 'destination'], ['source'], ['destination']),
    isTcp: fc.boolean(),
    form: fc.constantFrom('full', 'short', 'name'),
  }),
  { maxLength: 12 },
);

type Call = typeof calls extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

function hostOf({ to, form }: Call): string {
  const [namespace = '', workload = ''] = (to ?? 'hidden/ledger-v1').split('/');
  const name = workload.replace(/-v\d$/, '');
  if (form === 'short') return `${name}.${namespace}:8080`;
  return form === 'full' ? `${name}.${namespace}.svc.cluster.local` : `${name}.${namespace}.svc`;
}

function snapshotOf(made: readonly Call[]): TelemetrySnapshot {
  const samples = made.flatMap((call) =>
    call.reporters.map((reporter) => {
      const r = reporter;
      const proved = {
        sourcePrincipal: principalOf(call.from),
        destinationPrincipal: principalOf(call.to),
      };
      return [r, call.from, call.to, hostOf(call), call.rate, proved, call.isTcp] as const;
    }),
  );
  const http = samples.filter(([, , , , , , isTcp]) => !isTcp);
  const tcp = samples.filter(([, , , , , , isTcp]) => isTcp);
  return aSnapshot({
    requests: http.map(([r, from, to, host, rate, over]) =>
      aRequest(r, from, to, host, rate, over),
    ),
    latency: http.map(([r, from, to, host, rate]) => aLatency(r, from, to, host, rate, [])),
    requestBytes: http.map(([r, from, to, host, rate]) => aBytes(r, from, to, host, rate)),
    responseBytes: http.map(([r, from, to, host, rate]) => aBytes(r, from, to, host, rate)),
    tcp: tcp.map(([r, from, to, host, rate, over]) => aTcp(r, from, to, host, rate, over)),
  });
}

/** Rates between apps, those out of sight added up: by the ends' app, or `outside`. */
function sums(graph: Graph): ReadonlyMap<string, number> {
  const names = new Map(
    graph.nodes.map(({ id, kind, namespace, app, label }) => [
      id,
      kind === 'outside' || (namespace !== null && namespace !== 'near')
        ? 'outside'
        : (app ?? label),
    ]),
  );
  const found = new Map<string, number>();
  for (const { source, target, protocol, rps, tcpRequestBytesPerSecond } of graph.edges) {
    const [from, to] = [names.get(source), names.get(target)];
    const rate = rps ?? tcpRequestBytesPerSecond;
    const isSeen = [from, to].some((name) => ['api', 'web'].includes(name ?? ''));
    if (rate === null || !isSeen) continue;
    const key = `${from} ${to} ${protocol}`;
    found.set(key, (found.get(key) ?? 0) + rate);
  }
  return found;
}

describe('what somebody sees who may list one namespace', () => {
  test('no name from elsewhere is in any graph, report or split, whatever the traffic', () => {
    fc.assert(
      fc.property(calls, (made) => {
        const telemetry = restrictTelemetry(snapshotOf(made), sight);
        const splits = findSplits({ topology: restricted, telemetry });
        const report = buildMtlsReport({
          topology: restricted,
          telemetry,
          isPartial: false,
          namespaces: [],
        });
        for (const view of VIEWS) {
          const text = JSON.stringify(graphOf(restricted, telemetry, view));
          expect(text).not.toMatch(SECRETS);
        }
        expect(JSON.stringify(report)).not.toMatch(SECRETS);
        // The viewer's own VirtualService names a Service elsewhere, as they may read it themselves.
        expect(JSON.stringify(splits.filter(({ object }) => object.namespace !== 'near'))).toBe(
          '[]',
        );
      }),
    );
  });

  test('figures are the same as for somebody who sees all; what crosses adds up', () => {
    fc.assert(
      fc.property(calls, (made) => {
        const whole = snapshotOf(made);
        const all = sums(graphOf(topology, whole, 'app'));
        const part = sums(graphOf(restricted, restrictTelemetry(whole, sight), 'app'));
        expect([...part.keys()].sort()).toEqual([...all.keys()].sort());
        for (const [key, rate] of all) expect(part.get(key)).toBeCloseTo(rate, 6);
      }),
    );
  });

  test('what configuration elsewhere decides is unknown where nobody observed it', () => {
    const call = {
      from: 'near/web-v1',
      to: 'hidden/vault-v1',
      rate: 5,
      form: 'full',
      isTcp: false,
    };
    const telemetry = snapshotOf([{ ...call, reporters: ['source'] }] as Call[]);
    const { edges } = graphOf(restricted, restrictTelemetry(telemetry, sight), 'workload');
    const crossing = edges.find(
      ({ source, target }) => source === FROM_WEB && target === 'outside',
    );
    expect(crossing).toMatchObject({ rps: 5, mtls: { verdict: 'unknown' } });
    const seen = snapshotOf([{ ...call, reporters: ['source', 'destination'] }] as Call[]);
    const graph = graphOf(restricted, restrictTelemetry(seen, sight), 'workload');
    const observed = graph.edges.find(
      ({ source, target }) => source === FROM_WEB && target === 'outside',
    );
    expect(observed).toMatchObject({ rps: 5, mtls: { verdict: 'encrypted', observedRatio: 1 } });
  });

  test('traffic between others is not counted at all', () => {
    const telemetry = snapshotOf(
      [
        { from: 'hidden/vault-v1', to: 'hidden/ledger-v1', rate: 5, form: 'full', isTcp: false },
      ].map((call) => ({ ...call, reporters: ['source', 'destination'] })) as Call[],
    );
    expect(restrictTelemetry(telemetry, sight)).toMatchObject({ requests: [], latency: [] });
  });

  test('the rule of the root namespace still decides, without its name', () => {
    const report = buildMtlsReport({
      topology: restricted,
      telemetry: null,
      isPartial: false,
      namespaces: [],
    });
    expect(report.namespaces).toMatchObject([{ namespace: 'near', mode: { mode: 'STRICT' } }]);
    expect(restricted.config.get('networking.istio.io/DestinationRule')).toEqual([]);
  });
});

describe('kinds that may not be listed', () => {
  const pods = toVisibility({
    everywhere: new Set(),
    namespaces: new Map([['near', new Set(['/Service'])]]),
    untoldClusters: new Set(),
  });

  test('whoever may not list pods sees no workload and no traffic of theirs', () => {
    const seen = restrictTopology(topology, outOfSight(topology, pods));
    expect([...seen.workloads.keys()]).toEqual([]);
    expect([...seen.services.keys()]).toEqual(['near/api', 'near/web']);
    const snapshot = aSnapshot({
      requests: [aRequest('source', 'near/web-v1', 'near/api-v1', 'api.near', 3)],
    });
    expect(restrictTelemetry(snapshot, outOfSight(topology, pods)).requests).toEqual([]);
  });

  test('listing Namespaces or GatewayClasses alone shows none', () => {
    const names = toVisibility({
      everywhere: new Set(['/Namespace', 'gateway.networking.k8s.io/GatewayClass']),
      namespaces: new Map(),
      untoldClusters: new Set(),
    });
    expect(names.seesNamespace('near')).toBe(false);
    expect(restrictTopology(topology, outOfSight(topology, names)).namespaces.size).toBe(0);
  });
});

describe('traces', () => {
  const span = (service: string, tags: Readonly<Record<string, string>>): TraceSpan => ({
    spanId: service,
    parentId: null,
    service,
    operation: `GET ${service}`,
    offsetMs: 0,
    durationMs: 1,
    isError: false,
    depth: 0,
    tags,
  });
  const spans = [
    span('ingress.istio-system', { 'http.url': 'https://near.example/' }),
    span('api.near', { upstream_cluster: 'outbound|80||vault.hidden.svc.cluster.local', a: 'b' }),
    span('vault.hidden', { 'http.url': 'https://vault/' }),
    span('vault', {}),
  ];
  const trace = {
    traceId: '1',
    rootName: 'GET /secret',
    rootService: 'ingress.istio-system',
    startMs: 0,
    durationMs: 1,
    spanCount: spans.length,
    errorCount: 0,
    services: spans.map(({ service }) => service),
    spans,
  };

  test('keep the place and time of what is out of sight, and nothing else of it', () => {
    const seen = restrictTrace(trace, traceSight(restricted, sight));
    expect(
      JSON.stringify({ ...seen, spans: seen?.spans.map((one) => ({ ...one, spanId: '' })) }),
    ).not.toMatch(SECRETS);
    expect(seen?.spans.map(({ service }) => service)).toEqual([
      'outside',
      'api.near',
      'outside',
      'outside',
    ]);
    expect(seen?.spans[1]?.tags).toEqual({ a: 'b' });
    expect(seen).toMatchObject({ rootName: 'outside', services: ['outside', 'api.near'] });
  });

  test('are not there when nothing of them is in sight', () => {
    const other = { ...trace, services: ['vault.hidden'], spans: spans.slice(2) };
    expect(restrictTrace(other, traceSight(restricted, sight))).toBeNull();
  });
});
