import { controllerReference, isTerminating } from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import { isPodReady } from '@/demo/controllers/pod-state';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import {
  arrayOf,
  isObject,
  jsonEqual,
  readPath,
  stringMapOf,
  stringOf,
} from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

/** Whether a Service selects pods with these labels; a Service without a selector selects none. */
export function selectsPod(service: KubernetesObject, pod: KubernetesObject): boolean {
  const selector = readPath(service, 'spec', 'selector');
  const labels = pod.metadata.labels;
  if (!isObject(selector) || labels === undefined) return false;
  const keys = Object.keys(selector);
  return keys.length > 0 && keys.every((key) => labels[key] === selector[key]);
}

function targetPort(port: unknown, pods: readonly KubernetesObject[]): number | null {
  const target = readPath(port, 'targetPort');
  if (typeof target === 'number') return target;
  for (const pod of pods) {
    for (const container of arrayOf(readPath(pod, 'spec', 'containers'))) {
      const ports = arrayOf(readPath(container, 'ports'));
      const named = ports.find((entry) => readPath(entry, 'name') === target);
      const number = readPath(named, 'containerPort');
      if (typeof number === 'number') return number;
    }
  }
  return null;
}

function portsOf(service: KubernetesObject, pods: readonly KubernetesObject[]): JsonObject[] {
  return arrayOf(readPath(service, 'spec', 'ports')).flatMap((port) => {
    const number = targetPort(port, pods);
    if (number === null || !isObject(port)) return [];
    const appProtocol = stringOf(port['appProtocol']);
    return [
      {
        name: stringOf(port['name']),
        port: number,
        protocol: stringOf(port['protocol']) || 'TCP',
        ...(appProtocol === '' ? {} : { appProtocol }),
      },
    ];
  });
}

function reference(pod: KubernetesObject): JsonObject {
  const { name, namespace, uid } = pod.metadata;
  return { kind: 'Pod', name, namespace, uid };
}

function endpointOf(pod: KubernetesObject): JsonObject {
  const ready = isPodReady(pod);
  const terminating = isTerminating(pod);
  return {
    addresses: [stringOf(readPath(pod, 'status', 'podIP'))],
    conditions: { ready: ready && !terminating, serving: ready, terminating },
    nodeName: readPath(pod, 'spec', 'nodeName'),
    targetRef: reference(pod),
  };
}

function sliceOf(service: KubernetesObject, pods: readonly KubernetesObject[]): KubernetesObject {
  const { name, namespace = 'default' } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: `${name}-`,
      namespace,
      labels: {
        ...service.metadata.labels,
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: pods.map(endpointOf),
    ports: portsOf(service, pods),
  };
}

function endpointsOf(
  service: KubernetesObject,
  pods: readonly KubernetesObject[],
): KubernetesObject {
  const { name, namespace = 'default', labels } = service.metadata;
  const address = (pod: KubernetesObject) => ({
    ip: stringOf(readPath(pod, 'status', 'podIP')),
    nodeName: readPath(pod, 'spec', 'nodeName'),
    targetRef: reference(pod),
  });
  const alive = pods.filter((pod) => !isTerminating(pod));
  const ready = alive.filter(isPodReady).map(address);
  const waiting = alive.filter((pod) => !isPodReady(pod)).map(address);
  const subset = {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(waiting.length === 0 ? {} : { notReadyAddresses: waiting }),
    ports: portsOf(service, pods),
  };
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ownerReferences: [controllerReference(service)],
    },
    ...(alive.length === 0 ? {} : { subsets: [subset] }),
  };
}

function sameContent(left: KubernetesObject, right: KubernetesObject): boolean {
  const content = ({ metadata, ...rest }: KubernetesObject) => [rest, metadata.labels ?? {}];
  return jsonEqual(content(left), content(right));
}

/** Writes the EndpointSlice and the Endpoints of a Service that has a selector. */
export function reconcileService(context: ControllerContext, service: KubernetesObject): void {
  const { store, index } = context;
  const { namespace = '', name } = service.metadata;
  if (Object.keys(stringMapOf(readPath(service, 'spec', 'selector'))).length === 0) return;
  const pods = index
    .inNamespace('/Pod', namespace)
    .filter((pod) => selectsPod(service, pod) && stringOf(readPath(pod, 'status', 'podIP')) !== '')
    .sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  const slice = sliceOf(service, pods);
  const known = index
    .ownedBy(service.metadata.uid ?? '')
    .find((object) => object.kind === 'EndpointSlice');
  if (known === undefined) store.create(slice);
  else if (!sameContent(known, slice)) {
    store.update({
      ...slice,
      metadata: { ...known.metadata, labels: slice.metadata.labels ?? {} },
    });
  }
  const endpoints = endpointsOf(service, pods);
  const present = store.get('', 'Endpoints', namespace, name);
  if (present === null) store.create(endpoints);
  else if (!sameContent(present, endpoints)) {
    store.update({ ...endpoints, metadata: { ...present.metadata, ...labelsOf(endpoints) } });
  }
}

function labelsOf(object: KubernetesObject): { labels?: Record<string, string> } {
  const { labels } = object.metadata;
  return labels === undefined ? {} : { labels };
}
