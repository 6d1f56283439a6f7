import { ANY_CLIENT, readClientMatches } from '@/mesh/splits/client-match';
import { ruleText } from '@/mesh/splits/rule-text';
import { describeGatewayMatches, describeIstioMatches } from '@/mesh/splits/describe-matches';
import { readList, readNumber, readObject, readObjects, readString } from '@/mesh/read-json';
import { resolveHost, serviceFqdn } from '@/mesh/topology/hosts';
import type { JsonObject, JsonValue } from '@/mesh/json';
import type { ClientMatch } from '@/mesh/splits/client-match';
import type { ConfigObject } from '@/mesh/topology/object';
import type { SplitMirror, TrafficSplit } from '@/mesh/splits/split';

/** A destination as the object writes it. */
export interface RouteDestination {
  readonly index: number;
  readonly host: string;
  readonly fqdn: string;
  readonly subset: string | null;
  readonly port: number | null;
  /** `null`: the field is absent. */
  readonly weight: number | null;
}

/** A rule of a route object, whichever API it is of. */
export interface RouteRule {
  readonly pointer: string;
  readonly index: number;
  readonly count: number;
  readonly name: string | null;
  /** See {@link ruleText}. */
  readonly text: string;
  readonly protocol: TrafficSplit['protocol'];
  /** Empty: takes everything that is left. */
  readonly matches: readonly string[];
  /** What the matches say of clients; a client whom none fits never takes the rule. */
  readonly clients: readonly ClientMatch[];
  readonly destinations: readonly RouteDestination[];
  /** With the resolved host beside what {@link SplitMirror} shows. */
  readonly mirrors: readonly (SplitMirror & { readonly fqdn: string })[];
}

/** The route kinds that carry weights, as `group/Kind`, with the protocol of their rules. */
export const GATEWAY_ROUTES = {
  'gateway.networking.k8s.io/HTTPRoute': 'http',
  'gateway.networking.k8s.io/GRPCRoute': 'grpc',
  'gateway.networking.k8s.io/TLSRoute': 'tls',
  'gateway.networking.k8s.io/TCPRoute': 'tcp',
} as const;

/** True when `weight` follows Gateway API (absent counts 1), false for Istio's own API. */
export function isGatewayRoute(object: { readonly group: string }): boolean {
  return object.group === 'gateway.networking.k8s.io';
}

const rulesByObject = new WeakMap<
  ConfigObject,
  { readonly clusterDomain: string; readonly rules: readonly RouteRule[] }
>();

/**
 * Every rule of a VirtualService, HTTPRoute, GRPCRoute, TLSRoute or TCPRoute, in order; none for other kinds. Read once
 * for each object, which several questions ask about, and which stays the same when others of the cluster change.
 */
export function readRouteRules(object: ConfigObject, clusterDomain: string): readonly RouteRule[] {
  const known = rulesByObject.get(object);
  if (known !== undefined && known.clusterDomain === clusterDomain) return known.rules;
  const rules = rulesOf(object, clusterDomain);
  rulesByObject.set(object, { clusterDomain, rules });
  return rules;
}

function rulesOf(object: ConfigObject, clusterDomain: string): readonly RouteRule[] {
  if (object.kind === 'VirtualService') {
    return (['http', 'tls', 'tcp'] as const).flatMap((protocol) =>
      readList(object.spec, protocol).map((rule, index, all) =>
        istioRule({ object, clusterDomain, protocol, rule, index, count: all.length }),
      ),
    );
  }
  const kind = `${object.group}/${object.kind}`;
  if (!isGatewayRouteKind(kind)) return [];
  const protocol = GATEWAY_ROUTES[kind];
  return readList(object.spec, 'rules').map((rule, index, all) =>
    gatewayRule({ object, clusterDomain, protocol, rule, index, count: all.length }),
  );
}

function isGatewayRouteKind(kind: string): kind is keyof typeof GATEWAY_ROUTES {
  return Object.hasOwn(GATEWAY_ROUTES, kind);
}

interface RulePlace {
  readonly object: ConfigObject;
  readonly clusterDomain: string;
  readonly protocol: TrafficSplit['protocol'];
  readonly rule: JsonValue;
  readonly index: number;
  readonly count: number;
}

