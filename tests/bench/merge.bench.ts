import { buildGraph } from '@/mesh/graph/build-graph';
import { findSplits } from '@/mesh/splits/find-splits';
import { mergeReporters } from '@/mesh/telemetry/merge-reporters';
import {
  aDestinationRule,
  aPeerAuthentication,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import type { Reporter, TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { ConfigObject } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';
import { toSnapshot } from '@/server/adapters/prometheus/to-snapshot';
import {
  serialiseDelta,
  serialiseGraph,
  type SerialisedGraph,
} from '@/server/usecases/serialised-graph';
import { median, printTable, type BenchRow } from '@/tests/bench/print-table';

const EDGES_PER_WORKLOAD = 2.5;
const RUNS = 15;
/** Runs that only let the engine compile. */
const WARM_UP = 5;
const BOUNDS = [1, 5, 10, 25, 50, 100, 250, 500, 1000];
const reporters: readonly Reporter[] = ['source', 'destination'];

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly host: string;
}

function nameOf(index: number): { readonly namespace: string; readonly name: string } {
  return { namespace: `team-${Math.floor(index / 40)}`, name: `service-${index}` };
}

function pairs(workloads: number): readonly Pair[] {
  return Array.from({ length: Math.round(workloads * EDGES_PER_WORKLOAD) }, (_, index) => {
    const from = nameOf(index % workloads);
    // A stride that is prime to every size here: no edge is drawn twice.
    const to = nameOf((index * 7 + 1 + Math.floor(index / workloads)) % workloads);
    return {
      from: `${from.namespace}/${from.name}`,
      to: `${to.namespace}/${to.name}`,
      host: `${to.name}.${to.namespace}`,
    };
  });
}

/** Labels of a series as Prometheus answers them; clients cannot tell the policy. */
function labelsOf(reporter: Reporter, { from, to, host }: Pair): Record<string, string> {
  const [sourceNamespace = '', source = ''] = from.split('/');
  const [namespace = '', destination = ''] = to.split('/');
  return {
    reporter,
    source_workload: source,
    source_workload_namespace: sourceNamespace,
    source_canonical_service: source,
    source_canonical_revision: 'latest',
    destination_workload: destination,
    destination_workload_namespace: namespace,
    destination_canonical_service: destination,
    destination_canonical_revision: 'latest',
    destination_service: `${host}.svc.cluster.local`,
    destination_service_name: destination,
    destination_service_namespace: namespace,
    connection_security_policy: reporter === 'source' ? 'unknown' : 'mutual_tls',
    source_principal: `spiffe://cluster.local/ns/${sourceNamespace}/sa/${source}`,
    destination_principal: `spiffe://cluster.local/ns/${namespace}/sa/${destination}`,
  };
}

/** Rates of every pair, all times `factor`, as the adapter makes them of answers. */
function snapshot(workloads: number, factor: number): TelemetrySnapshot {
  const series = reporters.flatMap((reporter) =>
    pairs(workloads).map((pair) => labelsOf(reporter, pair)),
  );
  const rate = (labels: Record<string, string>, more: Record<string, string>, value: number) => ({
    labels: { ...labels, ...more },
    value: value * factor,
  });
  const isOf = (reporter: Reporter) => (labels: Record<string, string>) =>
    labels['reporter'] === reporter;
  const latency = (labels: Record<string, string>) => [
    rate(labels, {}, 10),
    ...BOUNDS.slice(2, 8).map((bound, at) => rate(labels, { le: String(bound) }, at + 1)),
  ];
  const answers = {
    requests: series.flatMap((labels) => [
      rate(labels, { response_code: '200', response_flags: '-' }, 9.5),
      rate(labels, { response_code: '503', response_flags: 'UH' }, 0.5),
    ]),
    'latency-client': series.filter(isOf('source')).flatMap(latency),
    'latency-server': series.filter(isOf('destination')).flatMap(latency),
    'request-bytes': series.map((labels) => rate(labels, {}, 1000)),
    'response-bytes': series.map((labels) => rate(labels, {}, 4000)),
  };
  return toSnapshot(answers, { atMs: 1_000_000, windowSeconds: 60, boundsMs: BOUNDS });
}

/** Every tenth service has two versions and a route that splits its traffic; each namespace has a policy. */
function topologyOf(workloads: number): Topology {
  const names = Array.from({ length: workloads }, (_, index) => nameOf(index));
  const split = names.filter((_, index) => index % 10 === 0);
  const namespaces = [...new Set(names.map(({ namespace }) => namespace))];
  return aTopology({
    workloads: [
      ...names.map(({ namespace, name }) => aWorkload(namespace, name)),
      ...split.map(({ namespace, name }) => aWorkload(namespace, `${name}-v2`)),
    ],
    services: names.map(({ namespace, name }) => aService(namespace, name)),
    config: [
      ...split.flatMap(({ namespace, name }) => routeObjects(namespace, name)),
      ...namespaces.map((namespace) =>
        aPeerAuthentication(namespace, 'default', { mtls: { mode: 'STRICT' } }),
      ),
    ],
  });
}

function routeObjects(namespace: string, host: string): readonly ConfigObject[] {
  const to = (subset: string, weight: number) => ({ destination: { host, subset }, weight });
  return [
    aDestinationRule(namespace, host, {
      host,
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
      subsets: ['latest', 'v2'].map((version) => ({ name: version, labels: { version } })),
    }),
    aVirtualService(namespace, host, {
      hosts: [host],
      http: [
        { match: [{ headers: { beta: { exact: 'yes' } } }], route: [to('v2', 100)] },
        { route: [to('latest', 90), to('v2', 10)], timeout: '3s' },
      ],
    }),
  ];
}

/** The same cluster with every part made anew; objects that did not change are the very same, as the watches keep them. */
function renewed(topology: Topology): Topology {
  return {
    ...topology,
    namespaces: new Map(topology.namespaces),
    services: new Map(topology.services),
    workloads: new Map([...topology.workloads].map(([key, workload]) => [key, { ...workload }])),
    config: new Map([...topology.config].map(([kind, objects]) => [kind, [...objects]])),
  };
}

/** Milliseconds of each part of a refresh. */
interface Parts {
  readonly mergeAndBuild: number;
  readonly splits: number;
  readonly serialise: number;
}

/** What one refresh does for one view, as the server does it. */
function refresh(
  topology: Topology,
  telemetry: TelemetrySnapshot,
  before: SerialisedGraph | null,
): { readonly parts: Parts; readonly after: SerialisedGraph } {
  const startMs = performance.now();
  mergeReporters(telemetry);
  const mergedMs = performance.now();
  const splits = findSplits({ topology, telemetry });
  const splitMs = performance.now();
  const graph = buildGraph({
    topology,
    telemetry,
    view: 'workload',
    namespaces: [],
    gaps: [],
    splits,
  });
  const builtMs = performance.now();
  const after = serialiseGraph(graph);
  if (before !== null) serialiseDelta(before, after);
  const parts = {
    mergeAndBuild: mergedMs - startMs + (builtMs - splitMs),
    splits: splitMs - mergedMs,
    serialise: performance.now() - builtMs,
  };
  return { parts, after };
}

/** Answers are remembered by snapshot and by topology, so that each run gets objects of its own. */
function measure(workloads: number, isTopologyNew: boolean): Parts {
  const topology = topologyOf(workloads);
  // Made beforehand, so that no run pays for the garbage of making them; every figure changes each time.
  const even = snapshot(workloads, 1);
  const odd = snapshot(workloads, 1.01);
  const runs: Parts[] = [];
  let before: SerialisedGraph | null = null;
  for (let run = 0; run < WARM_UP + RUNS; run += 1) {
    const telemetry = { ...(run % 2 === 0 ? even : odd) };
    const seen = isTopologyNew ? renewed(topology) : topology;
    const { parts, after } = refresh(seen, telemetry, before);
    before = after;
    if (run >= WARM_UP) runs.push(parts);
  }
  const middle = (part: keyof Parts) => median(runs.map((parts) => parts[part]));
  return {
    mergeAndBuild: middle('mergeAndBuild'),
    splits: middle('splits'),
    serialise: middle('serialise'),
  };
}

function rows(workloads: number, isTopologyNew: boolean): readonly BenchRow[] {
  const { mergeAndBuild, splits, serialise } = measure(workloads, isTopologyNew);
  const what = `${workloads} workloads, ${isTopologyNew ? 'new metrics and topology' : 'new metrics'}`;
  const aim = workloads === 1000 ? 'under 100 ms' : '–';
  return [
    [`${what}: merge and build`, `${mergeAndBuild.toFixed(1)} ms`, aim],
    [`${what}: splits`, `${splits.toFixed(1)} ms`, '–'],
    [`${what}: JSON and delta`, `${serialise.toFixed(1)} ms`, '–'],
  ];
}

printTable(
  `One refresh of one view, ${EDGES_PER_WORKLOAD} edges a workload, both reporters, a tenth of the services split`,
  [100, 1000, 5000].flatMap((workloads) => [...rows(workloads, false), ...rows(workloads, true)]),
);
