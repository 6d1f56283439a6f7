import type { ConfigObject } from '@/mesh/topology/object';
import type { Cluster, Namespace, Service, Topology, Workload } from '@/mesh/topology/topology';
import { workloadKey } from '@/mesh/topology/workload-key';
import type { ClusterParts } from '@/server/adapters/kubernetes/clusters/cluster-parts';

/** A cluster that was read, by its name. */
export interface JoinedCluster extends Cluster {
  readonly parts: ClusterParts;
}

/** One topology of several clusters, in their order; `fallback` is the mesh config where none has an istiod. */
export function joinTopologies(
  clusters: readonly JoinedCluster[],
  revision: number,
  fallback: Topology['mesh'],
): Topology {
  const [first] = clusters;
  const primary = clusters.find(({ name, primary: own }) => name === own);
  return {
    revision,
    atMs: Math.max(0, ...clusters.map(({ parts }) => parts.atMs)),
    isRestricted: false,
    cluster: first?.name ?? 'none',
    clusters: new Map(
      clusters.map(({ name, primary: own, mesh }) => [name, { name, primary: own, mesh }]),
    ),
    namespaces: joinMembers<Namespace>(clusters.map(({ parts }) => parts.namespaces)),
    services: joinMembers<Service>(clusters.map(({ parts }) => parts.services)),
    workloads: joinWorkloads(clusters.map(({ parts }) => parts.workloads)),
    config: joinConfig(clusters.map(({ parts }) => parts.config)),
    mesh: primary?.mesh ?? first?.mesh ?? fallback,
  };
}

type Member<T> = T & { readonly members?: readonly T[] };

/** What has one name in several clusters is one, told by the first that has it. */
function joinMembers<T extends object>(
  all: readonly ReadonlyMap<string, T>[],
): ReadonlyMap<string, Member<T>> {
  const byKey = new Map<string, T[]>();
  for (const own of all) {
    for (const [key, item] of own) {
      const members = byKey.get(key);
      if (members === undefined) byKey.set(key, [item]);
      else members.push(item);
    }
  }
  const joined = new Map<string, Member<T>>();
  for (const [key, members] of byKey) {
    const [first] = members;
    if (first !== undefined) joined.set(key, { ...first, members });
  }
  return joined;
}

function joinWorkloads(all: readonly (readonly Workload[])[]): ReadonlyMap<string, Workload> {
  const joined = new Map<string, Workload>();
  for (const own of all) for (const workload of own) joined.set(workloadKey(workload), workload);
  return joined;
}

/** A kind that one of the clusters serves is there for all. */
function joinConfig(
  all: readonly ReadonlyMap<string, readonly ConfigObject[]>[],
): Topology['config'] {
  const joined = new Map<string, readonly ConfigObject[]>();
  for (const own of all) {
    for (const [kind, objects] of own) {
      const known = joined.get(kind);
      joined.set(kind, known === undefined ? objects : [...known, ...objects]);
    }
  }
  return joined;
}
