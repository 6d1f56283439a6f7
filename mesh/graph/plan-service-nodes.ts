import { workloadsOfDestination } from '@/mesh/topology/workloads-of-destination';
import { perspectiveOf } from '@/mesh/topology/perspective';
import { resolveHost } from '@/mesh/topology/hosts';
import { clusterSuffix, workloadKey, type WorkloadName } from '@/mesh/topology/workload-key';
import type { GraphView } from '@/mesh/graph/graph';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { TopologyIndex } from '@/mesh/topology/topology-index';
import type { TrafficSplit } from '@/mesh/splits/split';

/** Where service nodes stand between callers and workloads. */
export interface ServiceNodePlan {
  /** The host whose service node an edge passes through; `null`: straight to the workload. */
  through(edge: MergedEdge): string | null;
  /** True when the edge is a copy that mirroring makes. */
  isMirror(edge: MergedEdge): boolean;
}

/**
 * A service node is inserted where a rule splits the host's traffic, or where several workloads stand behind the host
 * or were reached by it. A backend Service that only routes of one host lead to (Gateway API) is drawn behind that
 * host's node, because metrics name the backend and not the host that was asked for.
 */
export function planServiceNodes(
  index: TopologyIndex,
  view: GraphView,
  edges: readonly MergedEdge[],
  splits: readonly TrafficSplit[],
): ServiceNodePlan {
  const mirrors = mirrorTargets(index, splits);
  const frontOf = backendFronts(splits);
  const canonical = (host: string): string => {
    const service = index.serviceOfHost(host);
    const known =
      service === null ? (index.serviceEntryOf(host)?.pattern ?? host) : index.fqdn(service);
    return frontOf.get(known) ?? known;
  };
  const names = new Map<string, string>();
  const nameOf = (host: string): string => {
    const known = names.get(host) ?? canonical(host);
    names.set(host, known);
    return known;
  };
  const isDrawn = view === 'workload' || view === 'versioned-app';
  const inserted = isDrawn ? insertedHosts(index, view, edges, splits, nameOf) : new Set<string>();
  return {
    through(edge) {
      if (edge.destinationService === null || isCatchAll(edge)) return null;
      const host = nameOf(edge.destinationService);
      return inserted.has(host) ? host : null;
    },
    isMirror(edge) {
      if (edge.reporter !== 'destination' || edge.destinationService === null) return false;
      const { namespace, workload, cluster } = edge.destination;
      const target = workloadKey({ namespace: namespace ?? '', name: workload ?? '', cluster });
      return mirrors.has(`${nameOf(edge.destinationService)}>${target}`);
    },
  };
}

/** Clusters that stand for no host: what several pods were called through by their addresses is no service of theirs. */
function isCatchAll({ destinationServiceName }: MergedEdge): boolean {
  return (
    destinationServiceName === 'BlackHoleCluster' ||
    destinationServiceName?.includes('PassthroughCluster') === true
  );
}

function insertedHosts(
  index: TopologyIndex,
  view: GraphView,
  edges: readonly MergedEdge[],
  splits: readonly TrafficSplit[],
  nameOf: (host: string) => string,
): ReadonlySet<string> {
  const inserted = new Set<string>();
  for (const { handleHost, destinations } of splits) {
    if (handleHost !== null && destinations.length > 1) inserted.add(nameOf(handleHost));
  }
  const reached = new Map<string, string>();
  for (const edge of edges) {
    const { workload, namespace, cluster } = edge.destination;
    if (edge.destinationService === null || workload === null || isCatchAll(edge)) continue;
    const host = nameOf(edge.destinationService);
    if (inserted.has(host)) continue;
    const key = targetKey(index, view, { namespace: namespace ?? '', name: workload, cluster });
    const first = reached.get(host) ?? firstBehind(index, view, host, inserted) ?? key;
    reached.set(host, first);
    if (first !== key) inserted.add(host);
  }
  return inserted;
}

/** The one target behind a host by the cluster's word; a host with several is inserted at once. */
function firstBehind(
  index: TopologyIndex,
  view: GraphView,
  host: string,
  inserted: Set<string>,
): string | null {
  const service = index.serviceOfHost(host);
  const workloads = service === null ? [] : index.workloadsOf(service);
  const keys = new Set(workloads.map((workload) => targetKey(index, view, workload)));
  if (keys.size > 1) inserted.add(host);
  const [first] = keys;
  return first ?? null;
}

function targetKey(index: TopologyIndex, view: GraphView, named: WorkloadName): string {
  const { namespace, name, cluster } = named;
  if (view === 'workload') return workloadKey(named);
  const workload = index.workload(namespace, name, cluster);
  return workload === null
    ? workloadKey(named)
    : `${namespace}/${workload.app}/${workload.version}${clusterSuffix(cluster)}`;
}

/** Backend hosts to the one host whose rules lead to them. */
function backendFronts(splits: readonly TrafficSplit[]): ReadonlyMap<string, string> {
  const handles = new Set(splits.map(({ handleHost }) => handleHost));
  const fronts = new Map<string, string | null>();
  for (const { handleHost, destinations } of splits) {
    if (handleHost === null || destinations.length < 2) continue;
    for (const { fqdn } of destinations) {
      if (fqdn === handleHost || handles.has(fqdn)) continue;
      const known = fronts.get(fqdn);
      fronts.set(fqdn, known === undefined || known === handleHost ? handleHost : null);
    }
  }
  return new Map([...fronts].flatMap(([host, front]) => (front === null ? [] : [[host, front]])));
}

/** `host>workloadKey` of workloads that get a host's traffic only as mirrored copies. */
function mirrorTargets(index: TopologyIndex, splits: readonly TrafficSplit[]): ReadonlySet<string> {
  const mirrored = new Set<string>();
  const { clusterDomain } = index.topology.mesh;
  for (const split of splits) {
    const own = perspectiveOf(index, split.object.cluster) ?? index;
    for (const { host, subset } of split.mirrors) {
      const fqdn = resolveHost(host, split.object.namespace, clusterDomain);
      for (const workload of workloadsOfDestination(own, fqdn, subset).workloads) {
        const key = workloadKey(workload);
        mirrored.add(`${split.handleHost ?? fqdn}>${key}`);
        mirrored.add(`${fqdn}>${key}`);
      }
    }
  }
  for (const { handleHost, destinations } of splits) {
    for (const { fqdn, effectiveWeight, workloads } of destinations) {
      if (effectiveWeight === 0) continue;
      for (const workload of workloads) {
        mirrored.delete(`${handleHost ?? fqdn}>${workload}`);
        mirrored.delete(`${fqdn}>${workload}`);
      }
    }
  }
  return mirrored;
}
