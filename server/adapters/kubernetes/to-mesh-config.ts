import { parse } from 'yaml';
import type { JsonObject } from '@/mesh/json';
import { readObject, readString, readStrings } from '@/mesh/read-json';
import type { MeshConfig } from '@/mesh/topology/topology';

/** Istio's own defaults, for when there is no ConfigMap to read. */
export function defaultMeshConfig(istioNamespace: string): MeshConfig {
  return {
    rootNamespace: istioNamespace,
    trustDomain: 'cluster.local',
    clusterDomain: 'cluster.local',
    enableAutoMtls: true,
    outboundTrafficPolicy: 'ALLOW_ANY',
    defaultVirtualServiceExportTo: ['*'],
    found: false,
  };
}

function parseYaml(text: string): JsonObject | null {
  try {
    return readObject(parse(text) as JsonObject);
  } catch {
    return null;
  }
}

/** Reads the `mesh` key of ConfigMap `istio`. Text that is no YAML object counts as not found. */
export function toMeshConfig(configMap: JsonObject, istioNamespace: string): MeshConfig {
  const defaults = defaultMeshConfig(istioNamespace);
  const mesh = parseYaml(readString(configMap, 'data', 'mesh') ?? '');
  if (mesh === null) return defaults;
  const policy = readString(mesh, 'outboundTrafficPolicy', 'mode');
  const exportTo = readStrings(mesh, 'defaultVirtualServiceExportTo');
  return {
    rootNamespace: readString(mesh, 'rootNamespace') ?? defaults.rootNamespace,
    trustDomain: readString(mesh, 'trustDomain') ?? defaults.trustDomain,
    clusterDomain: readString(mesh, 'proxyDomain') ?? defaults.clusterDomain,
    enableAutoMtls: mesh['enableAutoMtls'] !== false,
    defaultVirtualServiceExportTo:
      exportTo.length > 0 ? exportTo : defaults.defaultVirtualServiceExportTo,
    outboundTrafficPolicy: policy === 'REGISTRY_ONLY' ? 'REGISTRY_ONLY' : 'ALLOW_ANY',
    found: true,
  };
}
