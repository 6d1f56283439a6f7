import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { numberOf, objectOf, readPath, stringMapOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

/** The `autoscaling/v1` Scale of a workload. */
export function asScale(object: KubernetesObject): JsonObject & { metadata: JsonObject } {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const labels = stringMapOf(readPath(object, 'spec', 'selector', 'matchLabels'));
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberOf(readPath(object, 'spec', 'replicas'), 0) },
    status: {
      replicas: numberOf(readPath(object, 'status', 'replicas'), 0),
      selector: selector.join(','),
    },
  };
}

/** The workload with the replica count (and the version guard) of a submitted Scale. */
export function withReplicasOf(
  workload: KubernetesObject,
  scale: KubernetesObject,
): KubernetesObject {
  const { resourceVersion: _current, ...metadata } = workload.metadata;
  const guard = scale.metadata.resourceVersion;
  const replicas = numberOf(readPath(scale, 'spec', 'replicas'), 0);
  return {
    ...workload,
    spec: { ...objectOf(workload['spec']), replicas },
    metadata: guard === undefined ? metadata : { ...metadata, resourceVersion: guard },
  };
}
