import { nodeConfig } from '@/mesh/graph/node-config';
import { isPlace as isPlaceNode, type NodeDraft } from '@/mesh/graph/graph-draft';
import { nodeHealth } from '@/mesh/health/node-health';
import type { GraphNode } from '@/mesh/graph/graph';
import type { Health } from '@/mesh/health/health';
import type { JudgedTraffic } from '@/mesh/health/traffic-health';
import type { ProxyMode, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** What a node needs beside itself. */
export interface NodeSurroundings {
  /** Ids of the splits whose handle is on a host. */
  readonly splitsOfHost: ReadonlyMap<string, readonly string[]>;
  readonly health: (traffic: JudgedTraffic) => Health;
  /** Hosts that have a service node of their own in this graph: their badges stand there, not on workloads. */
  readonly drawnHosts: ReadonlySet<string>;
}

const NO_CLUSTER = {};

/** The node as it is sent: pods, proxy, totals, health, config that acts on it, badges, handles. */
export function finishNode(
  index: TopologyIndex,
  draft: NodeDraft,
  around: NodeSurroundings,
): GraphNode {
  const workloads = [...draft.workloads];
  const pods = podCounts(draft, workloads);
  const isGateway = workloads.length > 0 && workloads.every(({ proxy }) => proxy === 'gateway');
  const isPlace = isPlaceNode(draft);
  const config = nodeConfig(index, draft, around.drawnHosts);
  const inbound = around.health(draft.inbound.judged());
  const outbound = around.health(draft.outbound.judged());
  const [only] = workloads;
  return {
    id: draft.id,
    kind: isGateway && !isPlace ? 'gateway' : draft.kind,
    label: draft.label,
    namespace: draft.namespace,
    ...(draft.cluster === undefined ? NO_CLUSTER : { cluster: draft.cluster }),
    app: draft.app,
    version: draft.version,
    workloadKind: !isPlace && workloads.length === 1 ? (only?.kind ?? null) : null,
    proxy: proxyOf(workloads),
    exists: draft.exists,
    ...pods,
    inbound: draft.inbound.rates(),
    outbound: draft.outbound.rates(),
    health: nodeHealth({ ready: pods.readyPods, desired: pods.desiredPods }, inbound, outbound),
    hosts: [...draft.hosts].sort(),
    config: config.refs,
    splits: isPlace ? (around.splitsOfHost.get(draft.ownHost ?? '') ?? []) : [],
    badges:
      isPlace || !isMissingProxy(workloads) ? config.badges : [...config.badges, 'missing-proxy'],
  };
}

function podCounts(
  draft: NodeDraft,
  workloads: readonly Workload[],
): Pick<GraphNode, 'readyPods' | 'desiredPods'> {
  if (workloads.length === 0 || draft.kind === 'service-entry') {
    return { readyPods: null, desiredPods: null };
  }
  return {
    readyPods: workloads.reduce((sum, { readyPods }) => sum + readyPods, 0),
    desiredPods: workloads.reduce((sum, { desired, pods }) => sum + (desired ?? pods), 0),
  };
}

/** The proxy that all have; where they differ, `none` if any has none, else the first by name. */
function proxyOf(workloads: readonly Workload[]): ProxyMode {
  let first: ProxyMode = 'unknown';
  for (const { proxy } of workloads) {
    if (proxy === 'none') return 'none';
    if (proxy !== 'unknown' && (first === 'unknown' || proxy < first)) first = proxy;
  }
  return first;
}

/** Pods without a proxy where one could be; hosts' own network is never captured. */
function isMissingProxy(workloads: readonly Workload[]): boolean {
  return workloads.some(
    ({ pods, proxiedPods, hostNetwork }) => pods > 0 && proxiedPods < pods && !hostNetwork,
  );
}
