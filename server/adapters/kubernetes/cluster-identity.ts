import type { SlimController } from '@/server/adapters/kubernetes/slim-controller';
import type { SlimPod } from '@/server/adapters/kubernetes/slim-pod';

/** What a cluster says of its own name and istiod. */
export interface ClusterIdentity {
  /** Whether an istiod runs in it; `null` when not all of its Deployments could be read and none was found. */
  readonly hasIstiod: boolean | null;
  /** What its proxies call it in metrics, as istiod is told or else as they are; `null` when neither says it. */
  readonly clusterId: string | null;
}

/** Reads it off istiod, else off the first proxy. `isWhole`: every Deployment of the cluster is among `controllers`. */
export function toClusterIdentity(
  controllers: Iterable<SlimController>,
  pods: Iterable<SlimPod>,
  isWhole: boolean,
): ClusterIdentity {
  for (const { istiodImage, istiodClusterId } of controllers) {
    if (istiodImage === null) continue;
    return { hasIstiod: true, clusterId: istiodClusterId ?? firstOf(pods) };
  }
  return { hasIstiod: isWhole ? false : null, clusterId: firstOf(pods) };
}

function firstOf(pods: Iterable<SlimPod>): string | null {
  for (const { clusterId } of pods) if (clusterId !== null) return clusterId;
  return null;
}
