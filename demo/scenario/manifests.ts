import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';

/** A namespace; with `inject` its new pods get a sidecar. */
export function namespace(
  name: string,
  inject: boolean,
  labels: Record<string, string> = {},
): KubernetesObject {
  const injection: Record<string, string> = inject ? { 'istio-injection': 'enabled' } : {};
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...injection, ...labels } },
  };
}

/** The identity that pods of a workload run under, and with it their SPIFFE id. */
export function serviceAccount(namespaceName: string, name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: namespaceName } };
}

/** What a Deployment of one version of an app needs to say. */
export interface DeploymentSpec {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly version: string | null;
  readonly image: string;
  readonly port: number | null;
  readonly replicas?: number;
  readonly serviceAccount?: string;
  readonly labels?: Record<string, string>;
  readonly podAnnotations?: Record<string, string>;
  readonly environment?: Record<string, string>;
}

/** A Deployment that selects its pods by `app` and, where given, `version`. */
export function deployment(spec: DeploymentSpec): KubernetesObject {
  const selector = { app: spec.app, ...(spec.version === null ? {} : { version: spec.version }) };
  const podLabels = { ...selector, ...spec.labels };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: spec.name, namespace: spec.namespace, labels: podLabels },
    spec: {
      replicas: spec.replicas ?? 1,
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: podLabels,
          ...(spec.podAnnotations === undefined ? {} : { annotations: spec.podAnnotations }),
        },
        spec: {
          serviceAccountName: spec.serviceAccount ?? 'default',
          containers: [container(spec)],
        },
      },
    },
  };
}

function container(spec: DeploymentSpec): Record<string, unknown> {
  const environment = Object.entries(spec.environment ?? {}).map(([name, value]) => ({
    name,
    value,
  }));
  return {
    name: spec.app,
    image: spec.image,
    ...(spec.port === null ? {} : { ports: [{ containerPort: spec.port }] }),
    ...(environment.length === 0 ? {} : { env: environment }),
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  };
}

/** A port of a Service; the name's prefix tells Istio the protocol. */
export interface ServicePortSpec {
  readonly name: string;
  readonly port: number;
  readonly targetPort?: number;
}

/** A Service; `targetPort` defaults to the port itself. */
export function service(
  namespaceName: string,
  name: string,
  selector: Record<string, string>,
  ports: readonly ServicePortSpec[],
  type = 'ClusterIP',
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: namespaceName, labels: { app: selector['app'] ?? name } },
    spec: {
      type,
      selector,
      ports: ports.map((port) => ({
        name: port.name,
        port: port.port,
        targetPort: port.targetPort ?? port.port,
        protocol: 'TCP',
      })),
    },
  };
}

type Metadata = KubernetesObject['metadata'];

/** An object of networking.istio.io/v1. */
export function networking(kind: string, metadata: Metadata, spec: unknown): KubernetesObject {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata, spec };
}

/** An object of security.istio.io/v1. */
export function security(kind: string, metadata: Metadata, spec: unknown): KubernetesObject {
  return { apiVersion: 'security.istio.io/v1', kind, metadata, spec };
}

/** An object of gateway.networking.k8s.io/v1. */
export function gatewayApi(kind: string, metadata: Metadata, spec: unknown): KubernetesObject {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata, spec };
}

/** A DestinationRule that names one subset for each version. */
export function versionSubsets(
  namespaceName: string,
  host: string,
  versions: readonly string[],
  trafficPolicy?: unknown,
): KubernetesObject {
  return networking(
    'DestinationRule',
    { name: host, namespace: namespaceName },
    {
      host,
      ...(trafficPolicy === undefined ? {} : { trafficPolicy }),
      subsets: versions.map((version) => ({ name: version, labels: { version } })),
    },
  );
}
