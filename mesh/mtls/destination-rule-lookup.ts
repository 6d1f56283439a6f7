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
 * `null` when none applies.
 */
export function lookUpDestinationRule(
  index: TopologyIndex,
  question: DestinationRuleQuestion,
): ResolvedDestinationRule | null {
  const { clientNamespace, serviceNamespace } = question;
  const { rootNamespace } = index.topology.mesh;
  const isRootClient = clientNamespace === rootNamespace;
  const own = index
    .configIn(KIND, clientNamespace)
    .filter((rule) => (isRootClient ? isPrivate(rule) : isExported(rule, clientNamespace)));
  const shared = (namespace: string) =>
    index
      .configIn(KIND, namespace)
      .filter((rule) => selectorOf(rule) === null && isExported(rule, clientNamespace));
  const steps: (readonly ConfigObject[])[] = [own];
  if (serviceNamespace !== null) steps.push(shared(serviceNamespace));
  steps.push(shared(rootNamespace));
  for (const rules of steps) {
    const matching = mostSpecific(index, rules, question.host);
    if (matching.length > 0) return merge(forClient(matching, question));
  }
  return null;
}

/** Of the rules of one host, those with the selector of the first that takes the client, else those without. */
function forClient(
  rules: readonly ConfigObject[],
  question: DestinationRuleQuestion,
): readonly ConfigObject[] {
  const taken = rules.find((rule) => selectorOf(rule) !== null && takes(rule, question));
  const selector = taken === undefined ? null : selectorKey(taken);
  return rules.filter((rule) => selectorKey(rule) === selector);
}

/** `null` for a rule without selector. */
function selectorKey(rule: ConfigObject): string | null {
  const selector = selectorOf(rule);
  return selector === null ? null : JSON.stringify(Object.entries(selector).sort());
}

function selectorOf(rule: ConfigObject): Readonly<Record<string, string>> | null {
  const labels = readStringMap(rule.spec, 'workloadSelector', 'matchLabels');
  return labels === null || Object.keys(labels).length === 0 ? null : labels;
}

function takes(rule: ConfigObject, question: DestinationRuleQuestion): boolean {
  return selectorMatches(selectorOf(rule) ?? {}, question.clientLabels);
}

function isPrivate(rule: ConfigObject): boolean {
  const exportTo = readStrings(rule.spec, 'exportTo');
  return exportTo.length > 0 && exportTo.every((to) => to === '.' || to === rule.meta.namespace);
}

/** True when `exportTo` lets `namespace` see the object; an absent list exports to all. */
export function isExported(object: ConfigObject, namespace: string): boolean {
  const exportTo = readStrings(object.spec, 'exportTo');
  if (exportTo.length === 0) return true;
  return exportTo.some(
    (to) => to === '*' || to === namespace || (to === '.' && object.meta.namespace === namespace),
  );
}

function mostSpecific(
  index: TopologyIndex,
  rules: readonly ConfigObject[],
  host: string,
): readonly ConfigObject[] {
  let best: string | null = null;
  let found: ConfigObject[] = [];
  for (const rule of rules) {
    const pattern = hostOf(index, rule);
    if (pattern === null || !hostMatches(pattern, host)) continue;
    if (best === null || isMoreSpecific(pattern, best)) {
      best = pattern;
      found = [rule];
    } else if (pattern === best) found.push(rule);
  }
  return found;
}

function hostOf(index: TopologyIndex, rule: ConfigObject): string | null {
  const host = readString(rule.spec, 'host');
  const { clusterDomain } = index.topology.mesh;
  return host === null ? null : resolveHost(host, rule.meta.namespace, clusterDomain);
}

function isMoreSpecific(pattern: string, than: string): boolean {
  const isExact = !pattern.startsWith('*');
  const wasExact = !than.startsWith('*');
  return isExact === wasExact ? pattern.length > than.length : isExact;
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
