import { assessEdgeMtls } from '@/mesh/mtls/assess-edge-mtls';
import { combineEdgeMtls } from '@/mesh/mtls/combine-edge-mtls';
import { inCluster } from '@/mesh/topology/object';
import { compareText } from '@/mesh/topology/topology-index';
import { finishNode } from '@/mesh/graph/finish-node';
import { trafficHealth } from '@/mesh/health/traffic-health';
import { serviceShares } from '@/mesh/graph/service-shares';
import type { EdgeDraft, GraphDraft, NodeDraft } from '@/mesh/graph/graph-draft';
import type { EdgeMtls } from '@/mesh/mtls/mtls';
import type { Graph, GraphEdge } from '@/mesh/graph/graph';
import type { GraphInputs } from '@/mesh/graph/graph-inputs';
import type { Health } from '@/mesh/health/health';
import type { TopologyIndex } from '@/mesh/topology/topology-index';
import type { TrafficSplit } from '@/mesh/splits/split';

/** What stands for health where nothing could be measured. */
const NO_METRICS: Health = {
  status: 'unknown',
  rule: 'no-metrics',
  reason: 'There are no metrics for this window.',
};

/** Turns a filled draft into the answer: chosen namespaces, shares, health, mTLS, node details, order. */
export function finishGraph(index: TopologyIndex, draft: GraphDraft, inputs: GraphInputs): Graph {
  const chosen = new Set(inputs.namespaces);
  const isChosen = (node: NodeDraft) =>
    chosen.size === 0 || (node.namespace !== null && chosen.has(node.namespace));
  const edges = [...draft.edges.values()].filter(
    ({ source, target }) => isChosen(source) || isChosen(target),
  );
  const nodes = new Set(edges.flatMap(({ source, target }) => [source, target]));
  for (const node of draft.nodes.values()) if (isChosen(node)) nodes.add(node);
  const { telemetry } = inputs;
  const windowSeconds = telemetry?.windowSeconds ?? inputs.windowSeconds ?? 0;
  const shares = serviceShares(draft.edges.values());
  const health = (traffic: Parameters<typeof trafficHealth>[0]): Health =>
    telemetry === null ? NO_METRICS : trafficHealth(traffic, windowSeconds);
  const drawn = new Set(
    [...nodes].flatMap((node) => (node.kind === 'service' ? (node.ownHost ?? []) : [])),
  );
  const splitsOfHost = splitIdsByHost(inputs.splits);
  return {
    view: inputs.view,
    windowSeconds,
    at: telemetry?.atMs ?? inputs.topology.atMs,
    namespaces: inputs.namespaces,
    nodes: [...nodes]
      .map((node) => finishNode(index, node, { splitsOfHost, health, drawnHosts: drawn }))
      .sort((a, b) => compareText(a.id, b.id)),
    edges: edges
      .map((edge) => finishEdge(index, edge, shares.get(edge) ?? null, health(edge.rates.judged())))
      .sort((a, b) => compareText(a.id, b.id)),
    gaps: inputs.gaps,
  };
}

function splitIdsByHost(splits: readonly TrafficSplit[]): ReadonlyMap<string, readonly string[]> {
  const byHost = new Map<string, string[]>();
  for (const { handleHost, id } of splits) {
    if (handleHost === null) continue;
    const known = byHost.get(handleHost);
    if (known === undefined) byHost.set(handleHost, [id]);
    else known.push(id);
  }
  return byHost;
}

function finishEdge(
  index: TopologyIndex,
  edge: EdgeDraft,
  share: number | null,
  health: Health,
): GraphEdge {
  // Field by field: spreading into an object of this size is several times slower, for thousands of edges.
  const rates = edge.rates.rates();
  return {
    rps: rates.rps,
    errorRatio: rates.errorRatio,
    codes: rates.codes,
    flags: rates.flags,
    latencyMsP50: rates.latencyMsP50,
    latencyMsP95: rates.latencyMsP95,
    latencyMsP99: rates.latencyMsP99,
    requestBytesPerSecond: rates.requestBytesPerSecond,
    responseBytesPerSecond: rates.responseBytesPerSecond,
    tcpRequestBytesPerSecond: rates.tcpRequestBytesPerSecond,
    tcpResponseBytesPerSecond: rates.tcpResponseBytesPerSecond,
    tcpConnectionsPerSecond: rates.tcpConnectionsPerSecond,
    id: edge.id,
    source: edge.source.id,
    target: edge.target.id,
    protocol: edge.protocol,
    origin: edge.parts.length === 0 ? 'config' : 'telemetry',
    reporter: reporterOf(edge),
    destinationService: hostOf(edge),
    share: edge.isMirrored ? null : share,
    mirrored: edge.isMirrored,
    health,
    mtls: mtlsOf(index, edge),
  };
}

/** The reporter of most authority among the parts, by the order in which they are preferred. */
function reporterOf(edge: EdgeDraft): GraphEdge['reporter'] {
  const [first] = edge.parts;
  if (first === undefined) return null;
  const isBy = (reporter: GraphEdge['reporter']) =>
    edge.parts.some((part) => part.reporter === reporter);
  if (isBy('source')) return 'source';
  return isBy('destination') ? 'destination' : 'waypoint';
}

/** The host that every part asked for; `null` when they differ. */
function hostOf(edge: EdgeDraft): string | null {
  const [first] = edge.parts;
  if (first === undefined) return edge.source.ownHost;
  const { destinationService } = first;
  return edge.parts.every((part) => part.destinationService === destinationService)
    ? destinationService
    : null;
}

function mtlsOf(index: TopologyIndex, edge: EdgeDraft): EdgeMtls {
  const parts = edge.parts.map((part) => assessEdgeMtls(index.topology, part));
  const combined = combineEdgeMtls(parts);
  if (combined !== null) return combined;
  const [workload] = edge.target.workloads;
  return assessEdgeMtls(index.topology, {
    source: { workload: '', namespace: '' },
    destination: {
      workload: workload?.name ?? null,
      namespace: workload?.namespace ?? null,
      ...inCluster(workload?.cluster),
    },
    destinationService: edge.source.ownHost,
    destinationServiceName: null,
    protocol: edge.protocol,
    reporter: null,
    security: null,
  });
}
