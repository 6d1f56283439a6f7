import type { SourceGap } from '@/mesh/gap';
import type { KindEntry } from '@/server/adapters/kubernetes/kind-registry';
import { kindKey } from '@/server/adapters/kubernetes/kinds';
import type { NamespaceLimit } from '@/server/adapters/kubernetes/namespace-limit';
import { sourceError, toGap } from '@/server/errors';

type Gap = SourceGap & { readonly sinceMs: number };

interface Refusals {
  readonly kinds: string[];
  sinceMs: number;
}

function isSingle({ kind }: { readonly kind: string }): boolean {
  return kind === 'forbidden' || kind === 'not-found';
}

/**
 * What cannot be read, of each kind that the cluster refuses. An outage is one gap, not one for each kind; what one
 * namespace refuses of those that Fanari is limited to is one gap, too.
 */
export function clusterGaps(
  entries: Iterable<KindEntry<unknown>>,
  limit: NamespaceLimit,
): readonly SourceGap[] {
  const gaps = new Map<string, Gap>();
  const refusals = new Map<string, Refusals>();
  const asked = new Map<string, number>();
  for (const { kind, watch } of entries) {
    if (limit.isLimited && kind.role !== 'namespace')
      for (const name of limit.namespacesOf(kind)) asked.set(name, (asked.get(name) ?? 0) + 1);
    for (const { error, sinceMs, namespace } of watch.errors()) {
      if (namespace !== null && error.kind === 'forbidden') {
        refuse(refusals, namespace, kind.kind, sinceMs);
        continue;
      }
      const single = isSingle(error);
      const key = single ? `${kindKey(kind)} ${namespace ?? ''}` : error.kind;
      const what = !single
        ? 'changes in the cluster'
        : kind.role === 'namespace' && namespace !== null
          ? `namespace ${namespace}`
          : kind.kind;
      const known = gaps.get(key);
      if (known === undefined || sinceMs < known.sinceMs)
        gaps.set(key, { ...toGap(error, what, sinceMs), sinceMs });
    }
  }
  return [
    ...gaps.values(),
    ...[...refusals].map(([namespace, refused]) =>
      toRefusalGap(namespace, refused, asked.get(namespace) ?? 0, limit),
    ),
  ];
}

function refuse(
  refusals: Map<string, Refusals>,
  namespace: string,
  kind: string,
  sinceMs: number,
): void {
  const known = refusals.get(namespace);
  if (known === undefined) {
    refusals.set(namespace, { kinds: [kind], sinceMs });
    return;
  }
  known.kinds.push(kind);
  known.sinceMs = Math.min(known.sinceMs, sinceMs);
}

function toRefusalGap(
  namespace: string,
  { kinds, sinceMs }: Refusals,
  asked: number,
  limit: NamespaceLimit,
): SourceGap {
  const names = [...new Set(kinds)].sort();
  const isAll = kinds.length === asked;
  const listed = isAll ? 'anything' : names.join(', ');
  const refused = `The Kubernetes API server lets Fanari read ${isAll ? 'nothing' : `no ${listed}`} in namespace ${namespace}`;
  if (limit.isOnlyMeshWide(namespace)) {
    const message = `${refused}: what is set there for the whole mesh is not known, and Istio's defaults are assumed`;
    const error = sourceError('kubernetes', 'forbidden', message);
    return toGap(error, 'mesh-wide configuration', sinceMs);
  }
  const what = isAll ? `namespace ${namespace}` : `${listed} of namespace ${namespace}`;
  return toGap(sourceError('kubernetes', 'forbidden', refused), what, sinceMs);
}
