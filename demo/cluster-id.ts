import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, readPath, stringOf } from '@/demo/kubernetes/json';

/** Istio's own name for a cluster that nobody named. */
export const DEFAULT_CLUSTER_ID = 'Kubernetes';

/** What a cluster is called in metrics: `CLUSTER_ID` of its istiod, which is `null` where none runs. */
export function clusterIdOf(istiod: KubernetesObject | null): string {
  if (istiod === null) return DEFAULT_CLUSTER_ID;
  const containers = arrayOf(readPath(istiod, 'spec', 'template', 'spec', 'containers'));
  const variables = containers.flatMap((container) => arrayOf(readPath(container, 'env')));
  const own = variables.find((variable) => readPath(variable, 'name') === 'CLUSTER_ID');
  return stringOf(readPath(own, 'value')) || DEFAULT_CLUSTER_ID;
}

/** Whether an object is the Deployment of istiod. */
export function isIstiod({ kind, metadata }: KubernetesObject): boolean {
  return (
    kind === 'Deployment' && metadata.namespace === 'istio-system' && metadata.name === 'istiod'
  );
}
