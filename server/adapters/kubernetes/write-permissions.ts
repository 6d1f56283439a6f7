import type { Topology } from '@/mesh/topology/topology';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { kindKey, writes } from '@/server/adapters/kubernetes/kinds';
import { mayWrite } from '@/server/adapters/kubernetes/object-access';
import type { WritePermission, WriteVerb } from '@/server/ports';

/** In more namespaces than this it is not asked namespace by namespace. */
const MOST_NAMESPACES = 8;

/** Asks what Fanari may do to the kinds that it writes, of those that the cluster serves. */
export async function readWritePermissions(
  client: KubernetesClient,
  kindOf: (key: string) => ServedKind | null,
  topology: Topology,
  signal: AbortSignal,
): Promise<readonly WritePermission[]> {
  return Promise.all(
    writes.flatMap(({ key, verb }) => {
      const kind = kindOf(key);
      return kind === null ? [] : [permissionOf(client, kind, verb, topology, signal)];
    }),
  );
}

/** Namespaces in which Fanari would do it: where there are such objects, or services to start a canary of. */
function namespacesFor(kind: ServedKind, verb: WriteVerb, topology: Topology): readonly string[] {
  const objects =
    verb === 'patch'
      ? (topology.config.get(kindKey(kind)) ?? []).map(({ meta }) => meta.namespace)
      : [...topology.services.values()].map(({ namespace }) => namespace);
  return [...new Set(objects)];
}

async function permissionOf(
  client: KubernetesClient,
  kind: ServedKind,
  verb: WriteVerb,
  topology: Topology,
  signal: AbortSignal,
): Promise<WritePermission> {
  const ask = async (namespace: string) => {
    const answer = await mayWrite(client, kind, { verb, namespace, name: '' }, signal);
    return answer.ok ? answer.value : null;
  };
  const permission = (allowed: boolean | null) => {
    return { group: kind.group, kind: kind.kind, verb, allowed };
  };
  const everywhere = await ask('');
  if (everywhere !== false) return permission(everywhere);
  // A Role may allow in one namespace what no ClusterRole allows in all.
  const namespaces = namespacesFor(kind, verb, topology);
  if (namespaces.length > MOST_NAMESPACES) return permission(null);
  const there = await Promise.all(namespaces.map(ask));
  return permission(there.every((allowed) => allowed === false) ? false : null);
}
