import type { GraphView } from '@/mesh/graph/graph';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { NodeDraft } from '@/mesh/graph/graph-draft';
import type { NodePlacer } from '@/mesh/graph/place-nodes';

/** The node that requests ended at; where they reached no workload, what stands for the host. */
export function targetNode(place: NodePlacer, view: GraphView, edge: MergedEdge): NodeDraft {
  const { destination, destinationService, destinationServiceName } = edge;
  if (destinationServiceName === 'BlackHoleCluster') return place.blackHole();
  if (
    destination.workload === null &&
    destinationServiceName?.endsWith('PassthroughCluster') === true
  ) {
    return place.passthrough();
  }
  if (destination.workload === null)
    return place.host(destinationService ?? destinationServiceName ?? 'unknown');
  const isKnownHost =
    destinationService !== null && destinationServiceName?.includes('PassthroughCluster') !== true;
  if (view === 'service' && isKnownHost) {
    const node = place.host(destinationService);
    if (node.exists) return node;
  }
  return place.peer(destination);
}
