import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, isObject, objectOf, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

function hash(text: string): number {
  let value = 2166136261;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  }
  return value >>> 0;
}

function clusterAddress(object: KubernetesObject): string {
  const value = hash(`${object.metadata.namespace ?? ''}/${object.metadata.name}`);
  return `10.${96 + (value % 16)}.${(value >>> 8) % 256}.${1 + ((value >>> 16) % 254)}`;
}

const FIRST_NODE_PORT = 30_000;
const NODE_PORTS = 2768;

/** Ports on every node belong to Services that are reached from outside; others lose theirs. */
function withServicePort(object: KubernetesObject, port: unknown, isOutside: boolean): unknown {
  if (!isObject(port)) return port;
  const { nodePort, ...rest } = port;
  const { namespace = '', name } = object.metadata;
  const seed = `${namespace}/${name}/${String(port['port'])}/${stringOf(port['protocol'])}`;
  return {
    protocol: 'TCP',
    ...rest,
    targetPort: port['targetPort'] ?? port['port'],
    ...(isOutside ? { nodePort: nodePort ?? FIRST_NODE_PORT + (hash(seed) % NODE_PORTS) } : {}),
  };
}

function outsideDefaults(type: unknown): JsonObject {
  if (type !== 'LoadBalancer' && type !== 'NodePort') return {};
  return {
    externalTrafficPolicy: 'Cluster',
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
  };
}

function serviceSpec(object: KubernetesObject, spec: JsonObject): JsonObject {
  const external = spec['type'] === 'ExternalName';
  const address = stringOf(spec['clusterIP']) || clusterAddress(object);
  const addresses = external ? {} : { clusterIP: address, clusterIPs: [address] };
  const outside = outsideDefaults(spec['type']);
  const hasNodePorts =
    'externalTrafficPolicy' in outside && spec['allocateLoadBalancerNodePorts'] !== false;
  const ports = arrayOf(spec['ports']).map((port) => withServicePort(object, port, hasNodePorts));
  return {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ...outside,
    ...(external ? {} : { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }),
    ...(external ? {} : { internalTrafficPolicy: 'Cluster' }),
    ...spec,
    ...addresses,
    ...('ports' in spec ? { ports } : {}),
  };
}

const PROBE = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

function withProbe(probe: unknown): unknown {
  if (!isObject(probe)) return probe;
  const { httpGet } = probe;
  return {
    ...PROBE,
    ...probe,
    ...(isObject(httpGet) ? { httpGet: { path: '/', scheme: 'HTTP', ...httpGet } } : {}),
  };
}

function probesOf(container: JsonObject): JsonObject {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].filter(
    (name) => name in container,
  );
  return Object.fromEntries(probes.map((name) => [name, withProbe(container[name])]));
}

function withContainer(container: unknown): unknown {
  if (!isObject(container)) return container;
  const image = stringOf(container['image']);
  const floating = image.endsWith(':latest') || !/:[^/]+$/.test(image);
  return {
    imagePullPolicy: floating ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
    ...probesOf(container),
    ...('ports' in container
      ? {
          ports: arrayOf(container['ports']).map((port) =>
            isObject(port) ? { protocol: 'TCP', ...port } : port,
          ),
        }
      : {}),
  };
}

/** Pod defaults, for pods and for pod templates. */
function podSpec(spec: JsonObject): JsonObject {
  const containers = 'containers' in spec ? arrayOf(spec['containers']).map(withContainer) : null;
  const first =
    'initContainers' in spec ? arrayOf(spec['initContainers']).map(withContainer) : null;
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
    ...(containers === null ? {} : { containers }),
    ...(first === null ? {} : { initContainers: first }),
  };
}

function templateSpec(spec: JsonObject): JsonObject {
  const template = objectOf(spec['template']);
  if (!isObject(template['spec'])) return spec;
  return { ...spec, template: { ...template, spec: podSpec(template['spec']) } };
}

const ROLLING = { maxSurge: '25%', maxUnavailable: '25%' };

function strategyOf(value: unknown): JsonObject {
  const strategy = objectOf(value);
  if (strategy['type'] === 'Recreate') return strategy;
  const rollingUpdate = { ...ROLLING, ...objectOf(strategy['rollingUpdate']) };
  return { type: 'RollingUpdate', ...strategy, rollingUpdate };
}

type SpecDefaults = (object: KubernetesObject, spec: JsonObject) => JsonObject;

const SPEC_DEFAULTS: Readonly<Record<string, SpecDefaults>> = {
  'v1/Namespace': (_object, spec) => ({ finalizers: ['kubernetes'], ...spec }),
  'v1/Service': serviceSpec,
  'v1/Pod': (_object, spec) => ({ serviceAccountName: 'default', ...podSpec(spec) }),
  'apps/v1/Deployment': (_object, spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...templateSpec(spec),
    strategy: strategyOf(spec['strategy']),
  }),
  'apps/v1/ReplicaSet': (_object, spec) => ({ replicas: 1, ...templateSpec(spec) }),
  'apps/v1/StatefulSet': (_object, spec) => ({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    serviceName: '',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    ...templateSpec(spec),
  }),
  'apps/v1/DaemonSet': (_object, spec) => ({
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    ...templateSpec(spec),
  }),
};

const STATUS_DEFAULTS: Readonly<Record<string, JsonObject>> = {
  'v1/Namespace': { phase: 'Active' },
  'v1/Pod': { phase: 'Pending', qosClass: 'BestEffort' },
  'v1/Service': { loadBalancer: {} },
};

function gatewayRoute(spec: JsonObject): JsonObject {
  if (!Array.isArray(spec['rules'])) return spec;
  const rules = spec['rules'].map((rule: unknown) => {
    if (!isObject(rule) || !Array.isArray(rule['backendRefs'])) return rule;
    const backendRefs = rule['backendRefs'].map((backend: unknown) =>
      isObject(backend) ? { group: '', kind: 'Service', weight: 1, ...backend } : backend,
    );
    return { ...rule, backendRefs };
  });
  return { ...spec, rules };
}

function specDefaultsOf(object: KubernetesObject): SpecDefaults | undefined {
  const gateway = object.apiVersion.startsWith('gateway.networking.k8s.io/');
  if (gateway && object.kind.endsWith('Route')) return (_object, spec) => gatewayRoute(spec);
  return SPEC_DEFAULTS[`${object.apiVersion}/${object.kind}`];
}

/**
 * Fills the defaults that clients read: what the API server's own defaulting (core, apps) and the Gateway API schemas
 * would add. Doing it twice changes nothing.
 */
export function withDefaults(object: KubernetesObject): KubernetesObject {
  const defaults = specDefaultsOf(object);
  const spec = object['spec'];
  const status = STATUS_DEFAULTS[`${object.apiVersion}/${object.kind}`];
  const labelled =
    object.kind === 'Namespace' && object.apiVersion === 'v1' ? withNameLabel(object) : object;
  return {
    ...labelled,
    ...(defaults === undefined || !(isObject(spec) || spec === undefined)
      ? {}
      : { spec: defaults(object, objectOf(spec)) }),
    ...(status === undefined ? {} : { status: { ...status, ...objectOf(object['status']) } }),
  };
}

function withNameLabel(namespace: KubernetesObject): KubernetesObject {
  const labels = {
    ...namespace.metadata.labels,
    'kubernetes.io/metadata.name': namespace.metadata.name,
  };
  return { ...namespace, metadata: { ...namespace.metadata, labels } };
}
