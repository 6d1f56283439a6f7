import { clusterSuffix } from '@/mesh/topology/workload-key';

/** Where a workload runs; absent where one cluster is watched, and where metrics do not say it. */
interface InCluster {
  readonly cluster?: string | undefined;
}

/** The parts of a node id. `namespace` and `name` (or `host`) are what metrics and the cluster call it. */
export type NodeIdParts =
  | ({ readonly kind: 'workload'; readonly namespace: string; readonly name: string } & InCluster)
  | ({ readonly kind: 'app'; readonly namespace: string; readonly app: string } & InCluster)
  | ({
      readonly kind: 'versioned-app';
      readonly namespace: string;
      readonly app: string;
      readonly version: string;
    } & InCluster)
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  /** A host that was asked for and that no Service or ServiceEntry stands for. */
  | { readonly kind: 'host'; readonly host: string }
  /** `host` is as the ServiceEntry writes it, so it may be a wildcard. */
  | { readonly kind: 'service-entry'; readonly host: string }
  | { readonly kind: 'passthrough' | 'black-hole' | 'unknown' | 'outside' };

/**
 * Writes an id, e.g. `workload:bookinfo/reviews-v2`, of several clusters `workload:bookinfo/reviews-v2@east`. Gateways have
 * the id of their workload.
 */
export function formatNodeId(parts: NodeIdParts): string {
  switch (parts.kind) {
    case 'workload':
      return `workload:${parts.namespace}/${parts.name}${clusterSuffix(parts.cluster)}`;
    case 'service':
      return `service:${parts.namespace}/${parts.name}`;
    case 'app':
      return `app:${parts.namespace}/${parts.app}${clusterSuffix(parts.cluster)}`;
    case 'versioned-app':
      return `versioned-app:${parts.namespace}/${parts.app}/${parts.version}${clusterSuffix(parts.cluster)}`;
    case 'host':
    case 'service-entry':
      return `${parts.kind}:${parts.host}`;
    default:
      return parts.kind;
  }
}

/** Reads an id back; `null` when it is none. */
export function parseNodeId(id: string): NodeIdParts | null {
  if (id === 'passthrough' || id === 'black-hole' || id === 'unknown' || id === 'outside') {
    return { kind: id };
  }
  const colon = id.indexOf(':');
  const kind = id.slice(0, colon);
  const rest = id.slice(colon + 1);
  if (colon < 0 || rest === '') return null;
  if (kind === 'host' || kind === 'service-entry') return { kind, host: rest };
  const [path = '', suffix, ...others] = rest.split('@');
  const place = readCluster(suffix);
  if (place === null || others.length > 0) return null;
  const [namespace = '', name = '', version, ...more] = path.split('/');
  if (name === '' || more.length > 0) return null;
  if (kind === 'versioned-app' && version !== undefined) {
    return { kind, namespace, app: name, version, ...place };
  }
  if (version !== undefined) return null;
  if (kind === 'workload') return { kind, namespace, name, ...place };
  if (kind === 'service' && suffix === undefined) return { kind, namespace, name };
  return kind === 'app' ? { kind, namespace, app: name, ...place } : null;
}

/** The cluster behind an `@`; `null` when it is not written as {@link clusterSuffix} writes it. */
function readCluster(suffix: string | undefined): InCluster | null {
  if (suffix === undefined) return {};
  try {
    const cluster = decodeURIComponent(suffix);
    return clusterSuffix(cluster) === `@${suffix}` && cluster !== '' ? { cluster } : null;
  } catch {
    return null;
  }
}

/** The parts of an edge id. */
export interface EdgeIdParts {
  readonly source: NodeIdParts;
  readonly target: NodeIdParts;
  readonly protocol: 'http' | 'grpc' | 'tcp';
}

/** Writes the id of an edge between two node ids: `source>target>protocol`. */
export function formatEdgeId(source: string, target: string, protocol: string): string {
  return `${source}>${target}>${protocol}`;
}

/** Reads an edge id back; `null` when it is none. */
export function parseEdgeId(id: string): EdgeIdParts | null {
  const [from, to, protocol, ...more] = id.split('>');
  if (from === undefined || to === undefined || more.length > 0) return null;
  const source = parseNodeId(from);
  const target = parseNodeId(to);
  if (source === null || target === null) return null;
  if (protocol !== 'http' && protocol !== 'grpc' && protocol !== 'tcp') return null;
  return { source, target, protocol };
}
