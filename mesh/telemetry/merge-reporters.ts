import { collectSamples } from '@/mesh/telemetry/collect-samples';
import { dropMeshHops } from '@/mesh/telemetry/drop-mesh-hops';
import { dropTunnelLegs } from '@/mesh/telemetry/drop-tunnel-legs';
import { reduceUnknownClients } from '@/mesh/telemetry/reduce-unknown-clients';
import { toMergedEdge } from '@/mesh/telemetry/to-merged-edge';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { ReportedEdge, ReportedPair } from '@/mesh/telemetry/reported-edge';
import type { Reporter, TelemetrySnapshot } from '@/mesh/telemetry/telemetry';

/** Whose figures are taken where several proxies saw the same requests: the client's say what the client got. */
const PREFERENCE: readonly Reporter[] = ['source', 'destination', 'waypoint'];

const memo = new WeakMap<TelemetrySnapshot, readonly MergedEdge[]>();

/**
 * One edge per (source workload, destination workload, host, protocol), each told by one reporter: the client's proxy
 * where it reported that pair, else the server's, else the waypoint's. Reports are never added to each other, so it
 * does not matter whether two ends agree on codes, flags or the host's spelling.
 *
 * Server-side reports without a client name are reduced by what clients reported themselves and no server-side twin
 * names: those are the same plaintext calls. Bytes and latency carry no protocol; where two workloads speak both HTTP
 * and gRPC they go to the busier of the two. The order of samples does not matter, and the answer is remembered for as
 * long as the snapshot lives. Cost is linear in the number of samples, plus sorting the edges.
 */
export function mergeReporters(telemetry: TelemetrySnapshot): readonly MergedEdge[] {
  const known = memo.get(telemetry);
  if (known !== undefined) return known;
  const merged = merge(telemetry);
  memo.set(telemetry, merged);
  return merged;
}

interface Chosen {
  readonly pair: ReportedPair;
  readonly reporter: Reporter;
  readonly edges: readonly ReportedEdge[];
  readonly requestsPerSecond: number;
}

function merge(telemetry: TelemetrySnapshot): readonly MergedEdge[] {
  const pairs = dropTunnelLegs(dropMeshHops(collectSamples(telemetry)));
  const unknown = reduceUnknownClients(pairs);
  const chosen = pairs.flatMap((pair) => chooseReporter(pair) ?? []);
  const busiest = busiestProtocols(chosen);
  const keyed: { readonly key: string; readonly edge: MergedEdge }[] = [];
  for (const { pair, reporter, edges } of chosen) {
    const fraction = unknown.remaining(pair);
    if (fraction === 0) continue;
    const isMinorProtocol = busiest.get(pair.endsKey) !== pair.protocol;
    const isOnlyHost = edges.length === 1;
    for (const reported of edges) {
      const edge = toMergedEdge({
        pair,
        reporter,
        reported,
        fraction,
        unknown,
        isOnlyHost,
        isMinorProtocol,
      });
      keyed.push({ key: sortKey(pair, reported), edge });
    }
  }
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ edge }) => edge);
}

function chooseReporter(pair: ReportedPair): Chosen | null {
  const reporter = PREFERENCE.find((candidate) => pair.reports.has(candidate));
  const hosts = reporter === undefined ? undefined : pair.reports.get(reporter);
  if (reporter === undefined || hosts === undefined) return null;
  const edges = hosts.values();
  let requestsPerSecond = 0;
  for (const { outcomes } of edges) {
    for (const outcome of outcomes) requestsPerSecond += outcome.requestsPerSecond;
  }
  return { pair, reporter, edges, requestsPerSecond };
}

/** HTTP or gRPC, by ends; equal rates go to gRPC. */
function busiestProtocols(chosen: readonly Chosen[]): ReadonlyMap<string, string> {
  const best = new Map<string, Chosen>();
  for (const candidate of chosen) {
    const { endsKey, protocol } = candidate.pair;
    if (protocol === 'tcp') continue;
    const known = best.get(endsKey);
    const isBusier =
      known === undefined ||
      candidate.requestsPerSecond > known.requestsPerSecond ||
      (candidate.requestsPerSecond === known.requestsPerSecond && protocol === 'grpc');
    if (isBusier) best.set(endsKey, candidate);
  }
  return new Map([...best].map(([ends, { pair }]) => [ends, pair.protocol]));
}

function sortKey(pair: ReportedPair, reported: ReportedEdge): string {
  return `${pair.endsKey}>${reported.destinationService ?? ''}>${reported.destinationServiceName ?? ''}>${pair.protocol}`;
}
