import { isTerminating, writeStatus } from '@/demo/controllers/controller-context';
import type { ControllerContext } from '@/demo/controllers/controller-context';
import { isPodReady } from '@/demo/controllers/pod-state';
import { podFromTemplate } from '@/demo/controllers/pod-template';
import { activePods, deletePod } from '@/demo/controllers/replica-sets';
import { templateHash } from '@/demo/controllers/template-hash';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { numberOf, objectOf, readPath } from '@/demo/kubernetes/json';

const HASH_LABEL = 'controller-revision-hash';

interface Slot {
  /** The pod's name; empty for a generated one. */
  readonly name: string;
  readonly node: string;
}

function hashOf(owner: KubernetesObject): string {
  return templateHash(objectOf(readPath(owner, 'spec', 'template')));
}

function isUpdated(pod: KubernetesObject, revision: string): boolean {
  return pod.metadata.labels?.[HASH_LABEL] === revision;
}

/** Replaces pods of an older template one at a time, and only while all others are Ready. */
function replaceOutdated(
  context: ControllerContext,
  pods: readonly KubernetesObject[],
  revision: string,
): void {
  if (!pods.every(isPodReady)) return;
  const outdated = pods.filter((pod) => !isUpdated(pod, revision));
  const last = outdated
    .sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1))
    .at(-1);
  if (last !== undefined) deletePod(context, last);
}

function createPod(
  context: ControllerContext,
  owner: KubernetesObject,
  slot: Slot,
  revision: string,
): void {
  const pod = podFromTemplate(owner, { [HASH_LABEL]: revision }, slot.name);
  const node = slot.node === '' ? {} : { nodeName: slot.node };
  context.store.create({ ...pod, spec: { ...objectOf(pod['spec']), ...node } });
}

/** Makes a StatefulSet's pods `name-0`, `name-1`, … in order, each once the one before is Ready. */
export function reconcileStatefulSet(context: ControllerContext, set: KubernetesObject): void {
  if (isTerminating(set)) return;
  const revision = `${set.metadata.name}-${hashOf(set)}`;
  const desired = numberOf(readPath(set, 'spec', 'replicas'), 1);
  const nameOf = (ordinal: number) => `${set.metadata.name}-${ordinal}`;
  const namespace = set.metadata.namespace ?? '';
  const all = context.index.ownedBy(set.metadata.uid ?? '');
  const isOrdered = readPath(set, 'spec', 'podManagementPolicy') !== 'Parallel';
  for (let ordinal = 0; ordinal < desired; ordinal += 1) {
    const pod = context.store.get('', 'Pod', namespace, nameOf(ordinal));
    if (pod === null) {
      const labels = { 'apps.kubernetes.io/pod-index': String(ordinal), [HASH_LABEL]: revision };
      context.store.create(podFromTemplate(set, labels, nameOf(ordinal)));
    }
    const isReady = pod !== null && isPodReady(pod) && !isTerminating(pod);
    if (isOrdered && !isReady && !context.isSettling) break;
  }
  const wanted = new Set(Array.from({ length: desired }, (_, ordinal) => nameOf(ordinal)));
  for (const pod of all) {
    if (pod.kind === 'Pod' && !wanted.has(pod.metadata.name) && !isTerminating(pod)) {
      deletePod(context, pod);
    }
  }
  const pods = activePods(context, set);
  if (pods.length === desired) replaceOutdated(context, pods, revision);
  const ready = pods.filter(isPodReady).length;
  const updated = pods.filter((pod) => isUpdated(pod, revision)).length;
  const previous = readPath(set, 'status', 'currentRevision');
  writeStatus(context.store, set, {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: updated,
    updatedReplicas: updated,
    currentRevision: updated === desired || typeof previous !== 'string' ? revision : previous,
    updateRevision: revision,
    collisionCount: 0,
  });
}

/** Keeps one pod of a DaemonSet on every node (one in all when the cluster has no Node objects). */
export function reconcileDaemonSet(context: ControllerContext, set: KubernetesObject): void {
  if (isTerminating(set)) return;
  const revision = hashOf(set);
  const nodes = context.store.list('', 'Node').map((node) => node.metadata.name);
  const slots = nodes.length === 0 ? [''] : nodes;
  const occupied = new Set(
    context.index
      .ownedBy(set.metadata.uid ?? '')
      .map((pod) => (nodes.length === 0 ? '' : readPath(pod, 'spec', 'nodeName'))),
  );
  for (const node of slots) {
    if (!occupied.has(node)) createPod(context, set, { name: '', node }, revision);
  }
  const pods = activePods(context, set);
  if (pods.length === slots.length) replaceOutdated(context, pods, revision);
  const ready = pods.filter(isPodReady).length;
  writeStatus(context.store, set, {
    observedGeneration: set.metadata.generation,
    desiredNumberScheduled: slots.length,
    currentNumberScheduled: pods.length,
    updatedNumberScheduled: pods.filter((pod) => isUpdated(pod, revision)).length,
    numberReady: ready,
    numberAvailable: ready,
    numberMisscheduled: 0,
  });
}
