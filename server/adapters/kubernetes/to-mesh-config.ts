import { parse } from 'yaml';
import type { JsonObject } from '@/mesh/json';
import { readObject, readObjects, readString, readStrings } from '@/mesh/read-json';
import type { MeshConfig } from '@/mesh/topology/topology';

/** Istio's own defaults, for when there is no ConfigMap to read. */
export function defaultMeshConfig(istioNamespace: string): MeshConfig {
  return {
    rootNamespace: istioNamespace,
    trustDomain: 'cluster.local',
    trustDomainAliases: [],
    skipsTrustDomainCheck: null,
    protocolDetectionTimeoutMs: 0,
    clusterDomain: 'cluster.local',
    enableAutoMtls: true,
    outboundTrafficPolicy: 'ALLOW_ANY',
    defaultVirtualServiceExportTo: ['*'],
    defaultDestinationRuleExportTo: ['*'],
    found: false,
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A duration as Go writes it (`100ms`, `1m30s`), in milliseconds; `null` for anything else. */
function goDurationMs(text: string | null): number | null {
  if (text === null || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return null;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(h|ms|m|s)/g)) {
    sum += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return sum;
}

function parseYaml(text: string): JsonObject | null {
  try {
    return readObject(parse(text) as JsonObject);
  } catch {
    return null;
  }
}

/** A field of the mesh config that says what an absent `exportTo` counts as; absent or empty, that is public. */
function defaultExport(mesh: JsonObject, field: string): readonly string[] {
  const exportTo = readStrings(mesh, field);
  return exportTo.length > 0 ? exportTo : ['*'];
}

/** Reads the `mesh` key of ConfigMap `istio`. Text that is no YAML object counts as not found. */
export function toMeshConfig(configMap: JsonObject, istioNamespace: string): MeshConfig {
  const defaults = defaultMeshConfig(istioNamespace);
  const mesh = parseYaml(readString(configMap, 'data', 'mesh') ?? '');
  if (mesh === null) return defaults;
  const policy = readString(mesh, 'outboundTrafficPolicy', 'mode');
  return {
    rootNamespace: readString(mesh, 'rootNamespace') ?? defaults.rootNamespace,
    trustDomain: readString(mesh, 'trustDomain') ?? defaults.trustDomain,
    trustDomainAliases: [
      ...readStrings(mesh, 'trustDomainAliases'),
      ...readObjects(mesh, 'caCertificates').flatMap((ca) => readStrings(ca, 'trustDomains')),
    ],
    skipsTrustDomainCheck: defaults.skipsTrustDomainCheck,
    protocolDetectionTimeoutMs: goDurationMs(readString(mesh, 'protocolDetectionTimeout')) ?? 0,
    clusterDomain: readString(mesh, 'proxyDomain') ?? defaults.clusterDomain,
    enableAutoMtls: mesh['enableAutoMtls'] !== false,
    defaultVirtualServiceExportTo: defaultExport(mesh, 'defaultVirtualServiceExportTo'),
    defaultDestinationRuleExportTo: defaultExport(mesh, 'defaultDestinationRuleExportTo'),
    outboundTrafficPolicy: policy === 'REGISTRY_ONLY' ? 'REGISTRY_ONLY' : 'ALLOW_ANY',
    found: true,
  };
}
