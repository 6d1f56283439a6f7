import { clusterIdOf } from '@/demo/cluster-id';
import { collectionOfObject, objectOfKey, queueKey } from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import { reconcileDeployment } from '@/demo/controllers/deployments';
import { reconcileService, selectsPod } from '@/demo/controllers/endpoints';
import { collectDependents, finishForegroundDeletion } from '@/demo/controllers/garbage-collector';
import {
  gatewayApiObjects,
  reconcileGateway,
  reconcileGatewayClass,
  reconcileRoute,
} from '@/demo/controllers/gateway-status';
import { Kubelet } from '@/demo/controllers/kubelet';
import { reconcileLoadBalancer } from '@/demo/controllers/load-balancers';
import { reconcileNamespace } from '@/demo/controllers/namespaces';
import { reconcileNode } from '@/demo/controllers/nodes';
import { ObjectIndex } from '@/demo/controllers/object-index';
import { reconcileDaemonSet, reconcileStatefulSet } from '@/demo/controllers/ordered-pods';
import { reconcileReplicaSet } from '@/demo/controllers/replica-sets';
import { injectSidecar } from '@/demo/controllers/sidecar-injection';
import { WorkQueue } from '@/demo/controllers/work-queue';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import { groupOf } from '@/demo/kubernetes/resource-type';
import { SERVED_TYPES } from '@/demo/kubernetes/served-types';
import type { StoreEvent } from '@/demo/kubernetes/watch-history';

/** How fast the simulated cluster is. */
export interface ControllerOptions {
  /** Mean time until a new pod is Ready; default 1200 ms. */
  readonly podReadyMs?: number;
  /** Time from the deletion of a pod until it is gone; default 600 ms. */
  readonly podTerminationMs?: number;
}

type Reconcile = (context: ControllerContext, object: KubernetesObject) => void;

const RECONCILERS: Readonly<Record<string, readonly Reconcile[]>> = {
  '/Namespace': [reconcileNamespace],
  '/Node': [reconcileNode],
  '/Service': [reconcileService, reconcileLoadBalancer],
  'apps/Deployment': [reconcileDeployment],
  'apps/ReplicaSet': [reconcileReplicaSet],
  'apps/StatefulSet': [reconcileStatefulSet],
  'apps/DaemonSet': [reconcileDaemonSet],
  'gateway.networking.k8s.io/GatewayClass': [reconcileGatewayClass],
  'gateway.networking.k8s.io/Gateway': [reconcileGateway],
  'gateway.networking.k8s.io/HTTPRoute': [reconcileRoute],
  'gateway.networking.k8s.io/GRPCRoute': [reconcileRoute],
  'gateway.networking.k8s.io/TCPRoute': [reconcileRoute],
  'gateway.networking.k8s.io/TLSRoute': [reconcileRoute],
};

const RANKS: Readonly<Record<string, number>> = {
  '/Namespace': 0,
  '/Node': 0,
  '/Pod': 1,
  'apps/ReplicaSet': 2,
  'apps/StatefulSet': 2,
  'apps/DaemonSet': 2,
  'apps/Deployment': 3,
};

function rankOf(key: string): number {
  return RANKS[key.split('/', 2).join('/')] ?? 4;
}

function enqueueOwners(context: ControllerContext, object: KubernetesObject): void {
  const namespace = object.metadata.namespace ?? '';
  for (const owner of object.metadata.ownerReferences ?? []) {
    context.queue.add(`${groupOf(owner.apiVersion)}/${owner.kind}/${namespace}/${owner.name}`);
  }
}

/** A Deployment that recreates its pods waits for pods that its ReplicaSets no longer count. */
function enqueueDeployment(context: ControllerContext, pod: KubernetesObject): void {
  for (const owner of pod.metadata.ownerReferences ?? []) {
    if (owner.kind !== 'ReplicaSet') continue;
    const set = context.store.get('apps', 'ReplicaSet', pod.metadata.namespace ?? '', owner.name);
    if (set !== null) enqueueOwners(context, set);
  }
}

function enqueueServices(context: ControllerContext, pod: KubernetesObject): void {
  for (const service of context.index.inNamespace('/Service', pod.metadata.namespace ?? '')) {
    if (selectsPod(service, pod)) context.queue.add(queueKey(service));
  }
}

/** A Service or Gateway that comes or goes, and a route, may change the status of routes and gateways beside it. */
function enqueueGatewayApi(context: ControllerContext, event: StoreEvent): void {
  const isRoute = event.collection.startsWith('gateway.networking.k8s.io/');
  if (!isRoute && event.collection !== '/Service') return;
  for (const object of gatewayApiObjects(context, event.object.metadata.namespace ?? '')) {
    context.queue.add(queueKey(object));
  }
}

/** Queues everything that one change may concern. */
function enqueue(context: ControllerContext, event: StoreEvent): void {
  const { object } = event;
  if (event.type !== 'DELETED') context.queue.add(queueKey(object));
  enqueueOwners(context, object);
  enqueueGatewayApi(context, event);
  if (event.collection === '/Pod') enqueueServices(context, object);
  const isGone = event.type === 'DELETED';
  if (isGone && event.collection === '/Pod') enqueueDeployment(context, object);
  if (isGone && event.collection !== '/Event') {
    collectDependents(context, object.metadata.uid ?? '');
    const namespace = context.store.get('', 'Namespace', '', object.metadata.namespace ?? '');
    if (namespace?.metadata.deletionTimestamp) context.queue.add(queueKey(namespace));
  }
}

function reconcile(context: ControllerContext, kubelet: Kubelet, key: string): void {
  const object = objectOfKey(context.store, key);
  if (object === null) return;
  finishForegroundDeletion(context, object);
  const current = objectOfKey(context.store, key);
  if (current === null) return;
  const collection = collectionOfObject(current);
  if (collection === '/Pod') kubelet.reconcile(current);
  else for (const step of RECONCILERS[collection] ?? []) step(context, current);
}

function indexExisting(context: ControllerContext): void {
  for (const type of SERVED_TYPES) {
    for (const object of context.store.list(type.group, type.kind)) {
      context.index.add(`${type.group}/${type.kind}`, object);
      context.queue.add(queueKey(object));
    }
  }
}

/**
 * Simulates the controllers, scheduler, kubelet and Istio's injector over a store. What the store holds at this moment is
 * brought to its final state before the call returns (every pod Ready); later changes take their time.
 */
export function startControllers(
  store: ObjectStore,
  options: ControllerOptions = {},
): { close(): void } {
  const queue = new WorkQueue((key) => reconcile(context, kubelet, key), rankOf);
  const context: ControllerContext = {
    store,
    index: new ObjectIndex(),
    queue,
    podReadyMs: options.podReadyMs ?? 1200,
    podTerminationMs: options.podTerminationMs ?? 600,
    isSettling: true,
  };
  const kubelet = new Kubelet(context);
  const removeInjector = store.onCreate((object) => {
    if (object.kind !== 'Pod') return object;
    const namespace = store.get('', 'Namespace', '', object.metadata.namespace ?? '');
    const istiod = store.get('apps', 'Deployment', 'istio-system', 'istiod');
    return injectSidecar(object, namespace, clusterIdOf(istiod));
  });
  store.hasKubelet = true;
  indexExisting(context);
  const unsubscribe = store.onEvent((event) => {
    context.index.apply(event);
    enqueue(context, event);
  });
  queue.drain();
  context.isSettling = false;
  return {
    close() {
      unsubscribe();
      removeInjector();
      queue.close();
      store.hasKubelet = false;
    },
  };
}
