import { drawTraffic } from '@/mesh/graph/draw-traffic';
import { indexTopology } from '@/mesh/topology/topology-index';
import type { GraphInputs } from '@/mesh/graph/graph-inputs';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { TrafficRates } from '@/mesh/graph/graph';

/** One element of the graph of a view by its id: an edge, or what comes into or goes out of a node. */
export interface GraphElementTraffic {
  readonly kind: 'edge' | 'inbound' | 'outbound';
  readonly id: string;
}

/**
 * The figures that {@link buildGraph} gives an element, from any snapshot that holds at least its traffic; without the
 * cost of the rest. `null` where that traffic is not in the snapshot.
 */
export function elementRates(
  { topology, view, splits }: Pick<GraphInputs, 'topology' | 'view' | 'splits'>,
  { kind, id }: GraphElementTraffic,
): (telemetry: TelemetrySnapshot) => TrafficRates | null {
  const index = indexTopology(topology);
  return (telemetry) => {
    const { draft } = drawTraffic(index, { telemetry, view, splits });
    const sum = kind === 'edge' ? draft.edges.get(id)?.rates : draft.nodes.get(id)?.[kind];
    return sum?.rates() ?? null;
  };
}
