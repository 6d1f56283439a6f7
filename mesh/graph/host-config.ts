import { hostMatches, resolveHost } from '@/mesh/topology/hosts';
import { readNumber, readObject, readObjects, readString, readStrings } from '@/mesh/read-json';
import { perspectivesOf } from '@/mesh/topology/perspective';
import { perTopology, perTopologyBy } from '@/mesh/topology/per-topology';
import { refOf } from '@/mesh/topology/object';
import { sortRefs, type KeyedRef } from '@/mesh/graph/keyed-ref';
import { GATEWAY_ROUTES, readRouteRules } from '@/mesh/splits/read-route-rules';
import { routeScope } from '@/mesh/splits/route-scope';
import type { ConfigObject, ObjectRef } from '@/mesh/topology/object';
import type { JsonObject } from '@/mesh/json';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** Objects that act on a host, and the badges that they earn it. */
export interface HostConfig {
  readonly refs: readonly KeyedRef[];
  readonly badges: readonly string[];
}

interface HostRule {
  readonly ref: ObjectRef;
  readonly badges: readonly string[];
}

interface HostRules {
  readonly exact: ReadonlyMap<string, readonly HostRule[]>;
  readonly wildcards: readonly { readonly pattern: string; readonly rule: HostRule }[];
}

/**
 * VirtualServices, Gateway API routes, DestinationRules and ServiceEntries that name a host (FQDN), wildcards included.
 * Routes act on the hosts that they claim and on those that they send traffic to. Of several clusters, those of each.
 */
export const hostConfig = perTopologyBy((index: TopologyIndex, host: string): HostConfig => {
  const acting = perspectivesOf(index)
    .map(rulesOf)
    .flatMap((rules) => [
      ...(rules.exact.get(host) ?? []),
      ...rules.wildcards.flatMap(({ pattern, rule }) => (hostMatches(pattern, host) ? [rule] : [])),
    ]);
  return {
    refs: sortRefs(acting.map(({ ref }) => ref)),
    badges: [...new Set(acting.flatMap(({ badges }) => badges))],
  };
});

const rulesOf = perTopology((index): HostRules => {
  const exact = new Map<string, HostRule[]>();
  const wildcards: { pattern: string; rule: HostRule }[] = [];
  const add = (hosts: Iterable<string>, rule: HostRule): void => {
    for (const host of new Set(hosts)) {
      if (host === '*' || host === '') continue;
      if (host.startsWith('*')) wildcards.push({ pattern: host, rule });
      else exact.set(host, [...(exact.get(host) ?? []), rule]);
    }
  };
  const { clusterDomain } = index.topology.mesh;
  for (const kind of ['networking.istio.io/VirtualService', ...Object.keys(GATEWAY_ROUTES)]) {
    for (const object of index.config(kind)) {
      const destinations = readRouteRules(object, clusterDomain).flatMap(
        (rule) => rule.destinations,
      );
      const hosts = [...routeScope(index, object).hosts, ...destinations.map(({ fqdn }) => fqdn)];
      add(hosts, { ref: refOf(object), badges: routeBadges(object) });
    }
  }
  for (const object of index.config('networking.istio.io/DestinationRule')) {
    const host = resolveHost(
      readString(object.spec, 'host') ?? '',
      object.meta.namespace,
      clusterDomain,
    );
    add([host], {
      ref: refOf(object),
      badges: hasCircuitBreaker(object) ? ['circuit-breaker'] : [],
    });
  }
  for (const object of index.config('networking.istio.io/ServiceEntry')) {
    add(readStrings(object.spec, 'hosts'), { ref: refOf(object), badges: [] });
  }
  return { exact, wildcards };
});

function routeBadges(object: ConfigObject): readonly string[] {
  return object.kind === 'VirtualService' ? istioBadges(object) : gatewayBadges(object);
}

function istioBadges(object: ConfigObject): readonly string[] {
  const badges = new Set(['virtual-service']);
  for (const rule of readObjects(object.spec, 'http')) {
    if (readObject(rule, 'fault') !== null) badges.add('fault-injection');
    if (readObject(rule, 'mirror') !== null || readObjects(rule, 'mirrors').length > 0)
      badges.add('mirror');
    if (readString(rule, 'timeout') !== null) badges.add('timeout');
    const retries = readObject(rule, 'retries');
    if (retries !== null && readNumber(retries, 'attempts') !== 0) badges.add('retry');
  }
  return [...badges];
}

function gatewayBadges(object: ConfigObject): readonly string[] {
  const badges = new Set<string>();
  for (const rule of readObjects(object.spec, 'rules')) {
    if (readObject(rule, 'timeouts') !== null) badges.add('timeout');
    if (readObject(rule, 'retry') !== null) badges.add('retry');
    const filters = readObjects(rule, 'filters');
    if (filters.some((filter) => readString(filter, 'type') === 'RequestMirror'))
      badges.add('mirror');
  }
  return [...badges];
}

/** Limits or outlier detection anywhere: at the top, for a port, or for a subset. */
function hasCircuitBreaker(object: ConfigObject): boolean {
  const policies = [
    readObject(object.spec, 'trafficPolicy'),
    ...readObjects(object.spec, 'subsets').map((subset) => readObject(subset, 'trafficPolicy')),
  ].filter((policy) => policy !== null);
  return policies.some((policy) =>
    [policy, ...readObjects(policy, 'portLevelSettings')].some(breaks),
  );
}

function breaks(policy: JsonObject): boolean {
  return (
    readObject(policy, 'connectionPool') !== null || readObject(policy, 'outlierDetection') !== null
  );
}
