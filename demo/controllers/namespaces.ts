import { isTerminating } from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { objectOf } from '@/demo/kubernetes/json';
import { groupOf } from '@/demo/kubernetes/resource-type';

function ensureServiceAccount(context: ControllerContext, namespace: string): void {
  if (context.store.get('', 'ServiceAccount', namespace, 'default') !== null) return;
  context.store.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace },
  });
}

/** Empties a namespace that is being deleted, then lets it go; gives a living one its default service account. */
export function reconcileNamespace(context: ControllerContext, namespace: KubernetesObject): void {
  const { name } = namespace.metadata;
  if (!isTerminating(namespace)) {
    ensureServiceAccount(context, name);
    return;
  }
  for (const object of context.index.allInNamespace(name)) {
    const graceSeconds = object.kind === 'Pod' && context.store.hasKubelet ? 30 : 0;
    const { apiVersion, kind, metadata } = object;
    const group = groupOf(apiVersion);
    if (context.store.get(group, kind, name, metadata.name) === null) continue;
    context.store.delete(group, kind, name, metadata.name, { graceSeconds });
  }
  if (context.index.allInNamespace(name).length > 0) return;
  context.store.update({ ...namespace, spec: { ...objectOf(namespace['spec']), finalizers: [] } });
}
