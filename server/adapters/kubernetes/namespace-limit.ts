import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { kindKey } from '@/server/adapters/kubernetes/kinds';

/** Kinds whose objects in the Istio namespace hold for every namespace. */
export const MESH_WIDE: readonly string[] = [
  'networking.istio.io/DestinationRule',
  'networking.istio.io/Sidecar',
  'networking.istio.io/EnvoyFilter',
  'networking.istio.io/ProxyConfig',
  'security.istio.io/PeerAuthentication',
  'security.istio.io/RequestAuthentication',
  'security.istio.io/AuthorizationPolicy',
  'telemetry.istio.io/Telemetry',
];

/** The namespaces that Fanari was told to look into; none were named: all. */
export class NamespaceLimit {
  readonly isLimited: boolean;

  constructor(
    readonly namespaces: readonly string[],
    private readonly istioNamespace: string,
  ) {
    this.isLimited = namespaces.length > 0;
  }

  /** Whether this namespace is one of them. */
  includes(namespace: string): boolean {
    return !this.isLimited || this.namespaces.includes(namespace);
  }

  /** Whether it is looked into only for what holds in every namespace. */
  isOnlyMeshWide(namespace: string): boolean {
    return namespace === this.istioNamespace && !this.includes(namespace);
  }

  /**
   * Where the objects of a kind are read, where there is a limit. What holds for the whole mesh is read in the Istio
   * namespace, too; kinds without a namespace are not read.
   */
  namespacesOf(kind: ServedKind): readonly string[] {
    const { namespaces, istioNamespace } = this;
    if (kind.role === 'mesh-config') return [istioNamespace];
    if (!kind.namespaced) return [];
    return MESH_WIDE.includes(kindKey(kind))
      ? [...new Set([...namespaces, istioNamespace])]
      : namespaces;
  }

  /** Whether one object of a kind may be shown, or, with `isWrite`, changed. */
  admits(kind: ServedKind, namespace: string, isWrite: boolean): boolean {
    if (!this.isLimited || this.namespaces.includes(namespace)) return true;
    return !isWrite && kind.namespaced && this.namespacesOf(kind).includes(namespace);
  }
}
