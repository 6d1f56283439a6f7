import { parse } from 'yaml';
import type { ClusterReader } from '@/demo/kubernetes/cluster-reader';
import {
  arrayOf,
  isObject,
  numberOf,
  objectOf,
  readPath,
  stringOf,
  type JsonObject,
} from '@/demo/kubernetes/json';
import type { ExternalAuthorizer, MeshSettings } from '@/demo/traffic/model/mesh-model';

/** The mesh-wide settings of ConfigMap `istio`, with Istio's defaults for what it does not say. */
export function readSettings(reader: ClusterReader): MeshSettings {
  const configMap = reader
    .list('', 'ConfigMap')
    .find(({ metadata }) => metadata.name === 'istio' && metadata.namespace === 'istio-system');
  const mesh = parseYaml(stringOf(readPath(configMap, 'data', 'mesh')));
  return {
    rootNamespace: stringOf(mesh['rootNamespace']) || 'istio-system',
    trustDomain: stringOf(mesh['trustDomain']) || 'cluster.local',
    clusterDomain: 'cluster.local',
    enableAutoMtls: mesh['enableAutoMtls'] !== false,
    registryOnly: readPath(mesh, 'outboundTrafficPolicy', 'mode') === 'REGISTRY_ONLY',
    defaultExportTo: {
      service: exportToOf(mesh['defaultServiceExportTo']),
      virtualService: exportToOf(mesh['defaultVirtualServiceExportTo']),
      destinationRule: exportToOf(mesh['defaultDestinationRuleExportTo']),
    },
    authorizers: new Map(arrayOf(mesh['extensionProviders']).flatMap(toAuthorizer)),
  };
}

function exportToOf(value: unknown): readonly string[] {
  const names = arrayOf(value).map(stringOf);
  return names.length === 0 ? ['*'] : names;
}

/** Providers of other kinds (tracing, access logs) authorize nothing. */
function toAuthorizer(provider: unknown): [string, ExternalAuthorizer][] {
  const name = stringOf(readPath(provider, 'name'));
  const http = readPath(provider, 'envoyExtAuthzHttp');
  if (isObject(http)) return [[name, authorizer('http', http)]];
  const grpc = readPath(provider, 'envoyExtAuthzGrpc');
  return isObject(grpc) ? [[name, authorizer('grpc', grpc)]] : [];
}

function authorizer(protocol: 'http' | 'grpc', config: JsonObject): ExternalAuthorizer {
  const shown = [
    ...arrayOf(config['includeRequestHeadersInCheck']),
    ...arrayOf(config['includeHeadersInCheck']),
  ];
  return {
    protocol,
    host: stringOf(config['service']).split('/').at(-1) ?? '',
    port: numberOf(config['port'], 0),
    failOpen: config['failOpen'] === true,
    statusOnError: Number(stringOf(config['statusOnError'])) || 403,
    headers: protocol === 'grpc' ? null : shown.map((header) => stringOf(header).toLowerCase()),
  };
}

/** A ConfigMap that does not parse leaves istiod with its last good values; here, with the defaults. */
function parseYaml(text: string): JsonObject {
  try {
    return objectOf(parse(text));
  } catch {
    return {};
  }
}
