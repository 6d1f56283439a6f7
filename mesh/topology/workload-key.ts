/** What names a workload. `cluster` is absent where one cluster is watched. */
export interface WorkloadName {
  readonly namespace: string;
  readonly name: string;
  readonly cluster?: string | null | undefined;
}

/**
 * How something in a cluster is told from its namesakes in others: `@` and the cluster's name, escaped so that none of
 * the signs that keys and ids are made of is in it. Empty for no cluster.
 */
export function clusterSuffix(cluster: string | null | undefined): string {
  return cluster === undefined || cluster === null ? '' : `@${encodeURIComponent(cluster)}`;
}

/** The key of `Topology.workloads`: `namespace/name`, and `namespace/name@cluster` where several clusters are watched. */
export function workloadKey({ namespace, name, cluster }: WorkloadName): string {
  return cluster === undefined || cluster === null
    ? `${namespace}/${name}`
    : `${namespace}/${name}${clusterSuffix(cluster)}`;
}
