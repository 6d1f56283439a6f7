import { isTerminating } from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { groupOf } from '@/demo/kubernetes/resource-type';

const FOREGROUND = 'foregroundDeletion';

function remove(context: ControllerContext, object: KubernetesObject): void {
  const { name, namespace = '' } = object.metadata;
  const group = groupOf(object.apiVersion);
  if (isTerminating(object) || context.store.get(group, object.kind, namespace, name) === null)
    return;
  const graceSeconds = object.kind === 'Pod' ? 30 : 0;
  context.store.delete(group, object.kind, namespace, name, { graceSeconds });
}

/** Deletes what the deleted owner leaves behind, unless another owner still lives. */
export function collectDependents(context: ControllerContext, ownerUid: string): void {
  for (const object of context.index.ownedBy(ownerUid)) {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.some((owner) => context.index.exists(owner.uid))) continue;
    remove(context, object);
  }
}

/** Deletes the dependents of an owner in foreground deletion, and lets the owner go once there are none. */
export function finishForegroundDeletion(
  context: ControllerContext,
  owner: KubernetesObject,
): void {
  const finalizers = owner.metadata.finalizers ?? [];
  if (!isTerminating(owner) || !finalizers.includes(FOREGROUND)) return;
  const dependents = context.index.ownedBy(owner.metadata.uid ?? '');
  for (const object of dependents) remove(context, object);
  if (context.index.ownedBy(owner.metadata.uid ?? '').length > 0) return;
  const rest = finalizers.filter((finalizer) => finalizer !== FOREGROUND);
  context.store.update({ ...owner, metadata: { ...owner.metadata, finalizers: rest } });
}
