import type { ConfigObject } from '@/mesh/topology/object';

/** How a pod or workload takes part in the mesh. `unknown` means that no pod could be looked at. */
export type ProxyMode = 'sidecar' | 'ambient' | 'gateway' | 'none' | 'unknown';

/** A namespace. */
export interface Namespace {
  readonly name: string;
  /** The cluster that this is a namespace of; absent where one cluster is watched. */
  readonly cluster?: string;
  /** Where several clusters are watched: the namespaces of this name, one for each cluster that has it; never empty. */
  readonly members?: readonly Namespace[];
  readonly labels: Readonly<Record<string, string>>;
  /** `true` where it is known by name only, because it may not be read: `labels` is empty, and they are unknown. */
  readonly isUnread?: true;
  /**
   * Annotation `topology.istio.io/controlPlaneClusters` of an Istio namespace without istiod: the clusters whose istiod
   * configures this one, `*` for any. Absent when it is not set.
   */
  readonly controlPlaneClusters?: readonly string[];
  readonly createdAtMs: number;
  /**
   * When whoever set the labels that put pods into the mesh last wrote (`metadata.managedFields`), epoch milliseconds:
   * they are at least that old or were set then. `null` without such labels, or where the API server does not say.
   */
  readonly meshLabelsAtMs: number | null;
}

/** One port of a Service. `targetPort` is a number or the name of a container port. */
export interface ServicePort {
  readonly name: string | null;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol: string;
  readonly appProtocol: string | null;
}

/** A Kubernetes Service. `selector` is `null` when the Service has none (its endpoints are then unknown to us). */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** The cluster that this is a Service of; absent where one cluster is watched. */
  readonly cluster?: string;
  /**
   * Where several clusters are watched: the Services of this namespace and name, one for each cluster that has it; never
   * empty. They are one Service to Istio; the other fields are those of the first.
   */
  readonly members?: readonly Service[];
  readonly createdAtMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>> | null;
  readonly headless: boolean;
  readonly type: string;
  readonly externalName: string | null;
  readonly ports: readonly ServicePort[];
}

/** A named container port, needed to resolve a Service's `targetPort` name. */
export interface ContainerPort {
  readonly name: string | null;
  readonly port: number;
}

/** Proxies of one build in the pods of a workload. */
export interface ProxyBuild {
  /** Tag of the proxy's image without its flavour, e.g. `1.30.3`; `null` where the image is named by digest only. */
  readonly version: string | null;
  /** Revision of the istiod that injected it (`istio.io/rev` of the pod); `null` where the pod does not say. */
  readonly revision: string | null;
  readonly pods: number;
}

/**
 * Whatever runs pods: Deployment, StatefulSet, DaemonSet, Rollout, Job, bare ReplicaSet or Pod. Named as Istio names
 * `destination_workload` (the controller's name, with a ReplicaSet folded into its Deployment).
 */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  /** The cluster that it runs in; absent where one cluster is watched. */
  readonly cluster?: string;
  readonly kind: string;
  /** Labels of the pod template (of the newest pod where the controller is not read). */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Canonical service: `service.istio.io/canonical-name`, `app.kubernetes.io/name`, `app`, else the workload name. */
  readonly app: string;
  /** Canonical revision: `service.istio.io/canonical-revision`, `app.kubernetes.io/version`, `version`, else `latest`. */
  readonly version: string;
  readonly serviceAccount: string;
  /** Desired replicas; `null` when the controller does not say. */
  readonly desired: number | null;
  /** Pods that exist, that are Ready, and that have a proxy (sidecar, ambient capture or gateway). */
  readonly pods: number;
  readonly readyPods: number;
  readonly proxiedPods: number;
  readonly proxy: ProxyMode;
  /** The proxies in its pods by build, most pods first; ambient pods have none of their own. */
  readonly proxies: readonly ProxyBuild[];
  /** When the oldest and the newest of its pods without a proxy were created, epoch milliseconds; `null` without any. */
  readonly barePodsAtMs: { readonly oldest: number; readonly newest: number } | null;
  /** Set where it runs istiod. `version` is the tag of its image; `null` where it is named by digest only. */
  readonly istiod: { readonly version: string | null } | null;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
}

/** The `mesh` key of ConfigMap `istio`; defaults are Istio's own. */
export interface MeshConfig {
  readonly rootNamespace: string;
  readonly trustDomain: string;
  /** `trustDomainAliases` and the trust domains of `caCertificates`: servers accept identities of these too. */
  readonly trustDomainAliases: readonly string[];
  /**
   * `PILOT_SKIP_VALIDATE_TRUST_DOMAIN` of istiod: servers accept identities of any trust domain. Of several istiods one
   * is enough. `null` when none could be read.
   */
  readonly skipsTrustDomainCheck: boolean | null;
  /**
   * `protocolDetectionTimeout`, milliseconds: how long a proxy that must look at a client's first bytes waits for them
   * before it takes the connection as plaintext. 0 (Istio's default): without limit.
   */
  readonly protocolDetectionTimeoutMs: number;
  readonly clusterDomain: string;
  readonly enableAutoMtls: boolean;
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
  /** What `exportTo` counts as in VirtualServices that say nothing; never empty. */
  readonly defaultVirtualServiceExportTo: readonly string[];
  /** The same of DestinationRules, of which istiod honours only `.`: anything else leaves them public. Never empty. */
  readonly defaultDestinationRuleExportTo: readonly string[];
  /** `false` when no ConfigMap was found or readable and the defaults above are assumed. */
  readonly found: boolean;
}

/** One of several clusters that are watched. */
export interface Cluster {
  /** What metrics call it (istiod's `CLUSTER_ID`), or its context's name where that is not known. */
  readonly name: string;
  /**
   * Name of the cluster whose istiod configures its proxies: its own for a primary. `null` where that cannot be told, so
   * that nothing is known of what its proxies are told to do.
   */
  readonly primary: string | null;
  /** The mesh config of its own istiod; defaults where it has none. */
  readonly mesh: MeshConfig;
}

/**
 * The cluster as Fanari sees it at one moment: an immutable value made from watches. `config` is keyed by `group/Kind`,
 * e.g. `networking.istio.io/VirtualService`; a kind that the cluster does not serve has no key, a kind that is served
 * and has no objects has an empty list.
 */
export interface Topology {
  /** Grows with every change; equal numbers mean equal content. */
  readonly revision: number;
  readonly atMs: number;
  readonly cluster: string;
  /** By name, in the order of the settings; absent where one cluster is watched. */
  readonly clusters?: ReadonlyMap<string, Cluster>;
  /** Present in a perspective (`perspectiveOf`): the clusters whose proxies its objects configure. */
  readonly governed?: ReadonlySet<string>;
  /** `true`: what is not in here may still exist, out of sight of whoever this was made for. */
  readonly isRestricted: boolean;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Keyed `namespace/name`. */
  readonly services: ReadonlyMap<string, Service>;
  /** Keyed by `workloadKey`: `namespace/name`, or `namespace/name@cluster` where several clusters are watched. */
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly config: ReadonlyMap<string, readonly ConfigObject[]>;
  /** Of several clusters, the first primary's. */
  readonly mesh: MeshConfig;
}
