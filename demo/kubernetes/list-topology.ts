import type { ResourceType } from '@/demo/kubernetes/resource-type';

/** How the items of one list are told apart. */
export interface ListKeys {
  /** The one key that strategic merge patches go by. */
  readonly patchMergeKey: string;
  /** The keys that server-side apply goes by. */
  readonly mapKeys: readonly string[];
}

function by(key: string, ...mapKeys: readonly string[]): ListKeys {
  return { patchMergeKey: key, mapKeys: mapKeys.length === 0 ? [key] : mapKeys };
}

/*
 * Facts of the Kubernetes API types (patchMergeKey, listType, listMapKey) for the kinds that are served. The schema
 * packages do not carry them.
 */
const EVERYWHERE: Readonly<Record<string, ListKeys>> = { 'metadata.ownerReferences': by('uid') };

const BUILT_IN: Readonly<Record<string, ListKeys>> = { 'status.conditions': by('type') };

const CONTAINER: Readonly<Record<string, ListKeys>> = {
  env: by('name'),
  ports: by('containerPort', 'containerPort', 'protocol'),
  volumeMounts: by('mountPath'),
  volumeDevices: by('devicePath'),
};

const POD_SPEC: Readonly<Record<string, ListKeys>> = {
  containers: by('name'),
  initContainers: by('name'),
  ephemeralContainers: by('name'),
  volumes: by('name'),
  imagePullSecrets: by('name'),
  hostAliases: by('ip'),
  resourceClaims: by('name'),
  topologySpreadConstraints: by('topologyKey', 'topologyKey', 'whenUnsatisfiable'),
  ...Object.fromEntries(
    ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) =>
      Object.entries(CONTAINER).map(([field, keys]) => [`${list}.${field}`, keys]),
    ),
  ),
};

const OF_KIND: Readonly<Record<string, Readonly<Record<string, ListKeys>>>> = {
  '/Service': { 'spec.ports': by('port', 'port', 'protocol') },
  '/ServiceAccount': { secrets: by('name'), imagePullSecrets: by('name') },
  '/Pod': { 'status.podIPs': by('ip'), 'status.hostIPs': by('ip') },
  '/Node': { 'status.addresses': by('type'), 'spec.taints': by('key', 'key', 'effect') },
  'gateway.networking.k8s.io/Gateway': {
    'spec.listeners': by('name'),
    'status.listeners': by('name'),
    'status.listeners.conditions': by('type'),
    'status.conditions': by('type'),
  },
  'gateway.networking.k8s.io/GatewayClass': { 'status.conditions': by('type') },
};

const ATOMIC_MAPS = [
  'spec.selector',
  'nodeSelector',
  'spec.podSelector',
  'valueFrom.fieldRef',
  'valueFrom.configMapKeyRef',
  'valueFrom.secretKeyRef',
  'claimRef',
];

function podPath(type: ResourceType, path: string): string | null {
  const prefix = type.kind === 'Pod' ? 'spec.' : 'spec.template.spec.';
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}

/**
 * The keys of a list at a path of field names (list positions left out); `null` for a list that is replaced as a whole.
 */
export function listKeysAt(type: ResourceType, path: readonly string[]): ListKeys | null {
  const joined = path.join('.');
  const own = OF_KIND[`${type.group}/${type.kind}`]?.[joined] ?? EVERYWHERE[joined];
  if (own !== undefined || type.custom) return own ?? null;
  const pod = podPath(type, joined);
  return BUILT_IN[joined] ?? (pod === null ? null : (POD_SPEC[pod] ?? null));
}

/** Whether a list is a set of plain values, merged without order. */
export function isSetAt(path: readonly string[]): boolean {
  return path.join('.') === 'metadata.finalizers';
}

/** Whether an object is replaced as a whole by server-side apply. */
export function isAtomicMapAt(type: ResourceType, path: readonly string[]): boolean {
  if (type.custom) return false;
  const joined = path.join('.');
  return ATOMIC_MAPS.some((atomic) => joined === atomic || joined.endsWith(`.${atomic}`));
}

/**
 * Whether strategic merge patches of an object, or of the items of a list, name the keys to keep (`$retainKeys`), because
 * its fields exclude each other.
 */
export function retainsKeysAt(type: ResourceType, path: readonly string[]): boolean {
  const joined = path.join('.');
  if (type.group === 'apps' && type.kind === 'Deployment' && joined === 'spec.strategy')
    return true;
  return !type.custom && podPath(type, joined) === 'volumes';
}
