import type { Service, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const USE = 'istio.io/use-waypoint';
const USE_NAMESPACE = 'istio.io/use-waypoint-namespace';
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/**
 * The workload that runs the waypoint of a Service, else of a workload, else of their namespace; `null` when none is
 * named, when `none` opts out, or when nothing runs the one that is named (there is no falling back to the namespace's).
 */
export function waypointOf(
  index: TopologyIndex,
  service: Service | null,
  workload: Workload | null,
): Workload | null {
  const home = service?.namespace ?? workload?.namespace;
  if (home === undefined) return null;
  const labels = [
    service?.labels,
    workload?.labels,
    index.topology.namespaces.get(home)?.labels,
  ].find((candidate) => candidate?.[USE] !== undefined);
  const name = labels?.[USE];
  if (name === undefined || name === 'none') return null;
  const namespace = labels?.[USE_NAMESPACE] ?? home;
  return index.workloadsIn(namespace).find((found) => found.labels[GATEWAY_NAME] === name) ?? null;
}
