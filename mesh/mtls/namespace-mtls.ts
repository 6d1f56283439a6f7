import {
  inherit,
  namespacePeerMode,
  peerSelector,
  portModes,
  workloadPeerAuthentication,
} from '@/mesh/mtls/peer-authentication';
import { inCluster, refOf } from '@/mesh/topology/object';
import { capturedProxy } from '@/mesh/mtls/captured-proxy';
import type { MtlsVerdict, NamespaceMtls } from '@/mesh/mtls/mtls';
import type { ProxyMode, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const IN_MESH: ReadonlySet<ProxyMode> = new Set(['sidecar', 'ambient', 'gateway']);

/**
 * The namespace's mode and the workloads and ports that differ from it. `verdicts` are those of edges into it. Workloads
 * that nobody runs (scaled to zero) count, those without a proxy count as such. With `cluster` (one that the topology's
 * objects configure): of the workloads there.
 */
export function namespaceMtls(
  index: TopologyIndex,
  namespace: string,
  verdicts: Readonly<Record<MtlsVerdict, number>>,
  cluster?: string,
): NamespaceMtls {
  const workloads = workloadsOf(index, namespace, cluster);
  const mode = namespacePeerMode(index, namespace);
  return {
    namespace,
    ...inCluster(cluster),
    mode,
    exceptions: exceptionsOf(index, namespace, workloads),
    workloads: workloads.length,
    workloadsWithProxy: workloads.map(capturedProxy).filter((proxy) => IN_MESH.has(proxy)).length,
    verdicts,
  };
}

function workloadsOf(
  index: TopologyIndex,
  namespace: string,
  cluster: string | undefined,
): readonly Workload[] {
  const workloads = index.workloadsIn(namespace);
  return cluster === undefined
    ? workloads
    : workloads.filter((workload) => workload.cluster === cluster);
}

function exceptionsOf(
  index: TopologyIndex,
  namespace: string,
  workloads: readonly Workload[],
): NamespaceMtls['exceptions'] {
  const parent = namespacePeerMode(index, namespace);
  const exceptions: NamespaceMtls['exceptions'][number][] = [];
  for (const workload of workloads) {
    const own = workloadPeerAuthentication(index, workload);
    if (own === null || peerSelector(own) === null) continue;
    const mode = inherit(parent, own);
    if (mode.mode !== parent.mode) exceptions.push({ workload: workload.name, port: null, mode });
    for (const [port, byPort] of portModes(own)) {
      if (byPort === mode.mode) continue;
      const at = `spec.portLevelMtls.${port}`;
      exceptions.push({
        workload: workload.name,
        port,
        mode: { mode: byPort, decidedBy: refOf(own), at },
      });
    }
  }
  return exceptions;
}
