import { watchedKinds, writes } from '@/server/adapters/kubernetes/kinds';

/** One thing that an account may do, as `group/resource verb`. */
export type Access = string;

/** Name of a kind in paths and roles. */
function resourceOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return name.endsWith('s') ? `${name}es` : `${name}s`;
}

/** What Fanari needs to show the mesh, by the list of what it watches; ConfigMaps apart, of which it reads one. */
export function readAccess(): readonly Access[] {
  return watchedKinds
    .filter(({ role }) => role !== 'mesh-config')
    .flatMap(({ group, kind, readable }) =>
      ['list', 'watch', ...(readable ? ['get'] : [])].map(
        (verb) => `${group}/${resourceOf(kind)} ${verb}`,
      ),
    )
    .sort();
}

/** What it needs beside to change weights to start canaries and to tell of it, by the list of what it writes. */
export function writeAccess(): readonly Access[] {
  const objects = writes.map(({ key, verb }) => {
    const [group = '', kind = ''] = key.split('/');
    return `${group}/${resourceOf(kind)} ${verb}`;
  });
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
