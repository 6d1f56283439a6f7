import type { GraphView } from '@/mesh/graph/graph';
import { parseEdgeId, parseNodeId, type NodeIdParts } from '@/mesh/graph/node-id';
import { serviceFqdn } from '@/mesh/topology/hosts';
import type { SeriesEnd, SeriesSelector } from '@/server/ports';

type Target = Pick<
  SeriesSelector,
  'destination' | 'destinationServices' | 'destinationServiceName'
>;

/** What metrics call a node when it sends; a service or host does not send, so it does not narrow. */
function toSource(node: NodeIdParts): SeriesEnd {
  switch (node.kind) {
    case 'workload':
      return { ...at(node), namespace: node.namespace, workload: node.name };
    case 'app':
      return { ...at(node), namespace: node.namespace, app: node.app };
    case 'versioned-app':
      return { ...at(node), namespace: node.namespace, app: node.app, version: node.version };
    case 'unknown':
      return { workload: 'unknown' };
    default:
      return {};
  }
}

function at({ cluster }: { readonly cluster?: string | undefined }): SeriesEnd {
  return cluster === undefined ? {} : { cluster };
}

/** What metrics call a node when it receives. */
function toTarget(node: NodeIdParts, names: ServiceNames): Target {
  const none = { destination: {}, destinationServices: [], destinationServiceName: null };
  switch (node.kind) {
    case 'service':
      return {
        ...none,
        destinationServices: names.hostsBehind(
          serviceFqdn(node.name, node.namespace, names.clusterDomain),
        ),
      };
    case 'host':
    case 'service-entry':
      return { ...none, destinationServices: [node.host] };
    case 'passthrough':
      return { ...none, destinationServiceName: 'PassthroughCluster' };
    case 'black-hole':
      return { ...none, destinationServiceName: 'BlackHoleCluster' };
    default:
      return { ...none, destination: toSource(node) };
  }
}

/** Where names of services lead. */
export interface ServiceNames {
  readonly clusterDomain: string;
  /** Hosts that metrics may name for traffic to a host: its own, and those that its routes send to. */
  readonly hostsBehind: (host: string) => readonly string[];
}

/** Traffic into a node; `null` when the id is none, or stands for everything out of sight, whose sum tells nothing. */
export function inboundOf(nodeId: string, names: ServiceNames): SeriesSelector | null {
  const node = parseNodeId(nodeId);
  if (node === null || node.kind === 'outside') return null;
  return { source: {}, ...toTarget(node, names), protocol: null };
}

/** Traffic out of a node; `null` when the id is none or it stands for something that does not send. */
export function outboundOf(nodeId: string, view: GraphView): SeriesSelector | null {
  const node = parseNodeId(nodeId);
  if (node === null) return null;
  const isSender = view === 'service' && node.kind === 'service';
  // A Service's workloads are in its namespace; which of that traffic is theirs the graph's own rules tell.
  const source = isSender ? { namespace: node.namespace } : toSource(node);
  if (Object.keys(source).length === 0) return null;
  return {
    source,
    destination: {},
    destinationServices: [],
    destinationServiceName: null,
    protocol: null,
  };
}

/**
 * Traffic on an edge; `null` when the id is none. An edge out of a service node is traffic to that service, or in the
 * service view what its workloads send.
 */
export function trafficOf(
  edgeId: string,
  view: GraphView,
  names: ServiceNames,
): SeriesSelector | null {
  const edge = parseEdgeId(edgeId);
  if (edge === null) return null;
  if (edge.source.kind === 'outside' && edge.target.kind === 'outside') return null;
  const target = toTarget(edge.target, names);
  const viaService = view === 'service' ? [] : toTarget(edge.source, names).destinationServices;
  return {
    source: toSource(edge.source),
    ...target,
    destinationServices: viaService.length > 0 ? viaService : target.destinationServices,
    protocol: edge.protocol,
  };
}
