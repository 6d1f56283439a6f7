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
import type { ConfigModel, MeshSettings } from '@/demo/traffic/model/mesh-model';
import { parseDurationMs } from '@/demo/traffic/routing/duration';
import { qualifyHost } from '@/demo/traffic/routing/host-name';
import type {
  HttpRule,
  RouteAction,
  RouteFault,
  RouteMatch,
  RouteRetries,
  RouteTable,
  RouteTarget,
  StringMatch,
  TcpRule,
} from '@/demo/traffic/routing/route-table';
import { parseStringMatch } from '@/demo/traffic/routing/string-match';

/** VirtualServices as route tables, oldest first; those without hosts are delegates and only used through others. */
export function readVirtualServices(
  objects: readonly ConfigModel[],
  settings: MeshSettings,
): RouteTable[] {
  const reader = new Reader(objects, settings);
  return objects
    .filter((object) => arrayOf(object.spec['hosts']).length > 0)
    .map((object) => reader.table(object));
}

class Reader {
  constructor(
    private readonly objects: readonly ConfigModel[],
    private readonly settings: MeshSettings,
  ) {}

  table(object: ConfigModel): RouteTable {
    const { spec, namespace } = object;
    const gateways = arrayOf(spec['gateways']).map((name) =>
      gatewayName(stringOf(name), namespace),
    );
    return {
      origin: { kind: object.kind, namespace, name: object.name },
      createdAtMs: object.createdAtMs,
      hosts: arrayOf(spec['hosts']).map((host) => this.qualify(stringOf(host), namespace)),
      gateways: gateways.length === 0 ? ['mesh'] : gateways,
      exportTo: this.exportTo(object),
      fromGatewayApi: false,
      parentPort: null,
      http: arrayOf(spec['http']).flatMap((rule) => this.httpRules(objectOf(rule), namespace)),
      tcp: [...arrayOf(spec['tls']), ...arrayOf(spec['tcp'])].map((rule) =>
        this.tcpRule(objectOf(rule), namespace),
      ),
    };
  }

  /** One rule, or for a `delegate` the rules of the delegate with this rule's matches and settings on top. */
  private httpRules(rule: JsonObject, namespace: string): HttpRule[] {
    if (!isObject(rule['delegate'])) return [this.httpRule(rule, namespace, [])];
    const delegateNamespace = stringOf(rule['delegate']['namespace']) || namespace;
    const delegate = this.objects.find(
      (object) =>
        object.name === readPath(rule, 'delegate', 'name') &&
        object.namespace === delegateNamespace &&
        arrayOf(object.spec['hosts']).length === 0 &&
        isExportedTo(this.exportTo(object), namespace),
    );
    const rootMatches = arrayOf(rule['match']).map((match) =>
      readMatch(objectOf(match), namespace),
    );
    return arrayOf(delegate?.spec['http']).map((inner) =>
      this.httpRule(inherit(objectOf(inner), rule), delegateNamespace, rootMatches),
    );
  }

  private httpRule(
    rule: JsonObject,
    namespace: string,
    rootMatches: readonly RouteMatch[],
  ): HttpRule {
    return {
      matches: arrayOf(rule['match']).map((match) => readMatch(objectOf(match), namespace)),
      rootMatches,
      action: this.action(rule, namespace),
      fault: readFault(rule),
      timeoutMs: parseDurationMs(rule['timeout']) || null,
      retries: readRetries(rule['retries']),
      mirrors: this.mirrors(rule, namespace),
    };
  }

  private action(rule: JsonObject, namespace: string): RouteAction {
    if (isObject(rule['redirect'])) {
      return { kind: 'respond', status: numberOf(rule['redirect']['redirectCode'], 301) };
    }
    if (isObject(rule['directResponse'])) {
      return { kind: 'respond', status: numberOf(rule['directResponse']['status'], 200) };
    }
    return { kind: 'forward', targets: this.targets(rule['route'], namespace) };
  }

  private tcpRule(rule: JsonObject, namespace: string): TcpRule {
    return {
      matches: arrayOf(rule['match']).map((match) => readMatch(objectOf(match), namespace)),
      targets: this.targets(rule['route'], namespace),
    };
  }

  /** A single destination takes everything whatever its weight; among several, those without weight take nothing. */
  private targets(route: unknown, namespace: string): RouteTarget[] {
    const entries = arrayOf(route).map(objectOf);
    return entries.map((entry) => ({
      ...this.destination(entry['destination'], namespace),
      weight: entries.length === 1 ? 1 : numberOf(entry['weight'], 0),
    }));
  }

