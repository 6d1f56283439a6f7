import { withCondition } from '@/demo/controllers/pod-state';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, numberOf, readPath } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

function count(sets: readonly KubernetesObject[], field: string): number {
  return sets.reduce((total, set) => total + numberOf(readPath(set, 'status', field), 0), 0);
}

function present(entries: Readonly<Record<string, number>>): JsonObject {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== 0));
}

/** The status of a Deployment from the status of its ReplicaSets; zero counts are left out, as Kubernetes does. */
export function deploymentStatus(
  deployment: KubernetesObject,
  current: KubernetesObject | null,
  sets: readonly KubernetesObject[],
  now: string,
): JsonObject {
  const desired = numberOf(readPath(deployment, 'spec', 'replicas'), 1);
  const newest = sets.filter((set) => set.metadata.uid === current?.metadata.uid);
  const replicas = count(sets, 'replicas');
  const updated = count(newest, 'replicas');
  const available = count(sets, 'availableReplicas');
  const isAvailable = available >= desired - Math.floor(desired / 4);
  const isComplete =
    updated === desired && replicas === desired && count(newest, 'availableReplicas') === desired;
  const name = current?.metadata.name ?? '';
  const before = arrayOf(readPath(deployment, 'status', 'conditions'));
  const withAvailable = withCondition(
    before,
    {
      type: 'Available',
      status: isAvailable ? 'True' : 'False',
      reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: isAvailable
        ? 'Deployment has minimum availability.'
        : 'Deployment does not have minimum availability.',
    },
    now,
  );
  const conditions = withCondition(
    withAvailable,
    {
      type: 'Progressing',
      status: 'True',
      reason: isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
      message: isComplete
        ? `ReplicaSet "${name}" has successfully progressed.`
        : `ReplicaSet "${name}" is progressing.`,
    },
    now,
  );
  return {
    observedGeneration: deployment.metadata.generation,
    ...present({
      replicas,
      updatedReplicas: updated,
      readyReplicas: count(sets, 'readyReplicas'),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, Math.max(desired, replicas) - available),
    }),
    conditions,
  };
}
