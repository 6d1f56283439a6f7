import type { JsonObject } from '@/demo/kubernetes/json';

/** String map of a label selector or of labels. */
export type LabelMap = Readonly<Record<string, string>>;

/** A Ready pod (others take no traffic). */
export interface PodModel {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly labels: LabelMap;
  readonly annotations: LabelMap;
  /** Has an `istio-proxy` container. */
  readonly hasProxy: boolean;
  readonly workload: WorkloadModel;
}

/** Identity of whatever runs pods, as Istio's metrics name it. */
export interface WorkloadModel {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: LabelMap;
  readonly serviceAccount: string;
  readonly app: string | null;
  readonly version: string | null;
  readonly canonicalService: string;
  readonly canonicalRevision: string;
}

/** Application protocol of a port as Istio derives it; `auto` means that the proxy sniffs. */
export type PortProtocol = 'http' | 'grpc' | 'tcp' | 'tls' | 'auto';

/** A port that clients ask for, with where it leads in the pod. */
export interface PortModel {
  readonly number: number;
  readonly protocol: PortProtocol;
  /** Number, or name of a container port. */
  readonly targetPort: number | string;
}

/** A Service or a host of a ServiceEntry. */
export interface ServiceModel {
  /** Fully qualified host. */
  readonly host: string;
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly PortModel[];
  readonly selector: LabelMap | null;
  readonly headless: boolean;
  /** A ServiceEntry with location MESH_EXTERNAL. */
  readonly external: boolean;
  /** A ServiceEntry host (external or internal). */
  readonly fromServiceEntry: boolean;
  /** Namespaces whose proxies know the service; `*`: all, empty: none. */
  readonly exportTo: readonly string[];
  /** Ready pods behind the service. */
  readonly pods: readonly PodModel[];
}

/** A configuration object with what its precedence depends on. */
export interface ConfigModel {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly labels: LabelMap;
  readonly annotations: LabelMap;
  readonly spec: JsonObject;
}

/** An `extensionProviders` entry that policies of action CUSTOM may name. */
export interface ExternalAuthorizer {
  /** TCP connections can only be put to one that speaks gRPC. */
  readonly protocol: 'http' | 'grpc';
  /** Fully qualified host of the service that decides. */
  readonly host: string;
  readonly port: number;
  /** Whether requests pass while it cannot be reached. */
  readonly failOpen: boolean;
  /** HTTP status while it cannot be reached and that does not let requests pass. */
  readonly statusOnError: number;
  /** Lower-case names of the headers that it is shown; `null`: all (gRPC). */
  readonly headers: readonly string[] | null;
}

/** What `exportTo` counts as in objects that say nothing; never empty. */
export interface DefaultExportTo {
  readonly service: readonly string[];
  readonly virtualService: readonly string[];
  readonly destinationRule: readonly string[];
}

/** Mesh-wide settings, from ConfigMap `istio`. */
export interface MeshSettings {
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly clusterDomain: string;
  readonly enableAutoMtls: boolean;
  readonly registryOnly: boolean;
  readonly defaultExportTo: DefaultExportTo;
  /** By name. */
  readonly authorizers: ReadonlyMap<string, ExternalAuthorizer>;
}

/** What the simulated proxies know: an immutable reading of the objects at one moment. */
export interface MeshModel {
  readonly settings: MeshSettings;
  /** Keyed by host. */
  readonly services: ReadonlyMap<string, ServiceModel>;
  /** Ready pods by workload key. */
  readonly podsByWorkload: ReadonlyMap<string, readonly PodModel[]>;
  readonly virtualServices: readonly ConfigModel[];
  readonly destinationRules: readonly ConfigModel[];
  readonly peerAuthentications: readonly ConfigModel[];
  readonly authorizationPolicies: readonly ConfigModel[];
  readonly sidecars: readonly ConfigModel[];
  /** networking.istio.io Gateways. */
  readonly gateways: readonly ConfigModel[];
  readonly httpRoutes: readonly ConfigModel[];
  readonly grpcRoutes: readonly ConfigModel[];
  readonly tcpRoutes: readonly ConfigModel[];
}
