import { buildGraph } from '@/mesh/graph/build-graph';
import { aLatency, aRequest, edgeLabels } from '@/mesh/testing/telemetry-builders';
import { aService, aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import type { Reporter, TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { Topology } from '@/mesh/topology/topology';
import { median, printTable } from '@/tests/bench/print-table';

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

function snapshot(workloads: number): TelemetrySnapshot {
  const edges = pairs(workloads).flatMap((pair) =>
    reporters.map((reporter) => ({ ...pair, reporter })),
  );
  return {
    atMs: 1_000_000,
    windowSeconds: 60,
    requests: edges.flatMap(({ reporter, from, to, host }) => [
      aRequest(reporter, from, to, host, 9.5),
      aRequest(reporter, from, to, host, 0.5, { responseCode: '503', flags: ['UH'] }),
    ]),
    latency: edges.map(({ reporter, from, to, host }) =>
      aLatency(
        reporter,
        from,
        to,
        host,
        10,
        BOUNDS.slice(2, 8).map((bound, at) => [bound, at + 1]),
      ),
    ),
    latencyBoundsMs: BOUNDS,
    requestBytes: edges.map(({ reporter, from, to, host }) => ({
      ...edgeLabels(reporter, from, to, host),
      bytesPerSecond: 1000,
    })),
    responseBytes: edges.map(({ reporter, from, to, host }) => ({
      ...edgeLabels(reporter, from, to, host),
      bytesPerSecond: 4000,
    })),
    tcp: [],
  };
}

interface Measured {
  /** A new snapshot of an unchanged cluster, as after each refresh. */
  readonly refreshMs: number;
  /** A new snapshot and a new topology, as when something changed in the cluster meanwhile. */
  readonly changedMs: number;
}

/** Answers are remembered by snapshot and by topology, so that each run gets objects of its own. */
function measure(workloads: number): Measured {
  const names = Array.from({ length: workloads }, (_, index) => nameOf(index));
  const topology = aTopology({
    workloads: names.map(({ namespace, name }) => aWorkload(namespace, name)),
    services: names.map(({ namespace, name }) => aService(namespace, name)),
  });
  const telemetry = snapshot(workloads);
  const times = (topologyOf: () => Topology) =>
    Array.from({ length: WARM_UP + RUNS }, () => {
      const inputs = { topology: topologyOf(), telemetry: { ...telemetry } };
      const start = performance.now();
      buildGraph({ ...inputs, view: 'workload', namespaces: [], gaps: [], splits: [] });
      return performance.now() - start;
    });
  return {
    refreshMs: median(times(() => topology).slice(WARM_UP)),
    changedMs: median(times(() => ({ ...topology })).slice(WARM_UP)),
  };
}

printTable(
  `Merge and build of the graph, ${EDGES_PER_WORKLOAD} edges a workload, both reporters`,
  [100, 1000, 5000].flatMap((workloads) => {
    const { refreshMs, changedMs } = measure(workloads);
    const aim = workloads === 1000 ? 'under 100 ms' : '–';
    return [
      [`${workloads} workloads, new metrics`, `${refreshMs.toFixed(1)} ms`, aim],
      [`${workloads} workloads, new metrics and topology`, `${changedMs.toFixed(1)} ms`, aim],
    ];
  }),
);
