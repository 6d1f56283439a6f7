import { perTopologyBy } from '@/mesh/topology/per-topology';
import { hostMatches, resolveHost } from '@/mesh/topology/hosts';
import { readObject, readObjects, readString, readStringMap, readStrings } from '@/mesh/read-json';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import type { JsonObject } from '@/mesh/json';
import type { ConfigObject } from '@/mesh/topology/object';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** A subset together with the object that defines it. */
export interface SubsetRule {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly trafficPolicy: JsonObject | null;
  readonly object: ConfigObject;
  /** Position in the object's `spec.subsets`. */
  readonly position: number;
}

/** The DestinationRule that a client resolves for a host: one object, or several of one host that Istio merges. */
export interface ResolvedDestinationRule {
  /** Oldest first. */
  readonly objects: readonly ConfigObject[];
  readonly trafficPolicy: { readonly policy: JsonObject; readonly object: ConfigObject } | null;
  readonly subsets: ReadonlyMap<string, SubsetRule>;
}

/** Who asks for which host. */
export interface DestinationRuleQuestion {
  readonly clientNamespace: string;
  /** Pod labels of the client; empty when they are not known. */
  readonly clientLabels: Readonly<Record<string, string>>;
  /** Fully qualified. */
  readonly host: string;
  /** Namespace of the Service or ServiceEntry; `null` when nobody knows the host. */
  readonly serviceNamespace: string | null;
}

const KIND = 'networking.istio.io/DestinationRule';

/**
 * The one DestinationRule that counts for a client and a host, as istiod looks it up: the client's namespace, then the
 * service's, then the root namespace; the first with a match wins and nothing is merged across namespaces or hosts. In
 * a namespace the most specific host wins (exact, then the longest wildcard), and rules of that same host are merged
 * oldest first. Among rules of that host one whose `workloadSelector` takes the client comes first; such rules act in
 * their own namespace only, where they also hide what other namespaces say from the clients that they do not take.
 * A rule without `exportTo` is public, or private where the mesh's `defaultDestinationRuleExportTo` has a `.`.
 * `null` when none applies.
 */
export function lookUpDestinationRule(
  index: TopologyIndex,
  question: DestinationRuleQuestion,
): ResolvedDestinationRule | null {
  const { clientNamespace, serviceNamespace, host } = question;
  const { rootNamespace } = index.topology.mesh;
  const isExported = (rule: ReadRule) => isExportedTo(rule, clientNamespace);
  const isOwn = clientNamespace === rootNamespace ? (rule: ReadRule) => rule.isPrivate : isExported;
  const isShared = (rule: ReadRule) => rule.selector === null && isExported(rule);
  const found =
    mostSpecific(rulesIn(index, clientNamespace), host, isOwn) ??
    (serviceNamespace === null
      ? null
      : mostSpecific(rulesIn(index, serviceNamespace), host, isShared)) ??
    mostSpecific(rulesIn(index, rootNamespace), host, isShared);
  return found === null ? null : merge(forClient(found, question));
}

/** What a look-up reads of a rule. */
interface ReadRule {
  readonly object: ConfigObject;
  /** Its host, fully qualified; may be a wildcard. */
  readonly pattern: string;
  /** `null` for a rule without selector. */
  readonly selector: Readonly<Record<string, string>> | null;
  /** The same for equal selectors; `null` for a rule without. */
  readonly selectorKey: string | null;
  /** Namespaces, `.` for its own, `*` for all; what the mesh says where it says nothing. */
  readonly exportTo: readonly string[];
  /** Exported to its own namespace only. */
  readonly isPrivate: boolean;
}

interface RulesOfNamespace {
  readonly exact: ReadonlyMap<string, readonly ReadRule[]>;
  /** From the longest to the shortest; of one host oldest first. */
  readonly wildcards: readonly ReadRule[];
}

