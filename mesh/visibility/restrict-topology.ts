import { readString } from '@/mesh/read-json';
import type { ConfigObject } from '@/mesh/topology/object';
import type { MeshConfig, Topology } from '@/mesh/topology/topology';
import { OUTSIDE } from '@/mesh/visibility/outside';
import type { OutOfSight } from '@/mesh/visibility/out-of-sight';
import { WORKLOAD_KIND, type Visibility } from '@/mesh/visibility/visibility';

/** Kinds whose objects in the root namespace decide about workloads of every namespace. */
const MESH_WIDE: ReadonlySet<string> = new Set([
  'security.istio.io/PeerAuthentication',
  'networking.istio.io/DestinationRule',
  'networking.istio.io/Sidecar',
]);

/**
 * The part of a topology that is in sight. What decides about it from the root namespace stays, without its name; where
 * that namespace is out of sight, it is called {@link OUTSIDE}.
 */
export function restrictTopology(topology: Topology, sight: OutOfSight): Topology {
  const { visibility } = sight;
  const meshes = [
    topology.mesh,
    ...[...(topology.clusters?.values() ?? [])].map(({ mesh }) => mesh),
  ];
  const roots = new Set(meshes.map(({ rootNamespace }) => rootNamespace));
  const rootOf = (name: string) => (visibility.seesNamespace(name) ? name : OUTSIDE);
  const meshOf = (mesh: MeshConfig) => ({ ...mesh, rootNamespace: rootOf(mesh.rootNamespace) });
  return {
    ...topology,
    isRestricted: true,
    ...(topology.clusters === undefined
      ? {}
      : {
          clusters: new Map(
            [...topology.clusters].map(([name, cluster]) => [
              name,
              { ...cluster, mesh: meshOf(cluster.mesh) },
            ]),
          ),
        }),
    namespaces: ofToldClusters(
      new Map([...topology.namespaces].filter(([name]) => visibility.seesNamespace(name))),
      visibility,
    ),
    services: ofToldClusters(inSight(topology.services, '/Service', visibility), visibility),
    workloads: inSight(topology.workloads, WORKLOAD_KIND, visibility),
    config: new Map(
      [...topology.config].map(([kind, objects]) => [
        kind,
        objects.flatMap((object) => {
          const { namespace } = object.meta;
          if (visibility.sees(kind, namespace) && visibility.seesCluster(object.cluster)) {
            return [object];
          }
          const isDeciding = MESH_WIDE.has(kind) && roots.has(namespace);
          return isDeciding && !aimsOutside(object, sight)
            ? [nameless(object, rootOf(namespace))]
            : [];
        }),
      ]),
    ),
    mesh: meshOf(topology.mesh),
  };
}

function inSight<Item extends { readonly namespace: string; readonly cluster?: string }>(
  items: ReadonlyMap<string, Item>,
  kind: string,
  visibility: Visibility,
): ReadonlyMap<string, Item> {
  return new Map(
    [...items].filter(
      ([, { namespace, cluster }]) =>
        visibility.sees(kind, namespace) && visibility.seesCluster(cluster),
    ),
  );
}

/** What is one in several clusters, without its members in those that do not tell; gone when all of them do not. */
function ofToldClusters<
  Item extends { readonly members?: readonly { readonly cluster?: string }[] },
>(items: ReadonlyMap<string, Item>, visibility: Visibility): ReadonlyMap<string, Item> {
  const left = new Map<string, Item>();
  for (const [key, item] of items) {
    const members = item.members?.filter(({ cluster }) => visibility.seesCluster(cluster));
    if (members?.length === 0) continue;
    left.set(key, members === undefined ? item : { ...item, members });
  }
  return left;
}

/** A rule for a host that is out of sight decides nothing in sight. */
function aimsOutside({ spec }: ConfigObject, sight: OutOfSight): boolean {
  const host = readString(spec, 'host');
  const namespace = host === null ? null : sight.namespaceOf(host);
  return namespace !== null && sight.hides(namespace);
}

function nameless({ meta, ...object }: ConfigObject, namespace: string): ConfigObject {
  return {
    ...object,
    status: null,
    meta: {
      namespace,
      name: OUTSIDE,
      uid: '',
      resourceVersion: '',
      createdAtMs: meta.createdAtMs,
      labels: {},
      annotations: {},
      owners: [],
      managers: [],
    },
  };
}
