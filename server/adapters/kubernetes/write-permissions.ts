import type { Topology } from '@/mesh/topology/topology';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { kindKey, writes } from '@/server/adapters/kubernetes/kinds';
import type { NamespaceLimit } from '@/server/adapters/kubernetes/namespace-limit';
import { mayWrite } from '@/server/adapters/kubernetes/object-access';
import type { WritePermission, WriteVerb } from '@/server/ports';

/** In more namespaces than this it is not asked namespace by namespace. */
const MOST_NAMESPACES = 8;

/** Where Fanari would write. */
export interface Where {
  readonly topology: Topology;
  readonly limit: NamespaceLimit;
}

/** Asks what Fanari may do to the kinds that it writes, of those that the cluster serves. */
export async function readWritePermissions(
  client: KubernetesClient,
  kindOf: (key: string) => ServedKind | null,
  where: Where,
  signal: AbortSignal,
): Promise<readonly WritePermission[]> {
  return Promise.all(
    writes.flatMap(({ key, verb }) => {
      const kind = kindOf(key);
      if (kind === null) return [];
      const { group, kind: name } = kind;
      const asked = isAllowed(client, kind, verb, where, signal);
      return [asked.then((allowed) => ({ group, kind: name, verb, allowed }))];
    }),
  );
}

/** Namespaces in which Fanari would do it: where there are such objects, or services to start a canary of. */
function namespacesFor(
  kind: ServedKind,
  verb: WriteVerb | 'get',
  topology: Topology,
): readonly string[] {
  const isOfExisting = verb === 'patch' || (verb === 'get' && kind.role === 'config');
  const objects = isOfExisting
    ? (topology.config.get(kindKey(kind)) ?? []).map(({ meta }) => meta.namespace)
    : [...topology.services.values()].map(({ namespace }) => namespace);
  return [...new Set(objects)];
}

/** `true`: everywhere; `false`: in none of the namespaces where Fanari would; `null`: it differs, or is not known. */
export async function isAllowed(
  client: KubernetesClient,
  kind: ServedKind,
  verb: WriteVerb | 'get',
  { topology, limit }: Where,
  signal: AbortSignal,
): Promise<boolean | null> {
  const ask = async (namespace: string) => {
    const answer = await mayWrite(client, kind, { verb, namespace, name: '' }, signal);
    return answer.ok ? answer.value : null;
  };
  const everywhere = await ask('');
  if (everywhere !== false) return everywhere;
  // A Role may allow in one namespace what no ClusterRole allows in all.
  const namespaces = limit.isLimited ? limit.namespaces : namespacesFor(kind, verb, topology);
  if (namespaces.length > MOST_NAMESPACES) return null;
  const there = await Promise.all(namespaces.map(ask));
  // Where nothing but these namespaces counts, they are everywhere.
  if (limit.isLimited && there.every((allowed) => allowed === true)) return true;
  return there.every((allowed) => allowed === false) ? false : null;
}
