import type { ListRights } from '@/server/ports';

/** What every one of several rights allows; `untoldClusters` as of {@link ListRights}. */
export function commonRights(
  all: readonly ListRights[],
  namespaces: readonly string[],
  untoldClusters: ReadonlySet<string>,
): ListRights {
  const everywhere = common(all.map((rights) => rights.everywhere));
  const found = new Map<string, ReadonlySet<string>>();
  for (const namespace of namespaces) {
    const kinds = common(
      all.map((rights) => union(rights.everywhere, rights.namespaces.get(namespace) ?? NONE)),
    );
    const more = [...kinds].filter((kind) => !everywhere.has(kind));
    if (more.length > 0) found.set(namespace, new Set(more));
  }
  return { everywhere, namespaces: found, untoldClusters };
}

const NONE: ReadonlySet<string> = new Set();

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a, ...b]);
}

function common(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first = NONE, ...others] = sets;
  return new Set([...first].filter((kind) => others.every((other) => other.has(kind))));
}
