import type { ClusterIdentity } from '@/server/adapters/kubernetes/cluster-identity';

/** What is known of a cluster before it has a name. */
export interface UnnamedCluster {
  /** Its context in the kubeconfig, or the name of its file. */
  readonly context: string;
  /** The name of its file in the folder of remote kubeconfigs, which is its own; `null` for one that is named by a context. */
  readonly fileName: string | null;
  readonly identity: ClusterIdentity;
}

/** A cluster's name among those that are watched; no two are the same. */
export interface ClusterName {
  readonly name: string;
  readonly isNamedAsInMetrics: boolean;
  /** What metrics call it and another one too, so that neither can be matched; `null` when that is not why. */
  readonly sharedName: string | null;
}

/**
 * Names each cluster as metrics do: by its file, else by what its istiod or proxies say. Those that say the same, or
 * nothing, go by their context, since metrics would put the traffic of one onto the other.
 */
export function nameClusters(clusters: readonly UnnamedCluster[]): readonly ClusterName[] {
  const told = clusters.map(({ fileName, identity }) => fileName ?? identity.clusterId);
  const isShared = (name: string) => told.filter((other) => other === name).length > 1;
  const taken = new Set(told.filter((name) => name !== null));
  return clusters.map(({ context }, position) => {
    const name = told[position] ?? null;
    if (name !== null && !isShared(name)) {
      return { name, isNamedAsInMetrics: true, sharedName: null };
    }
    const own = freeName(context, taken);
    taken.add(own);
    return { name: own, isNamedAsInMetrics: false, sharedName: name };
  });
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `context ${wanted} (${number})`;
  return name;
}
