import { DEFAULT_CLUSTER_ID } from '@/demo/cluster-id';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, objectOf, readPath, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

const PROXY_IMAGE = 'docker.io/istio/proxyv2:1.29.2';
const IGNORED_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'];
const INJECT = 'sidecar.istio.io/inject';
const VOLUMES = [
  'workload-socket',
  'credential-socket',
  'workload-certs',
  'istio-envoy',
  'istio-data',
  'istio-podinfo',
  'istio-token',
  'istiod-ca-cert',
];

/** The revision that injects into a pod of this namespace; `null` when none does. */
export function injectingRevision(
  namespace: KubernetesObject | null,
  pod: KubernetesObject,
): string | null {
  const scope = namespace?.metadata.labels ?? {};
  const labels = pod.metadata.labels ?? {};
  const wish = labels[INJECT] ?? pod.metadata.annotations?.[INJECT];
  const isHost = readPath(pod, 'spec', 'hostNetwork') === true;
  if (isHost || wish === 'false' || scope['istio-injection'] === 'disabled') return null;
  if (IGNORED_NAMESPACES.includes(namespace?.metadata.name ?? '')) return null;
  if (scope['istio-injection'] === 'enabled') return 'default';
  const revision = scope['istio.io/rev'] ?? labels['istio.io/rev'];
  if (scope['istio.io/rev'] !== undefined) return revision ?? null;
  return wish === 'true' ? (revision ?? 'default') : null;
}

function workloadOf(pod: KubernetesObject): string {
  const [owner] = pod.metadata.ownerReferences ?? [];
  if (owner === undefined) return pod.metadata.name;
  return owner.kind === 'ReplicaSet' ? owner.name.replace(/-[a-z0-9]+$/, '') : owner.name;
}

function proxyContainer(pod: KubernetesObject, clusterId: string): JsonObject {
  const workload = workloadOf(pod);
  const account = stringOf(readPath(pod, 'spec', 'serviceAccountName')) || 'default';
  return {
    name: 'istio-proxy',
    image: PROXY_IMAGE,
    args: [
      'proxy',
      'sidecar',
      '--domain',
      '$(POD_NAMESPACE).svc.cluster.local',
      '--log_output_level=default:info',
    ],
    env: [
      { name: 'PILOT_CERT_PROVIDER', value: 'istiod' },
      { name: 'CA_ADDR', value: 'istiod.istio-system.svc:15012' },
      { name: 'SERVICE_ACCOUNT', value: account },
      { name: 'ISTIO_META_CLUSTER_ID', value: clusterId },
      { name: 'ISTIO_META_WORKLOAD_NAME', value: workload },
      { name: 'ISTIO_META_MESH_ID', value: 'cluster.local' },
      { name: 'TRUST_DOMAIN', value: 'cluster.local' },
    ],
    ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
    readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021 }, periodSeconds: 15 },
    resources: {
      limits: { cpu: '2', memory: '1Gi' },
      requests: { cpu: '10m', memory: '40Mi' },
    },
    securityContext: { runAsUser: 1337, runAsGroup: 1337, runAsNonRoot: true },
  };
}

function initContainer(): JsonObject {
  return {
    name: 'istio-init',
    image: PROXY_IMAGE,
    args: [
      'istio-iptables',
      '-p',
      '15001',
      '-z',
      '15006',
      '-u',
      '1337',
      '-m',
      'REDIRECT',
      '-i',
      '*',
      '-x',
      '',
      '-b',
      '*',
      '-d',
      '15090,15021,15020',
    ],
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      capabilities: { add: ['NET_ADMIN', 'NET_RAW'] },
    },
  };
}

function injectedLabels(pod: KubernetesObject): Record<string, string> {
  const labels = pod.metadata.labels ?? {};
  const name = labels['app.kubernetes.io/name'] ?? labels['app'] ?? workloadOf(pod);
  const revision = labels['app.kubernetes.io/version'] ?? labels['version'] ?? 'latest';
  return {
    'security.istio.io/tlsMode': 'istio',
    'service.istio.io/canonical-name': name,
    'service.istio.io/canonical-revision': revision,
    ...labels,
  };
}

function hasProxy(pod: KubernetesObject): boolean {
  const names = ['containers', 'initContainers'].flatMap((list) =>
    arrayOf(readPath(pod, 'spec', list)).map((container) => readPath(container, 'name')),
  );
  return names.includes('istio-proxy');
}

function injectedAnnotations(pod: KubernetesObject, revision: string): Record<string, string> {
  const first = stringOf(readPath(arrayOf(readPath(pod, 'spec', 'containers'))[0], 'name'));
  const status = {
    initContainers: ['istio-init'],
    containers: ['istio-proxy'],
    volumes: VOLUMES,
    imagePullSecrets: null,
    revision,
  };
  return {
    'kubectl.kubernetes.io/default-container': first,
    'kubectl.kubernetes.io/default-logs-container': first,
    'prometheus.io/path': '/stats/prometheus',
    'prometheus.io/port': '15020',
    'prometheus.io/scrape': 'true',
    ...pod.metadata.annotations,
    'istio.io/rev': revision,
    'sidecar.istio.io/status': JSON.stringify(status),
  };
}

/** What Istio's CNI writes on pods of an ambient namespace. */
function withAmbient(pod: KubernetesObject): KubernetesObject {
  const annotations = { ...pod.metadata.annotations, 'ambient.istio.io/redirection': 'enabled' };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

function isAmbient(namespace: KubernetesObject | null, pod: KubernetesObject): boolean {
  const mode =
    pod.metadata.labels?.['istio.io/dataplane-mode'] ??
    namespace?.metadata.labels?.['istio.io/dataplane-mode'];
  return mode === 'ambient';
}

/**
 * A new pod after Istio's injection webhook: with `istio-init`, `istio-proxy`, labels and the status annotation when
 * its namespace or its own labels ask for it; unchanged otherwise, and for pods that bring their own `istio-proxy`.
 */
export function injectSidecar(
  pod: KubernetesObject,
  namespace: KubernetesObject | null,
  clusterId: string = DEFAULT_CLUSTER_ID,
): KubernetesObject {
  if (hasProxy(pod)) return pod;
  const revision = injectingRevision(namespace, pod);
  if (revision === null) return isAmbient(namespace, pod) ? withAmbient(pod) : pod;
  const spec = objectOf(pod['spec']);
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: injectedLabels(pod),
      annotations: injectedAnnotations(pod, revision),
    },
    spec: {
      ...spec,
      containers: [...arrayOf(spec['containers']), proxyContainer(pod, clusterId)],
      initContainers: [...arrayOf(spec['initContainers']), initContainer()],
    },
  };
}