function istioRule(place: RulePlace): RouteRule {
  const { object, clusterDomain, protocol, rule, index, count } = place;
  const namespace = object.meta.namespace;
  return {
    pointer: `/spec/${protocol}/${index}`,
    index,
    count,
    name: readString(rule, 'name'),
    text: ruleText(readObject(rule) ?? {}),
    protocol,
    matches: describeIstioMatches(readObjects(rule, 'match')),
    clients: readClientMatches(readObjects(rule, 'match'), namespace),
    destinations: readList(rule, 'route').map((route, position) => {
      const host = readString(route, 'destination', 'host') ?? '';
      return {
        index: position,
        host,
        fqdn: resolveHost(host, namespace, clusterDomain),
        subset: readString(route, 'destination', 'subset') || null,
        port: readNumber(route, 'destination', 'port', 'number'),
        weight: readNumber(route, 'weight'),
      };
    }),
    mirrors: protocol === 'http' ? istioMirrors(rule, namespace, clusterDomain) : [],
  };
}

function istioMirrors(
  rule: JsonValue,
  namespace: string,
  clusterDomain: string,
): RouteRule['mirrors'] {
  const single = readObject(rule, 'mirror');
  const listed = readObjects(rule, 'mirrors').map((mirror) => ({
    destination: readObject(mirror, 'destination'),
    percent: readNumber(mirror, 'percentage', 'value') ?? 100,
  }));
  const percent = readNumber(rule, 'mirrorPercentage', 'value') ?? 100;
  const all = single === null ? listed : [{ destination: single, percent }, ...listed];
  return all.map((mirror) => {
    const host = readString(mirror.destination ?? undefined, 'host') ?? '';
    return {
      host,
      fqdn: resolveHost(host, namespace, clusterDomain),
      subset: readString(mirror.destination ?? undefined, 'subset') || null,
      percent: mirror.percent,
    };
  });
}

function gatewayRule(place: RulePlace): RouteRule {
  const { object, clusterDomain, protocol, rule, index, count } = place;
  const namespace = object.meta.namespace;
  const matches = describeGatewayMatches(readObjects(rule, 'matches'));
  return {
    pointer: `/spec/rules/${index}`,
    index,
    count,
    name: readString(rule, 'name'),
    text: ruleText(readObject(rule) ?? {}),
    protocol,
    matches,
    clients: [{ ...ANY_CLIENT, isTotal: matches.length === 0 }],
    destinations: readList(rule, 'backendRefs').map((ref, position) => ({
      index: position,
      host: readString(ref, 'name') ?? '',
      fqdn: backendHost(readObject(ref) ?? {}, namespace, clusterDomain),
      subset: null,
      port: readNumber(ref, 'port'),
      weight: readNumber(ref, 'weight'),
    })),
    mirrors: gatewayMirrors(rule, namespace, clusterDomain),
  };
}

/** Istio also takes the kinds `Hostname` and `ServiceEntry`, whose name is a host. */
function backendHost(ref: JsonObject, namespace: string, clusterDomain: string): string {
  const name = readString(ref, 'name') ?? '';
  const kind = readString(ref, 'kind') ?? 'Service';
  if (kind !== 'Service') return name.toLowerCase();
  return serviceFqdn(name, readString(ref, 'namespace') ?? namespace, clusterDomain);
}

function gatewayMirrors(
  rule: JsonValue,
  namespace: string,
  clusterDomain: string,
): RouteRule['mirrors'] {
  return readObjects(rule, 'filters').flatMap((filter) => {
    const mirror = readObject(filter, 'requestMirror');
    const ref = readObject(mirror ?? undefined, 'backendRef');
    if (readString(filter, 'type') !== 'RequestMirror' || mirror === null || ref === null)
      return [];
    const numerator = readNumber(mirror, 'fraction', 'numerator');
    const fraction =
      numerator === null
        ? null
        : numerator / (readNumber(mirror, 'fraction', 'denominator') ?? 100);
    const percent = readNumber(mirror, 'percent') ?? (fraction === null ? 100 : fraction * 100);
    const host = readString(ref, 'name') ?? '';
    return [{ host, fqdn: backendHost(ref, namespace, clusterDomain), subset: null, percent }];
  });
}
