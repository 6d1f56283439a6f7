import { readRouteRules } from '@/mesh/splits/read-route-rules';
import { perTopology } from '@/mesh/topology/per-topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** How VirtualServices send traffic to a host. */
export interface UsedSubsets {
  readonly names: ReadonlySet<string>;
  /** `true` when a rule sends traffic to the host as a whole, without a subset. */
  readonly isWholeUsed: boolean;
}

const NONE: UsedSubsets = { names: new Set(), isWholeUsed: false };

/** The subsets of a host that some VirtualService sends traffic to. */
export function usedSubsets(index: TopologyIndex, host: string): UsedSubsets {
  return subsetsByHost(index).get(host) ?? NONE;
}

const subsetsByHost = perTopology((index): ReadonlyMap<string, UsedSubsets> => {
  const byHost = new Map<string, { names: Set<string>; isWholeUsed: boolean }>();
  const { clusterDomain } = index.topology.mesh;
  for (const object of index.config('networking.istio.io/VirtualService')) {
    for (const rule of readRouteRules(object, clusterDomain)) {
      for (const { fqdn, subset } of [...rule.destinations, ...rule.mirrors]) {
        const known = byHost.get(fqdn) ?? { names: new Set<string>(), isWholeUsed: false };
        byHost.set(fqdn, known);
        if (subset === null) known.isWholeUsed = true;
        else known.names.add(subset);
      }
    }
  }
  return byHost;
});
