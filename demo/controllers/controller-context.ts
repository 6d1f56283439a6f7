import type { ObjectIndex } from '@/demo/controllers/object-index';
import type { WorkQueue } from '@/demo/controllers/work-queue';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { groupOf } from '@/demo/kubernetes/resource-type';
import type { ObjectStore } from '@/demo/kubernetes/object-store';

/** What every controller works with. */
export interface ControllerContext {
  readonly store: ObjectStore;
  readonly index: ObjectIndex;
  readonly queue: WorkQueue;
  /** How long a pod needs until it is Ready, and until it is gone after its deletion. */
  readonly podReadyMs: number;
  readonly podTerminationMs: number;
  /** While the controllers start, pods are Ready at once and no events are written. */
  isSettling: boolean;
}

/** `group/Kind` of an object. */
export function collectionOfObject(object: KubernetesObject): string {
  return `${groupOf(object.apiVersion)}/${object.kind}`;
}

/** The queue key of an object: `group/Kind/namespace/name`. */
export function queueKey(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return `${collectionOfObject(object)}/${namespace ?? ''}/${name}`;
}

/** The object that a queue key names; `null` when it is gone. */
export function objectOfKey(store: ObjectStore, key: string): KubernetesObject | null {
  const [group = '', kind = '', namespace = '', ...name] = key.split('/');
  return store.get(group, kind, namespace, name.join('/'));
}

/** The owner reference that makes `owner` the controller of an object. */
export function controllerReference(owner: KubernetesObject): {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller: boolean;
  blockOwnerDeletion: boolean;
} {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Stores a new status when it differs from the present one. */
export function writeStatus(
  store: ObjectStore,
  object: KubernetesObject,
  status: Readonly<Record<string, unknown>>,
): void {
  store.update({ ...object, status });
}

/** Whether a deletion of the object has begun. */
export function isTerminating(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}
