import type { ControllerContext } from '@/demo/controllers/controller-context';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';

const KEPT_EVENTS = 300;

/** Writes a Kubernetes Event about an object; the newest 300 of the cluster are kept. Silent while settling. */
export function recordEvent(
  context: ControllerContext,
  about: KubernetesObject,
  reason: string,
  message: string,
): void {
  if (context.isSettling) return;
  const { store } = context;
  const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
  const now = store.timestamp();
  store.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${store.randomSuffix(12)}`, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name,
      namespace,
      uid,
      resourceVersion,
    },
    reason,
    message,
    type: 'Normal',
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: about.kind === 'Pod' ? 'kubelet' : 'controller-manager' },
    reportingComponent: about.kind === 'Pod' ? 'kubelet' : 'controller-manager',
  });
  const events = store.list('', 'Event');
  if (events.length <= KEPT_EVENTS) return;
  const version = (event: KubernetesObject) => Number(event.metadata.resourceVersion ?? 0);
  const oldest = events.reduce((left, right) => (version(left) < version(right) ? left : right));
  store.delete('', 'Event', oldest.metadata.namespace ?? '', oldest.metadata.name);
}
