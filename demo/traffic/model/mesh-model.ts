import { DEFAULT_CLUSTER_ID } from '@/demo/cluster-id';
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

/** A cluster as the proxies in it know it. */
export interface ClusterPlace {
  /** What metrics call it. */
  readonly name: string;
  /** The gateway through which calls from other clusters come in; `null`: pods are called straight. */
  eastWestGateway: WorkloadModel | null;
}

/** Identity of whatever runs pods, as Istio's metrics name it. */
export interface WorkloadModel {
  /** `namespace/name`, with `cluster|` before it where the cluster has a name of its own; see {@link workloadKey}. */
  readonly key: string;
  readonly place: ClusterPlace;
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
  /** Ready pods behind the service, in whatever cluster. */
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

/** The key of a workload, by the name of its cluster. */
export function workloadKey(cluster: string, namespace: string, name: string): string {
  const own = `${namespace}/${name}`;
  return cluster === DEFAULT_CLUSTER_ID ? own : `${cluster}|${own}`;
}

/** What the simulated proxies of one cluster know: an immutable reading of the objects at one moment. */
export interface MeshModel {
  /** What metrics call the cluster. */
  readonly cluster: string;
  readonly settings: MeshSettings;
  /** Keyed by host. */
  readonly services: ReadonlyMap<string, ServiceModel>;
  /** Ready pods of this cluster by workload key. */
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