  private destination(value: unknown, namespace: string): Omit<RouteTarget, 'weight'> {
    const port = numberOf(readPath(value, 'port', 'number'), 0);
    return {
      host: this.qualify(stringOf(readPath(value, 'host')), namespace),
      subset: stringOf(readPath(value, 'subset')) || null,
      port: port === 0 ? null : port,
    };
  }

  private mirrors(rule: JsonObject, namespace: string): HttpRule['mirrors'] {
    const single = isObject(rule['mirror'])
      ? [{ destination: rule['mirror'], percentage: rule['mirrorPercentage'] }]
      : [];
    return [...single, ...arrayOf(rule['mirrors']).map(objectOf)].map((mirror) => ({
      target: { ...this.destination(mirror.destination, namespace), weight: 1 },
      ratio: numberOf(readPath(mirror.percentage, 'value'), 100) / 100,
    }));
  }

  private exportTo({ spec, namespace }: ConfigModel): readonly string[] {
    const own = arrayOf(spec['exportTo']).map(stringOf);
    return exportScope(own, this.settings.defaultExportTo.virtualService, namespace);
  }

  private qualify(host: string, namespace: string): string {
    return qualifyHost(host, namespace, this.settings.clusterDomain);
  }
}

function gatewayName(name: string, namespace: string): string {
  if (name === 'mesh') return name;
  if (name.startsWith('./')) return `${namespace}/${name.slice(2)}`;
  return name.includes('/') ? name : `${namespace}/${name}`;
}

/** Settings that a delegate rule leaves out come from the root rule. */
function inherit(inner: JsonObject, root: JsonObject): JsonObject {
  const inherited = ['timeout', 'retries', 'fault', 'mirror', 'mirrors', 'mirrorPercentage'];
  return { ...Object.fromEntries(inherited.map((key) => [key, root[key]])), ...inner };
}

function readMatch(match: JsonObject, namespace: string): RouteMatch {
  const gateways = arrayOf(match['gateways']).map((name) => gatewayName(stringOf(name), namespace));
  const sourceLabels = stringMapOf(match['sourceLabels']);
  return {
    port: numberOf(match['port'], 0) || null,
    gateways: gateways.length === 0 ? null : gateways,
    sourceLabels: Object.keys(sourceLabels).length === 0 ? null : sourceLabels,
    sourceNamespace: stringOf(match['sourceNamespace']) || null,
    uri: parseStringMatch(match['uri']),
    ignoreUriCase: match['ignoreUriCase'] === true,
    method: parseStringMatch(match['method']),
    authority: parseStringMatch(match['authority']),
    headers: namedMatches(match['headers']),
    withoutHeaders: namedMatches(match['withoutHeaders']),
    queryParams: namedMatches(match['queryParams']),
  };
}

function namedMatches(value: unknown): (readonly [string, StringMatch])[] {
  return Object.entries(objectOf(value)).map(([name, match]) => [
    name.toLowerCase(),
    parseStringMatch(match) ?? { kind: 'present', value: '' },
  ]);
}

function readFault(rule: JsonObject): RouteFault {
  const delay = readPath(rule, 'fault', 'delay');
  const abort = readPath(rule, 'fault', 'abort');
  return {
    delay: isObject(delay)
      ? { ms: parseDurationMs(delay['fixedDelay']) ?? 0, ratio: faultRatio(delay) }
      : null,
    abort: isObject(abort)
      ? {
          httpStatus: numberOf(abort['httpStatus'], 0) || null,
          grpcStatus: grpcStatusNumber(abort['grpcStatus']),
          ratio: faultRatio(abort),
        }
      : null,
  };
}

function faultRatio(fault: JsonObject): number {
  return numberOf(readPath(fault, 'percentage', 'value'), numberOf(fault['percent'], 100)) / 100;
}

const GRPC_STATUS_NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

function grpcStatusNumber(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const index = GRPC_STATUS_NAMES.indexOf(value);
  return index >= 0 ? index : Number.isInteger(Number(value)) ? Number(value) : null;
}

function readRetries(value: unknown): RouteRetries | null {
  if (!isObject(value)) return null;
  const on = stringOf(value['retryOn']) || 'connect-failure,refused-stream,unavailable,cancelled';
  return {
    attempts: numberOf(value['attempts'], 0),
    perTryTimeoutMs: parseDurationMs(value['perTryTimeout']),
    on: new Set(on.split(',').map((condition) => condition.trim())),
  };
}
