import {
  arrayOf,
  isObject,
  numberOf,
  objectOf,
  readPath,
  stringMapOf,
  stringOf,
  type JsonObject,
} from '@/demo/kubernetes/json';
import { exportScope, isExportedTo } from '@/demo/traffic/model/export-scope';
import type { ConfigModel, LabelMap, MeshModel } from '@/demo/traffic/model/mesh-model';
import { isSubset } from '@/demo/traffic/model/read-services';
import { parseDurationMs } from '@/demo/traffic/routing/duration';
import { compareHostPatterns, coversHost, qualifyHost } from '@/demo/traffic/routing/host-name';
import type { ClientTlsMode } from '@/demo/traffic/security/tls-outcome';

/** Ejection of endpoints that answer with errors; at least one of the two thresholds is set. */
export interface OutlierPolicy {
  /** Errors in a row of any kind that eject (5xx, and connections that fail); `null`: they do not. */
  readonly consecutive5xx: number | null;
  /** The same for 502, 503 and 504 alone. */
  readonly consecutiveGateway: number | null;
  readonly baseEjectionMs: number;
  /** 0..1; one endpoint may always be ejected. */
  readonly maxEjected: number;
  /** Share of endpoints, 0..1, below which ejection is ignored and all are used (panic); 0: never. */
  readonly minHealthy: number;
}

/** What a DestinationRule makes a client do for one host, subset and port. */
export interface ClientPolicy {
  readonly tls: ClientTlsMode;
  /** Labels that pods must carry; `null` when no subset was asked for. */
  readonly subsetLabels: LabelMap | null;
  /** The subset was asked for and no DestinationRule defines it: the cluster does not exist. */
  readonly subsetMissing: boolean;
  /** Requests a client pod may have in flight; `null` is unlimited. */
  readonly maxConcurrent: number | null;
  /** Connections a client pod may hold; `null` is unlimited. HTTP requests then wait, TCP connections are refused. */
  readonly maxConnections: number | null;
  readonly outlier: OutlierPolicy | null;
}

/** What goes through PassthroughCluster obeys no DestinationRule and is sent as the application sent it. */
export const PASSTHROUGH_POLICY: ClientPolicy = {
  tls: 'DISABLE',
  subsetLabels: null,
  subsetMissing: false,
  maxConcurrent: null,
  maxConnections: null,
  outlier: null,
};

/** The client whose namespace and labels decide which rule is found. */
export interface PolicyClient {
  readonly namespace: string;
  readonly labels: LabelMap;
}

const rulesByNamespace = new WeakMap<MeshModel, Map<string, ConfigModel[]>>();

/** Effective policy: the first of client namespace, service namespace and root namespace that has a rule for the host. */
export function clientPolicy(
  model: MeshModel,
  client: PolicyClient,
  service: { host: string; namespace: string },
  subset: string | null,
  port: number,
): ClientPolicy {
  const rules = findRules(model, client, service);
  const subsets = rules.flatMap((rule) => arrayOf(rule.spec['subsets'])).map(objectOf);
  const chosen = subsets.find((candidate) => subset !== null && candidate['name'] === subset);
  const top = rules.map((rule) => rule.spec['trafficPolicy']).find(isObject) ?? {};
  const policy = { ...forPort(top, port), ...forPort(objectOf(chosen?.['trafficPolicy']), port) };
  return {
    tls: tlsMode(policy),
    subsetLabels: chosen === undefined ? null : stringMapOf(chosen['labels']),
    subsetMissing: subset !== null && chosen === undefined,
    maxConcurrent: maxConcurrent(policy),
    maxConnections: poolLimit(policy, 'tcp', 'maxConnections'),
    outlier: outlierPolicy(policy['outlierDetection']),
  };
}

/** A port-level block stands in for the whole top-level one: what it leaves out is unset, not inherited. */
function forPort(policy: JsonObject, port: number): JsonObject {
  const block = arrayOf(policy['portLevelSettings']).find(
    (candidate) => readPath(candidate, 'port', 'number') === port,
  );
  return block === undefined ? policy : objectOf(block);
}

