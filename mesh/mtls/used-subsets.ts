import { readRouteRules } from '@/mesh/splits/read-route-rules';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const NONE: ReadonlySet<string> = new Set();

/** Names of the subsets of a host that some VirtualService sends traffic to. */
export function usedSubsets(index: TopologyIndex, host: string): ReadonlySet<string> {
  return index.once(usedSubsets, () => collect(index)).get(host) ?? NONE;
}

function collect(index: TopologyIndex): ReadonlyMap<string, ReadonlySet<string>> {
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
}