const rulesIn = perTopologyBy((index: TopologyIndex, namespace: string): RulesOfNamespace => {
  const exact = new Map<string, ReadRule[]>();
  const wildcards: ReadRule[] = [];
  for (const object of index.configIn(KIND, namespace)) {
    const rule = readRule(index, object);
    if (rule === null) continue;
    const known = rule.pattern.startsWith('*') ? wildcards : exact.get(rule.pattern);
    if (known === undefined) exact.set(rule.pattern, [rule]);
    else known.push(rule);
  }
  wildcards.sort((a, b) => b.pattern.length - a.pattern.length);
  return { exact, wildcards };
});

function readRule(index: TopologyIndex, object: ConfigObject): ReadRule | null {
  const host = readString(object.spec, 'host');
  if (host === null) return null;
  const selector = selectorOf(object);
  const exportTo = exportOf(index, object);
  return {
    object,
    exportTo,
    pattern: resolveHost(host, object.meta.namespace, index.topology.mesh.clusterDomain),
    selector,
    selectorKey: selector === null ? null : JSON.stringify(Object.entries(selector).sort()),
    isPrivate: exportTo.every((to) => to === '.' || to === object.meta.namespace),
  };
}

/** Of the rules of one host, those with the selector of the first that takes the client, else those without. */
function forClient(
  rules: readonly ReadRule[],
  { clientLabels }: DestinationRuleQuestion,
): readonly ConfigObject[] {
  const taken = rules.find(
    ({ selector }) => selector !== null && selectorMatches(selector, clientLabels),
  );
  const wanted = taken?.selectorKey ?? null;
  return rules.filter(({ selectorKey }) => selectorKey === wanted).map(({ object }) => object);
}

function selectorOf(rule: ConfigObject): Readonly<Record<string, string>> | null {
  const labels = readStringMap(rule.spec, 'workloadSelector', 'matchLabels');
  return labels === null || Object.keys(labels).length === 0 ? null : labels;
}

/** `exportTo` of a rule. Where it says nothing, istiod looks in the mesh-wide default for `.` alone. */
function exportOf(index: TopologyIndex, rule: ConfigObject): readonly string[] {
  const own = readStrings(rule.spec, 'exportTo');
  if (own.length > 0) return own;
  return index.topology.mesh.defaultDestinationRuleExportTo.includes('.') ? ['.'] : ['*'];
}

function isExportedTo({ object, exportTo }: ReadRule, namespace: string): boolean {
  return exportTo.some(
    (to) => to === '*' || to === namespace || (to === '.' && object.meta.namespace === namespace),
  );
}

/** The rules of the most specific host that covers `host`, among those that `isSeen` lets through; `null` for none. */
function mostSpecific(
  rules: RulesOfNamespace,
  host: string,
  isSeen: (rule: ReadRule) => boolean,
): readonly ReadRule[] | null {
  const exact = rules.exact.get(host)?.filter(isSeen) ?? [];
  if (exact.length > 0) return exact;
  const best = rules.wildcards.find(
    (rule) => hostMatches(rule.pattern, host) && isSeen(rule),
  )?.pattern;
  if (best === undefined) return null;
  return rules.wildcards.filter((rule) => rule.pattern === best && isSeen(rule));
}

/** Rules of one host and namespace: subsets are joined, the first of a name wins, and the first policy wins. */
function merge(rules: readonly ConfigObject[]): ResolvedDestinationRule | null {
  const [first] = rules;
  if (first === undefined) return null;
  const exports = exportKey(first);
  const objects = rules.filter((rule) => exportKey(rule) === exports);
  const subsets = new Map<string, SubsetRule>();
  let trafficPolicy: ResolvedDestinationRule['trafficPolicy'] = null;
  for (const object of objects) {
    const policy = readObject(object.spec, 'trafficPolicy');
    if (trafficPolicy === null && policy !== null) trafficPolicy = { policy, object };
    readObjects(object.spec, 'subsets').forEach((subset, position) => {
      const name = readString(subset, 'name');
      if (name === null || subsets.has(name)) return;
      subsets.set(name, {
        name,
        labels: readStringMap(subset, 'labels') ?? {},
        trafficPolicy: readObject(subset, 'trafficPolicy'),
        object,
        position,
      });
    });
  }
  return { objects, trafficPolicy, subsets };
}

function exportKey(rule: ConfigObject): string {
  return [...readStrings(rule.spec, 'exportTo')].sort().join(',');
}
