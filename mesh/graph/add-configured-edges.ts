import { isPlace, type GraphDraft, type NodeDraft } from '@/mesh/graph/graph-draft';
import type { GraphInputs } from '@/mesh/graph/graph-inputs';
import type { NodePlacer } from '@/mesh/graph/place-nodes';
import type { SplitDestination, TrafficSplit } from '@/mesh/splits/split';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const UNREACHED = new Set<string>(['shadowed-by-other-route', 'exported-to-nobody']);

/**
 * Draws the destinations of splits that no series mentions, from the service node that carries the handle to each
 * workload behind the destination (to the destination's own host where nothing stands behind it). Rules that no request
 * can reach are left out. Only in the views that have service nodes in front of workloads.
 */
export function addConfiguredEdges(
  index: TopologyIndex,
  draft: GraphDraft,
  place: NodePlacer,
  inputs: Pick<GraphInputs, 'view' | 'splits'>,
): void {
  if (inputs.view !== 'workload' && inputs.view !== 'versioned-app') return;
  const drawn = new Set<string>();
  for (const { source, target } of draft.edges.values()) {
    if (isPlace(source)) drawn.add(`${source.id}>${target.id}`);
  }
  for (const split of inputs.splits) {
    const isShadowed = split.warnings.some(({ rule }) => UNREACHED.has(rule));
    if (split.handleHost === null || split.destinations.length < 2 || isShadowed) continue;
    const service = place.host(split.handleHost);
    for (const destination of split.destinations) {
      for (const target of targetsOf(index, place, destination)) {
        const key = `${service.id}>${target.id}`;
        if (target === service || drawn.has(key)) continue;
        drawn.add(key);
        draft.edge(service, target, protocolOf(split));
      }
    }
  }
}

function targetsOf(
  index: TopologyIndex,
  place: NodePlacer,
  destination: SplitDestination,
): readonly NodeDraft[] {
  const nodes = destination.workloads.flatMap((key) => {
    const workload = index.topology.workloads.get(key);
    return workload === undefined ? [] : [place.workload(workload)];
  });
  return nodes.length > 0 ? nodes : [place.host(destination.fqdn)];
}

function protocolOf(split: TrafficSplit): 'http' | 'grpc' | 'tcp' {
  return split.protocol === 'http' || split.protocol === 'grpc' ? split.protocol : 'tcp';
}