/** Rules of one namespace for one host, most specific pattern only, oldest first; they are merged by the caller. */
function findRules(
  model: MeshModel,
  client: PolicyClient,
  service: { host: string; namespace: string },
): readonly ConfigModel[] {
  const { rootNamespace } = model.settings;
  const places =
    client.namespace === rootNamespace
      ? [service.namespace, rootNamespace]
      : [client.namespace, service.namespace, rootNamespace];
  for (const namespace of places) {
    const rules = rulesIn(model, namespace, client, service.host);
    if (rules.length > 0) return rules;
  }
  return [];
}

function rulesIn(
  model: MeshModel,
  namespace: string,
  client: PolicyClient,
  host: string,
): readonly ConfigModel[] {
  const patternOf = (rule: ConfigModel): string =>
    qualifyHost(stringOf(rule.spec['host']), rule.namespace, model.settings.clusterDomain);
  const candidates = (ruleIndex(model).get(namespace) ?? []).filter(
    (rule) => coversHost(patternOf(rule), host) && isExported(model, rule, client.namespace),
  );
  const selecting = candidates.filter((rule) => selects(rule, client));
  const usable = selecting.length > 0 ? selecting : candidates.filter((rule) => !hasSelector(rule));
  const best = usable.map(patternOf).sort(compareHostPatterns)[0];
  return usable.filter((rule) => patternOf(rule) === best);
}

function ruleIndex(model: MeshModel): Map<string, ConfigModel[]> {
  let index = rulesByNamespace.get(model);
  if (index === undefined) {
    index = new Map();
    for (const rule of model.destinationRules) {
      const rules = index.get(rule.namespace);
      if (rules === undefined) index.set(rule.namespace, [rule]);
      else rules.push(rule);
    }
    rulesByNamespace.set(model, index);
  }
  return index;
}

function hasSelector(rule: ConfigModel): boolean {
  return isObject(rule.spec['workloadSelector']);
}

function selects(rule: ConfigModel, client: PolicyClient): boolean {
  const labels = stringMapOf(readPath(rule.spec, 'workloadSelector', 'matchLabels'));
  return (
    hasSelector(rule) && rule.namespace === client.namespace && isSubset(labels, client.labels)
  );
}

/** Unlike for routes and services, a default that is neither `.` nor `*` leaves a rule visible to all. */
function isExported(model: MeshModel, rule: ConfigModel, namespace: string): boolean {
  const own = arrayOf(rule.spec['exportTo']).map(stringOf);
  const isPrivate = model.settings.defaultExportTo.destinationRule.includes('.');
  const exported = exportScope(own, [isPrivate ? '.' : '*'], rule.namespace);
  return isExportedTo(exported, namespace);
}

function tlsMode(policy: JsonObject): ClientTlsMode {
  const mode = readPath(policy, 'tls', 'mode');
  if (mode === 'DISABLE' || mode === 'SIMPLE' || mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL')
    return mode;
  return 'AUTO';
}

/** Requests may use every connection and queue up to the pending limit, and never be more than the limit of requests. */
function maxConcurrent(policy: JsonObject): number | null {
  const connections = poolLimit(policy, 'tcp', 'maxConnections');
  const pending = poolLimit(policy, 'http', 'http1MaxPendingRequests');
  const requests = poolLimit(policy, 'http', 'http2MaxRequests') ?? Infinity;
  const queued = connections === null || pending === null ? Infinity : connections + pending;
  const limit = Math.min(requests, queued);
  return Number.isFinite(limit) ? limit : null;
}

/** Istio leaves limits that are not set, or zero, practically unlimited. */
function poolLimit(policy: JsonObject, ...path: string[]): number | null {
  return numberOf(readPath(policy, 'connectionPool', ...path), 0) || null;
}

function outlierPolicy(value: unknown): OutlierPolicy | null {
  if (!isObject(value)) return null;
  const consecutive5xx = numberOf(value['consecutive5xxErrors'], 5) || null;
  const consecutiveGateway = numberOf(value['consecutiveGatewayErrors'], 0) || null;
  if (consecutive5xx === null && consecutiveGateway === null) return null;
  return {
    consecutive5xx,
    consecutiveGateway,
    baseEjectionMs: parseDurationMs(value['baseEjectionTime']) ?? 30_000,
    maxEjected: numberOf(value['maxEjectionPercent'], 10) / 100,
    minHealthy: numberOf(value['minHealthPercent'], 0) / 100,
  };
}
