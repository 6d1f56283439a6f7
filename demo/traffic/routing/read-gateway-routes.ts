import {
  arrayOf,
  numberOf,
  objectOf,
  readPath,
  stringOf,
  type JsonObject,
} from '@/demo/kubernetes/json';
import type { ConfigModel } from '@/demo/traffic/model/mesh-model';
import { parseDurationMs } from '@/demo/traffic/routing/duration';
import type {
  HttpRule,
  RouteMatch,
  RouteRetries,
  RouteTable,
  RouteTarget,
  StringMatch,
} from '@/demo/traffic/routing/route-table';

/** HTTPRoute, GRPCRoute and TCPRoute as route tables: one for each parent (a Service, or a Gateway). */
export function readGatewayRoutes(
  routes: readonly ConfigModel[],
  clusterDomain: string,
): RouteTable[] {
  return routes.flatMap((route) =>
    arrayOf(route.spec['parentRefs']).flatMap((parent) => {
      const table = toTable(route, objectOf(parent), clusterDomain);
      return table === null ? [] : [table];
    }),
  );
}

function toTable(route: ConfigModel, parent: JsonObject, clusterDomain: string): RouteTable | null {
  const parentNamespace = stringOf(parent['namespace']) || route.namespace;
  const attachment = attach(route, parent, parentNamespace, clusterDomain);
  if (attachment === null) return null;
  const rules = arrayOf(route.spec['rules']).map(objectOf);
  const isTcp = route.kind === 'TCPRoute';
  return {
    origin: { kind: route.kind, namespace: route.namespace, name: route.name },
    createdAtMs: route.createdAtMs,
    ...attachment,
    fromGatewayApi: true,
    parentPort: numberOf(parent['port'], 0) || null,
    http: isTcp ? [] : rules.flatMap((rule) => toHttpRules(rule, route, clusterDomain)),
    tcp: isTcp
      ? rules.map((rule) => ({
          matches: [],
          targets: toTargets(rule, route.namespace, clusterDomain),
        }))
      : [],
  };
}

type Attachment = Pick<RouteTable, 'hosts' | 'gateways' | 'exportTo'>;

/** A route beside its Service serves every client (producer), one elsewhere only the clients of its own namespace. */
function attach(
  route: ConfigModel,
  parent: JsonObject,
  parentNamespace: string,
  clusterDomain: string,
): Attachment | null {
  const kind = stringOf(parent['kind']) || 'Gateway';
  const name = stringOf(parent['name']);
  if (kind === 'Service') {
    const isProducer = parentNamespace === route.namespace;
    return {
      hosts: [`${name}.${parentNamespace}.svc.${clusterDomain}`],
      gateways: ['mesh'],
      exportTo: isProducer ? ['*'] : [route.namespace],
    };
  }
  if (kind !== 'Gateway') return null;
  const hosts = arrayOf(route.spec['hostnames']).map(stringOf);
  return {
    hosts: hosts.length === 0 ? ['*'] : hosts,
    gateways: [`gateway-api:${parentNamespace}/${name}`],
    exportTo: ['*'],
  };
}

/** One rule for each match, because Gateway API orders matches, not rules. */
function toHttpRules(rule: JsonObject, route: ConfigModel, clusterDomain: string): HttpRule[] {
  const filters = arrayOf(rule['filters']).map(objectOf);
  const targets = toTargets(rule, route.namespace, clusterDomain);
  const redirect = filters.find((filter) => filter['type'] === 'RequestRedirect');
  const total = targets.reduce((sum, target) => sum + target.weight, 0);
  const retries = toRetries(rule);
  const perTry = parseDurationMs(readPath(rule, 'timeouts', 'backendRequest'));
  const request = parseDurationMs(readPath(rule, 'timeouts', 'request'));
  const base = {
    rootMatches: [],
    action:
      redirect !== undefined
        ? {
            kind: 'respond' as const,
            status: numberOf(readPath(redirect, 'requestRedirect', 'statusCode'), 302),
          }
        : total > 0
          ? { kind: 'forward' as const, targets }
          : { kind: 'respond' as const, status: 500 },
    fault: { delay: null, abort: null },
    timeoutMs: (retries === null ? (request ?? perTry) : request) || null,
    retries,
    mirrors: toMirrors(filters, route.namespace, clusterDomain),
  };
  const matches = arrayOf(rule['matches']).map((match) => toMatch(objectOf(match), route.kind));
  return matches.length === 0
    ? [{ ...base, matches: [] }]
    : matches.map((match) => ({ ...base, matches: [match] }));
}

