import type { WriteVerb } from '@/server/ports';

/** A kind that Fanari watches. */
export interface WatchedKind {
  readonly group: string;
  readonly kind: string;
  /** Versions that Fanari understands, best first. */
  readonly versions: readonly string[];
  /**
   * - `config`: kept whole as a `ConfigObject`
   * - the others are slimmed to what the topology needs
   */
  readonly role: 'config' | 'namespace' | 'service' | 'pod' | 'controller' | 'mesh-config';
  /** Whether its objects may be shown as YAML; not where they may hold passwords (environment of containers). */
  readonly readable: boolean;
}

function config(group: string, kind: string, ...versions: string[]): WatchedKind {
  return { group, kind, versions, role: 'config', readable: true };
}

const ISTIO = ['v1', 'v1beta1', 'v1alpha3'];
const GATEWAY = 'gateway.networking.k8s.io';

/** Every kind that Fanari watches where the cluster serves it. */
export const watchedKinds: readonly WatchedKind[] = [
  { group: '', kind: 'Namespace', versions: ['v1'], role: 'namespace', readable: true },
  { group: '', kind: 'Service', versions: ['v1'], role: 'service', readable: true },
  { group: '', kind: 'Pod', versions: ['v1'], role: 'pod', readable: false },
  { group: '', kind: 'ConfigMap', versions: ['v1'], role: 'mesh-config', readable: false },
  { group: 'apps', kind: 'Deployment', versions: ['v1'], role: 'controller', readable: false },
  { group: 'apps', kind: 'StatefulSet', versions: ['v1'], role: 'controller', readable: false },
  { group: 'apps', kind: 'DaemonSet', versions: ['v1'], role: 'controller', readable: false },
  {
    group: 'argoproj.io',
    kind: 'Rollout',
    versions: ['v1alpha1'],
    role: 'controller',
    readable: false,
  },
  config('networking.istio.io', 'VirtualService', ...ISTIO),
  config('networking.istio.io', 'DestinationRule', ...ISTIO),
  config('networking.istio.io', 'Gateway', ...ISTIO),
  config('networking.istio.io', 'ServiceEntry', ...ISTIO),
  config('networking.istio.io', 'Sidecar', ...ISTIO),
  config('networking.istio.io', 'WorkloadEntry', ...ISTIO),
  config('networking.istio.io', 'WorkloadGroup', ...ISTIO),
  config('networking.istio.io', 'EnvoyFilter', 'v1alpha3'),
  config('networking.istio.io', 'ProxyConfig', 'v1', 'v1beta1'),
  config('security.istio.io', 'PeerAuthentication', 'v1', 'v1beta1'),
  config('security.istio.io', 'RequestAuthentication', 'v1', 'v1beta1'),
  config('security.istio.io', 'AuthorizationPolicy', 'v1', 'v1beta1'),
  config('telemetry.istio.io', 'Telemetry', 'v1', 'v1alpha1'),
  config(GATEWAY, 'GatewayClass', 'v1', 'v1beta1'),
  config(GATEWAY, 'Gateway', 'v1', 'v1beta1'),
  config(GATEWAY, 'HTTPRoute', 'v1', 'v1beta1'),
  config(GATEWAY, 'GRPCRoute', 'v1', 'v1alpha2'),
  config(GATEWAY, 'TCPRoute', 'v1', 'v1alpha2'),
  config(GATEWAY, 'TLSRoute', 'v1', 'v1alpha3', 'v1alpha2'),
  config('flagger.app', 'Canary', 'v1beta1'),
];

/** Kinds whose weights Fanari can change. */
const splittableKinds: readonly string[] = [
  'networking.istio.io/VirtualService',
  `${GATEWAY}/HTTPRoute`,
  `${GATEWAY}/GRPCRoute`,
  `${GATEWAY}/TLSRoute`,
  `${GATEWAY}/TCPRoute`,
];

const STARTED = [
  '/Service',
  'networking.istio.io/DestinationRule',
  'networking.istio.io/VirtualService',
  `${GATEWAY}/HTTPRoute`,
  `${GATEWAY}/GRPCRoute`,
];

/** What Fanari does to which kinds (`group/Kind`): weights and subsets are patched, a canary's objects come and go. */
export const writes: readonly { readonly key: string; readonly verb: WriteVerb }[] = [
  ...[...splittableKinds, 'networking.istio.io/DestinationRule'].map(
    (key) => ({ key, verb: 'patch' }) as const,
  ),
  ...STARTED.flatMap((key) => [{ key, verb: 'create' } as const, { key, verb: 'delete' } as const]),
];

/** `group/Kind`, the key of `Topology.config`. */
export function kindKey(kind: { readonly group: string; readonly kind: string }): string {
  return `${kind.group}/${kind.kind}`;
}
