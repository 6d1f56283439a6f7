import { DEFAULT_REVISION } from '@/mesh/topology/mesh-labels';
import { perTopology } from '@/mesh/topology/per-topology';
import type { Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** An istiod and what it serves. */
export interface ControlPlane {
  readonly workload: Workload;
  /** `istio.io/rev` of its pods. */
  readonly revision: string;
  /** Of its image; `null`: named by digest only. */
  readonly version: string | null;
}

/** The istiods that can be seen, by revision. */
export const controlPlanes = perTopology((index): readonly ControlPlane[] =>
  [...index.topology.workloads.values()]
    .flatMap((workload) =>
      workload.istiod === null
        ? []
        : [
            {
              workload,
              revision: workload.labels['istio.io/rev'] ?? DEFAULT_REVISION,
              version: workload.istiod.version,
            },
          ],
    )
    .sort((a, b) => (a.revision < b.revision ? -1 : 1)),
);

/**
 * The istiods that configure proxies of a cluster: those of its primary where several clusters are watched, none where
 * that is not known.
 */
export function controlPlanesOf(
  index: TopologyIndex,
  cluster: string | undefined,
): readonly ControlPlane[] {
  const planes = controlPlanes(index);
  if (cluster === undefined) return planes;
  const primary = index.topology.clusters?.get(cluster)?.primary ?? null;
  return primary === null ? [] : planes.filter(({ workload }) => workload.cluster === primary);
}
