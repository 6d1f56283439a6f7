import { indexTopology, type TopologyIndex } from '@/mesh/topology/topology-index';
import type { ConfigObject } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';

/**
 * The mesh as the istiod sees it that configures the proxies of a cluster: objects and mesh config of its own cluster,
 * with Services and workloads of all. Rules about a client's proxy are read in the perspective of the client's cluster,
 * rules about a server's in that of the server's. `null` where it cannot be told which istiod that is: for a cluster that is not watched or
 * whose primary is not known, and for an end of which metrics do not say where it runs. Where one cluster is watched,
 * it is that, whatever `cluster` is.
 */
export function perspectiveOf(
  index: TopologyIndex,
  cluster: string | null | undefined,
): TopologyIndex | null {
  const { clusters } = index.topology;
  if (clusters === undefined) return index;
  if (cluster === undefined || cluster === null) return null;
  const primary = clusters.get(cluster)?.primary ?? null;
  return primary === null ? null : (perspectivesByPrimary(index).get(primary) ?? null);
}

/** Every perspective, in the order of the clusters; the topology itself where one cluster is watched, or in a perspective. */
export function perspectivesOf(index: TopologyIndex): readonly TopologyIndex[] {
  const { clusters } = index.topology;
  return clusters === undefined ? [index] : [...perspectivesByPrimary(index).values()];
}

const known = new WeakMap<TopologyIndex, ReadonlyMap<string, TopologyIndex>>();

function perspectivesByPrimary(index: TopologyIndex): ReadonlyMap<string, TopologyIndex> {
  const found = known.get(index);
  if (found !== undefined) return found;
  const made = makePerspectives(index.topology);
  known.set(index, made);
  return made;
}

function makePerspectives(topology: Topology): ReadonlyMap<string, TopologyIndex> {
  const governed = new Map<string, Set<string>>();
  for (const { name, primary } of topology.clusters?.values() ?? []) {
    if (primary === null) continue;
    const known = governed.get(primary);
    if (known === undefined) governed.set(primary, new Set([name]));
    else known.add(name);
  }
  const config = configByCluster(topology);
  return new Map(
    [...governed].flatMap(([primary, clusters]) => {
      const { mesh } = topology.clusters?.get(primary) ?? {};
      if (mesh === undefined) return [];
      const own = config.get(primary) ?? new Map<string, readonly ConfigObject[]>();
      return [[primary, indexTopology(seenFrom(topology, primary, clusters, own, mesh))] as const];
    }),
  );
}

function seenFrom(
  topology: Topology,
  primary: string,
  governed: ReadonlySet<string>,
  config: Topology['config'],
  mesh: Topology['mesh'],
): Topology {
  const { clusters: _clusters, ...rest } = topology;
  return {
    ...rest,
    cluster: primary,
    governed,
    namespaces: withOwnFirst(topology.namespaces, primary),
    services: withOwnFirst(topology.services, primary),
    config: new Map([...topology.config.keys()].map((kind) => [kind, config.get(kind) ?? []])),
    mesh,
  };
}

/** What has a member in the primary's own cluster is told by that one. */
function withOwnFirst<T extends { readonly members?: readonly T[]; readonly cluster?: string }>(
  all: ReadonlyMap<string, T>,
  primary: string,
): ReadonlyMap<string, T> {
  const seen = new Map<string, T>();
  for (const [key, item] of all) {
    const own =
      item.cluster === primary
        ? undefined
        : item.members?.find(({ cluster }) => cluster === primary);
    seen.set(key, own === undefined ? item : { ...own, ...membersOf(item) });
  }
  return seen;
}

function membersOf<T>({ members }: { readonly members?: readonly T[] }): {
  readonly members?: readonly T[];
} {
  return members === undefined ? {} : { members };
}

function configByCluster(
  topology: Topology,
): ReadonlyMap<string, ReadonlyMap<string, readonly ConfigObject[]>> {
  const byCluster = new Map<string, Map<string, ConfigObject[]>>();
  for (const [kind, objects] of topology.config) {
    for (const object of objects) {
      if (object.cluster === undefined) continue;
      const byKind = byCluster.get(object.cluster) ?? new Map<string, ConfigObject[]>();
      byCluster.set(object.cluster, byKind);
      const list = byKind.get(kind);
      if (list === undefined) byKind.set(kind, [object]);
      else list.push(object);
    }
  }
  return byCluster;
}