function toTargets(rule: JsonObject, namespace: string, clusterDomain: string): RouteTarget[] {
  return arrayOf(rule['backendRefs']).map((reference) =>
    toTarget(reference, namespace, clusterDomain),
  );
}

function toTarget(reference: unknown, namespace: string, clusterDomain: string): RouteTarget {
  const name = stringOf(readPath(reference, 'name'));
  const isHost = readPath(reference, 'kind') === 'Hostname';
  const backendNamespace = stringOf(readPath(reference, 'namespace')) || namespace;
  return {
    host: isHost ? name : `${name}.${backendNamespace}.svc.${clusterDomain}`,
    subset: null,
    port: numberOf(readPath(reference, 'port'), 0) || null,
    weight: numberOf(readPath(reference, 'weight'), 1),
  };
}

function toMirrors(
  filters: readonly JsonObject[],
  namespace: string,
  clusterDomain: string,
): HttpRule['mirrors'] {
  return filters
    .filter((filter) => filter['type'] === 'RequestMirror')
    .map((filter) => objectOf(filter['requestMirror']))
    .map((mirror) => ({
      target: toTarget(mirror['backendRef'], namespace, clusterDomain),
      ratio: mirrorRatio(mirror),
    }));
}

function mirrorRatio(mirror: JsonObject): number {
  const numerator = numberOf(readPath(mirror, 'fraction', 'numerator'), -1);
  if (numerator >= 0) return numerator / numberOf(readPath(mirror, 'fraction', 'denominator'), 100);
  return numberOf(mirror['percent'], 100) / 100;
}

function toRetries(rule: JsonObject): RouteRetries | null {
  if (rule['retry'] === undefined) return null;
  const codes = arrayOf(readPath(rule, 'retry', 'codes')).map(String);
  return {
    attempts: numberOf(readPath(rule, 'retry', 'attempts'), 2),
    perTryTimeoutMs: parseDurationMs(readPath(rule, 'timeouts', 'backendRequest')),
    on: new Set(['connect-failure', 'refused-stream', 'unavailable', 'cancelled', ...codes]),
  };
}

function toMatch(match: JsonObject, kind: string): RouteMatch {
  return {
    port: null,
    gateways: null,
    sourceLabels: null,
    sourceNamespace: null,
    uri: kind === 'GRPCRoute' ? grpcPath(match) : httpPath(match),
    ignoreUriCase: false,
    method:
      kind === 'HTTPRoute' && typeof match['method'] === 'string'
        ? { kind: 'exact', value: match['method'] }
        : null,
    authority: null,
    headers: namedMatches(match['headers']),
    withoutHeaders: [],
    queryParams: namedMatches(match['queryParams']),
  };
}

function httpPath(match: JsonObject): StringMatch | null {
  const value = stringOf(readPath(match, 'path', 'value')) || '/';
  const type = stringOf(readPath(match, 'path', 'type')) || 'PathPrefix';
  if (type === 'Exact') return { kind: 'exact', value };
  return { kind: type === 'RegularExpression' ? 'regex' : 'pathPrefix', value };
}

/** `/service/method`, as gRPC puts it into the path. */
function grpcPath(match: JsonObject): StringMatch | null {
  const service = stringOf(readPath(match, 'method', 'service'));
  const method = stringOf(readPath(match, 'method', 'method'));
  if (service === '' && method === '') return null;
  if (service !== '' && method !== '') return { kind: 'exact', value: `/${service}/${method}` };
  return service !== ''
    ? { kind: 'pathPrefix', value: `/${service}` }
    : { kind: 'regex', value: `/[^/]+/${method}` };
}

function namedMatches(value: unknown): (readonly [string, StringMatch])[] {
  return arrayOf(value).map((entry) => [
    stringOf(readPath(entry, 'name')).toLowerCase(),
    {
      kind: readPath(entry, 'type') === 'RegularExpression' ? 'regex' : 'exact',
      value: stringOf(readPath(entry, 'value')),
    },
  ]);
}
