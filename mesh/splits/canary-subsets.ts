import { readObjects, readString, readStrings } from '@/mesh/read-json';
import { compareText } from '@/mesh/topology/topology-index';
import { lookUpDestinationRule } from '@/mesh/mtls/destination-rule-lookup';
import { numberedName, slug } from '@/mesh/splits/canary-names';
import { resolveHost } from '@/mesh/topology/hosts';
import type { ConfigObject } from '@/mesh/topology/object';
import type { JsonObject } from '@/mesh/json';
import type { Service } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const KIND = 'networking.istio.io/DestinationRule';

/** What the DestinationRules say of a service before a canary. */
export interface SubsetBase {
  /** The rule of this very host in the service's namespace, to which subsets would be added; `null` when there is none. */
  readonly rule: ConfigObject | null;
  /** Labels by name of the subsets that are there. */
  readonly subsets: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Traffic policy that a new rule must repeat, because it would shadow the rule that now gives it; `null`: none. */
  readonly shadowed: { readonly policy: JsonObject; readonly object: ConfigObject } | null;
}

/** Looks up the DestinationRules as a client in the service's own namespace sees them. */
export function subsetBase(index: TopologyIndex, service: Service): SubsetBase {
  const host = index.fqdn(service);
  const { clusterDomain } = index.topology.mesh;
  const found = lookUpDestinationRule(index, {
    clientNamespace: service.namespace,
    clientLabels: {},
    host,
    serviceNamespace: service.namespace,
  });
  const rule =
    found?.objects.find(
      ({ spec, meta }) =>
        meta.namespace === service.namespace &&
        resolveHost(readString(spec, 'host') ?? '', meta.namespace, clusterDomain) === host,
    ) ?? null;
  if (rule === null) return { rule, subsets: new Map(), shadowed: found?.trafficPolicy ?? null };
  const labels = [...(found?.subsets ?? [])].map(
    ([name, subset]) => [name, subset.labels] as const,
  );
  return { rule, subsets: new Map(labels), shadowed: null };
}

/** Names the subset of a version: the one that already has exactly its label, else a name that is free. */
export function subsetOf(
  base: SubsetBase,
  label: { readonly key: string; readonly value: string },
  taken: ReadonlySet<string>,
): { readonly name: string; readonly isDefined: boolean } {
  for (const [name, labels] of base.subsets) {
    const keys = Object.keys(labels);
    if (keys.length === 1 && labels[label.key] === label.value) return { name, isDefined: true };
  }
  const all = new Set([...taken, ...base.subsets.keys()]);
  return { name: numberedName(slug(label.value), all), isDefined: false };
}

/**
 * DestinationRules by which clients of other namespaces reach the host, in place of the one that the canary's subsets
 * are in: such clients would get 503 for subsets that these do not define.
 */
export function rivalDestinationRules(
  index: TopologyIndex,
  service: Service,
  subsets: readonly string[],
): readonly ConfigObject[] {
  const host = index.fqdn(service);
  const { clusterDomain, rootNamespace } = index.topology.mesh;
  return index
    .config(KIND)
    .filter(({ spec, meta }) => {
      if (meta.namespace === service.namespace || meta.namespace === rootNamespace) return false;
      const own = resolveHost(readString(spec, 'host') ?? '', meta.namespace, clusterDomain);
      if (own !== host || !canBeSeenAtHome(spec, meta.namespace)) return false;
      const names = readObjects(spec, 'subsets').map((subset) => readString(subset, 'name'));
      return subsets.some((subset) => !names.includes(subset));
    })
    .sort((a, b) => compareText(a.meta.namespace, b.meta.namespace));
}

function canBeSeenAtHome(spec: JsonObject, namespace: string): boolean {
  const exportTo = readStrings(spec, 'exportTo');
  return exportTo.length === 0 || exportTo.some((to) => ['*', '.', namespace].includes(to));
}

/** The subsets of a rule as they stand in its list; `null` where it has no such list. */
export function subsetList(rule: ConfigObject): readonly JsonObject[] | null {
  return Array.isArray(rule.spec['subsets']) ? readObjects(rule.spec, 'subsets') : null;
}

/** A subset as JSON. */
export function toSubset(name: string, key: string, value: string): JsonObject {
  return { name, labels: { [key]: value } };
}
