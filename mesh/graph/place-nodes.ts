import { formatNodeId } from '@/mesh/graph/node-id';
import { hostWithoutPort, parseServiceHost } from '@/mesh/topology/hosts';
import { refOf } from '@/mesh/topology/object';
import { isOutside } from '@/mesh/visibility/outside';
import type { GraphDraft, NodeDraft, NodeSeed } from '@/mesh/graph/graph-draft';
import type { GraphView } from '@/mesh/graph/graph';
import type { PeerLabels } from '@/mesh/telemetry/telemetry';
import type { Service, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** Finds, or makes, the node that stands for something in a view. */
export interface NodePlacer {
  /** A workload of the cluster. */
  workload(workload: Workload): NodeDraft;
  /** A workload as metrics name it, whether or not it still exists; without a name, `unknown`. */
  peer(peer: PeerLabels): NodeDraft;
  /** A host that was asked for: its Service, its ServiceEntry, or the bare host. */
  host(host: string): NodeDraft;
  service(service: Service): NodeDraft;
  passthrough(): NodeDraft;
  blackHole(): NodeDraft;
}

/** Nothing where one cluster is watched. */
function clusterOf(
  { topology }: TopologyIndex,
  cluster: string | null,
): { readonly cluster?: string | null } {
  return topology.clusters === undefined ? NO_CLUSTER : { cluster };
}

const NO_CLUSTER = {};

/** Whether nobody can say that a workload of this cluster is gone: several are watched, and this one was never read. */
function isUnread({ topology }: TopologyIndex, cluster: string | null): boolean {
  const { clusters } = topology;
  return clusters !== undefined && (cluster === null || !clusters.has(cluster));
}

const PLAIN = { app: null, version: null, ownHost: null, entry: null } as const;

/** A placer that puts nodes of `view` into `draft`. */
export function placeNodes(index: TopologyIndex, view: GraphView, draft: GraphDraft): NodePlacer {
  const byWorkload = new Map<Workload, NodeDraft>();
  const byHost = new Map<string, NodeDraft>();

  function workload(found: Workload): NodeDraft {
    const known = byWorkload.get(found);
    if (known !== undefined) return known;
    const service = view === 'service' ? standIn(index, found) : null;
    const node =
      service === null
        ? draft.node(workloadSeed(view, namesOf(found), true))
        : draft.node(serviceSeed(index, service));
    node.workloads.add(found);
    for (const leading of index.servicesOf(found)) node.hosts.add(index.fqdn(leading));
    byWorkload.set(found, node);
    return node;
  }

  function host(name: string): NodeDraft {
    const known = byHost.get(name);
    if (known !== undefined) return known;
    const seed = hostSeed(index, name);
    const node = draft.node(seed);
    byHost.set(name, node);
    if (seed.kind === 'outside') return node;
    const service = index.serviceOfHost(name);
    if (service !== null)
      for (const backing of index.workloadsOf(service)) node.workloads.add(backing);
    if (service === null) node.hosts.add(hostWithoutPort(name));
    return node;
  }

  return {
    workload,
    peer(peer) {
      if (isOutside(peer.namespace)) return draft.node(outsideSeed(index));
      if (peer.workload === null) return draft.node(unknownSeed(index));
      const found = index.workload(peer.namespace ?? '', peer.workload, peer.cluster);
      if (found !== null) return workload(found);
      const { app, version, namespace, cluster } = peer;
      return draft.node(
        workloadSeed(
          view,
          {
            workload: peer.workload,
            namespace: namespace ?? '',
            ...clusterOf(index, cluster ?? null),
            app: app ?? peer.workload,
            version: version ?? 'latest',
          },
          isUnread(index, cluster ?? null),
        ),
      );
    },
    host,
    service: (service) => host(index.fqdn(service)),
    passthrough: () => draft.node(clusterSeed(index, 'passthrough', 'PassthroughCluster')),
    blackHole: () => draft.node(clusterSeed(index, 'black-hole', 'BlackHoleCluster')),
  };
}

/** The Service that stands for a workload: the one named like its app, else the first by name. Gateways are themselves. */
function standIn(index: TopologyIndex, workload: Workload): Service | null {
  if (workload.proxy === 'gateway') return null;
  const services = index.servicesOf(workload);
  return services.find(({ name }) => name === workload.app) ?? services[0] ?? null;
}

function namesOf({ name, namespace, cluster, app, version }: Workload): NamedPeer {
  const names = { workload: name, namespace, app, version };
  return cluster === undefined ? names : { ...names, cluster };
}

interface NamedPeer {
  readonly workload: string;
  readonly namespace: string;
  readonly cluster?: string | null;
  readonly app: string;
  readonly version: string;
}

function workloadSeed(view: GraphView, peer: NamedPeer, exists: boolean): NodeSeed {
  const { workload, namespace, cluster: known, app, version } = peer;
  const cluster = known ?? undefined;
  const place = {
    namespace: namespace === '' ? null : namespace,
    ...(known === undefined ? NO_CLUSTER : { cluster: known }),
    exists,
  };
  const nothing = { ownHost: null, entry: null };
  if (view === 'app') {
    const id = formatNodeId({ kind: 'app', namespace, app, cluster });
    return { id, kind: 'app', label: app, app, version: null, ...place, ...nothing };
  }
  if (view === 'versioned-app') {
    const id = formatNodeId({ kind: 'versioned-app', namespace, app, version, cluster });
    const label = `${app} ${version}`;
    return { id, kind: 'versioned-app', label, app, version, ...place, ...nothing };
  }
  const id = formatNodeId({ kind: 'workload', namespace, name: workload, cluster });
  return { id, kind: 'workload', label: workload, app, version, ...place, ...nothing };
}

function serviceSeed(index: TopologyIndex, service: Service): NodeSeed {
  const { namespace, name } = service;
  return {
    ...PLAIN,
    id: formatNodeId({ kind: 'service', namespace, name }),
    kind: 'service',
    label: name,
    namespace,
    ...clusterOf(index, service.members?.length === 1 ? (service.cluster ?? null) : null),
    exists: true,
    ownHost: index.fqdn(service),
  };
}

function hostSeed(index: TopologyIndex, name: string): NodeSeed {
  if (isOutside(name)) return outsideSeed(index);
  const service = index.serviceOfHost(name);
  if (service !== null) return serviceSeed(index, service);
  const entry = index.serviceEntryOf(name);
  if (entry !== null) {
    return {
      ...PLAIN,
      id: formatNodeId({ kind: 'service-entry', host: entry.pattern }),
      kind: 'service-entry',
      label: entry.pattern,
      namespace: entry.object.meta.namespace,
      ...clusterOf(index, entry.object.cluster ?? null),
      exists: true,
      ownHost: entry.pattern,
      entry: refOf(entry.object),
    };
  }
  const host = hostWithoutPort(name);
  const { isRestricted, namespaces, mesh } = index.topology;
  const parsed = parseServiceHost(host, mesh.clusterDomain);
  if (isRestricted && parsed !== null && !namespaces.has(parsed.namespace))
    return outsideSeed(index);
  return {
    ...PLAIN,
    id:
      parsed === null
        ? formatNodeId({ kind: 'host', host })
        : formatNodeId({ kind: 'service', ...parsed }),
    kind: 'service',
    label: parsed?.name ?? host,
    namespace: parsed?.namespace ?? null,
    ...clusterOf(index, null),
    exists: false,
    ownHost: host,
  };
}

function unknownSeed(index: TopologyIndex): NodeSeed {
  return {
    ...PLAIN,
    id: formatNodeId({ kind: 'unknown' }),
    kind: 'unknown',
    label: 'unknown',
    namespace: null,
    ...clusterOf(index, null),
    exists: true,
  };
}

function outsideSeed(index: TopologyIndex): NodeSeed {
  return {
    ...PLAIN,
    id: formatNodeId({ kind: 'outside' }),
    kind: 'outside',
    label: 'outside',
    namespace: null,
    ...clusterOf(index, null),
    exists: true,
  };
}

function clusterSeed(
  index: TopologyIndex,
  kind: 'passthrough' | 'black-hole',
  label: string,
): NodeSeed {
  const place = { namespace: null, ...clusterOf(index, null), exists: true };
  return { ...PLAIN, id: formatNodeId({ kind }), kind, label, ...place };
}
