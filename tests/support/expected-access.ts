import { kindKey, watchedKinds, writes } from '@/server/adapters/kubernetes/kinds';

/** One thing that an account may do, as `group/resource verb`. */
export type Access = string;

/** Name of a kind in paths and roles. */
function resourceOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return name.endsWith('s') ? `${name}es` : `${name}s`;
}

/** Watched kinds that lie in no namespace, as Kubernetes and the Gateway API define them. */
const CLUSTER_SCOPED = ['/Namespace', 'gateway.networking.k8s.io/GatewayClass'];

/** `group/resource` of a `group/Kind`. */
export function accessPath(key: string): string {
  const [group = '', kind = ''] = key.split('/');
  return `${group}/${resourceOf(kind)}`;
}

/**
 * What Fanari needs to show the mesh, by the list of what it watches; ConfigMaps apart, of which it reads one. `which`:
 * all of it, or only what a Role in a namespace can allow.
 */
export function readAccess(which: 'all' | 'namespaced' = 'all'): readonly Access[] {
  return watchedKinds
    .filter(({ role }) => role !== 'mesh-config')
    .filter((kind) => which === 'all' || !CLUSTER_SCOPED.includes(kindKey(kind)))
    .flatMap(({ group, kind, readable }) =>
      ['list', 'watch', ...(readable ? ['get'] : [])].map(
        (verb) => `${group}/${resourceOf(kind)} ${verb}`,
      ),
    )
    .sort();
}

/** What it needs beside to change weights to start canaries and to tell of it, by the list of what it writes. */
export function writeAccess(): readonly Access[] {
  const objects = writes.map(({ key, verb }) => `${accessPath(key)} ${verb}`);
  return [...objects, '/events create'].sort();
}

/** A rule of a role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What rules allow, each once. */
export function accessOf(rules: readonly PolicyRule[]): readonly Access[] {
  const all = rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => {
          const only = resourceNames === undefined ? '' : ` of ${resourceNames.join()}`;
          return `${group}/${resource} ${verb}${only}`;
        }),
      ),
    ),
  );
  return [...new Set(all)].sort();
}
