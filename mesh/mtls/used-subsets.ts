import { readRouteRules } from '@/mesh/splits/read-route-rules';
import { perTopology } from '@/mesh/topology/per-topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const NONE: ReadonlySet<string> = new Set();

/** Names of the subsets of a host that some VirtualService sends traffic to. */
export function usedSubsets(index: TopologyIndex, host: string): ReadonlySet<string> {
  return subsetsByHost(index).get(host) ?? NONE;
}

const subsetsByHost = perTopology((index): ReadonlyMap<string, ReadonlySet<string>> => {
  const byHost = new Map<string, Set<string>>();
  const { clusterDomain } = index.topology.mesh;
  for (const object of index.config('networking.istio.io/VirtualService')) {
    for (const rule of readRouteRules(object, clusterDomain)) {
      for (const { fqdn, subset } of [...rule.destinations, ...rule.mirrors]) {
        if (subset === null) continue;
        const known = byHost.get(fqdn) ?? new Set<string>();
        byHost.set(fqdn, known.add(subset));
      }
    }
  }
  return byHost;
});
