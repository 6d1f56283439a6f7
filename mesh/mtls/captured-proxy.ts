import type { ProxyMode, Workload } from '@/mesh/topology/topology';

/**
 * How the traffic of a workload takes part in the mesh. Pods on their host's network have no proxy in its way, whatever
 * containers they have: Istio injects none there and ambient mode leaves them out. A gateway listens itself and needs no
 * capturing.
 */
export function capturedProxy({ proxy, hostNetwork }: Workload): ProxyMode {
  return hostNetwork && (proxy === 'sidecar' || proxy === 'ambient') ? 'none' : proxy;
}

/** Why a workload whose {@link capturedProxy} is `none` has none. */
export function noProxyText({ hostNetwork }: Workload): string {
  return hostNetwork
    ? 'its pods use the host network, where Istio injects no proxy and captures nothing'
    : 'no proxy in its pods';
}

/** Pods of a workload that have no proxy in the way of their traffic. */
export function barePods(workload: Workload): number {
  return capturedProxy(workload) === 'none' ? workload.pods : workload.pods - workload.proxiedPods;
}
