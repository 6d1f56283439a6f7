/** What somebody may list, by `group/Kind`. */
export interface VisibleKinds {
  /** Kinds that may be listed in every namespace. */
  readonly everywhere: ReadonlySet<string>;
  /** Kinds that may be listed in one namespace, beside those. */
  readonly namespaces: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of several clusters those of which nothing may be seen. */
  readonly untoldClusters: ReadonlySet<string>;
}

/** Which part of the cluster somebody may see. */
export interface Visibility {
  /** Equal keys see the same. */
  readonly key: string;
  /** Whether objects of a `group/Kind` in a namespace are seen. */
  sees(kind: string, namespace: string): boolean;
  /** Whether anything in a namespace is seen. Names of others must reach nobody. */
  seesNamespace(namespace: string): boolean;
  /** Whether anything in one of several clusters is seen; of the only cluster (`undefined`) it is. */
  seesCluster(cluster: string | null | undefined): boolean;
}

/** The kind whose readers see workloads and their traffic. */
export const WORKLOAD_KIND = '/Pod';

/** The visibility that rights make. A namespace is seen by whoever may list anything in it. */
export function toVisibility({ everywhere, namespaces, untoldClusters }: VisibleKinds): Visibility {
  const inEvery = [...everywhere].filter((kind) => !CLUSTER_SCOPED.has(kind));
  const byNamespace = [...namespaces]
    .map(([namespace, kinds]) => [namespace, [...kinds].sort()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    key: JSON.stringify([[...everywhere].sort(), byNamespace, [...untoldClusters].sort()]),
    sees: (kind, namespace) =>
      everywhere.has(kind) || namespaces.get(namespace)?.has(kind) === true,
    seesNamespace: (namespace) => inEvery.length > 0 || (namespaces.get(namespace)?.size ?? 0) > 0,
    seesCluster: (cluster) =>
      cluster === undefined || cluster === null || !untoldClusters.has(cluster),
  };
}

/** To list these tells nothing of what is in a namespace. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  '/Namespace',
  'gateway.networking.k8s.io/GatewayClass',
]);
