import type { ControllerContext } from '@/demo/controllers/controller-context';
import { isTerminating, writeStatus } from '@/demo/controllers/controller-context';
import { recordEvent } from '@/demo/controllers/event-recorder';
import { isPodReady } from '@/demo/controllers/pod-state';
import { podFromTemplate } from '@/demo/controllers/pod-template';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { numberOf, readPath } from '@/demo/kubernetes/json';

/** The pods of a controller that are not being deleted. */
export function activePods(
  context: ControllerContext,
  owner: KubernetesObject,
): readonly KubernetesObject[] {
  const owned = context.index.ownedBy(owner.metadata.uid ?? '');
  return owned.filter((object) => object.kind === 'Pod' && !isTerminating(object));
}

/** Starts the deletion of a pod, as its controller does. */
export function deletePod(context: ControllerContext, pod: KubernetesObject): void {
  const { namespace = '', name } = pod.metadata;
  context.store.delete('', 'Pod', namespace, name, { graceSeconds: 30 });
}

/** Pods that are not Ready go first, then the youngest. */
function byExpendability(left: KubernetesObject, right: KubernetesObject): number {
  const readiness = Number(isPodReady(left)) - Number(isPodReady(right));
  if (readiness !== 0) return readiness;
  const [leftAge, rightAge] = [left, right].map((pod) => pod.metadata.creationTimestamp ?? '');
  return (leftAge ?? '') < (rightAge ?? '') ? 1 : -1;
}

/** Creates and deletes pods until a ReplicaSet has as many as it wants, and reports them in its status. */
export function reconcileReplicaSet(context: ControllerContext, set: KubernetesObject): void {
  const pods = activePods(context, set);
  const wanted = numberOf(readPath(set, 'spec', 'replicas'), 1);
  if (!isTerminating(set)) {
    for (let missing = wanted - pods.length; missing > 0; missing -= 1) {
      const pod = context.store.create(podFromTemplate(set, {}, ''));
      recordEvent(context, set, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    }
    const surplus = pods.toSorted(byExpendability).slice(0, Math.max(0, pods.length - wanted));
    for (const pod of surplus) {
      deletePod(context, pod);
      recordEvent(context, set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
    }
  }
  const present = activePods(context, set);
  const ready = present.filter(isPodReady).length;
  writeStatus(context.store, set, {
    replicas: present.length,
    ...(present.length === 0 ? {} : { fullyLabeledReplicas: present.length }),
    ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
    observedGeneration: set.metadata.generation,
  });
}
