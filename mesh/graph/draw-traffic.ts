import { graphDraft } from '@/mesh/graph/graph-draft';
import { mergeReporters } from '@/mesh/telemetry/merge-reporters';
import { placeNodes } from '@/mesh/graph/place-nodes';
import { planServiceNodes } from '@/mesh/graph/plan-service-nodes';
import { targetNode } from '@/mesh/graph/target-node';
import type { EdgeDraft, GraphDraft, NodeDraft } from '@/mesh/graph/graph-draft';
import type { GraphInputs } from '@/mesh/graph/graph-inputs';
import type { GraphView } from '@/mesh/graph/graph';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { NodePlacer } from '@/mesh/graph/place-nodes';
import type { ServiceNodePlan } from '@/mesh/graph/plan-service-nodes';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** A draft that holds what metrics tell, and nothing else yet, with what places more nodes in it. */
export function drawTraffic(
  index: TopologyIndex,
  { telemetry, view, splits }: Pick<GraphInputs, 'telemetry' | 'view' | 'splits'>,
): { readonly draft: GraphDraft; readonly place: NodePlacer } {
  const merged = telemetry === null ? [] : mergeReporters(telemetry);
  const draft = graphDraft(telemetry?.latencyBoundsMs ?? []);
  const place = placeNodes(index, view, draft);
  const plan = planServiceNodes(index, view, merged, splits);
  for (const edge of merged) drawEdge(draft, place, plan, view, edge);
  return { draft, place };
}

function drawEdge(
  draft: GraphDraft,
  place: NodePlacer,
  plan: ServiceNodePlan,
  view: GraphView,
  edge: MergedEdge,
): void {
  const source = place.peer(edge.source);
  const target = targetNode(place, view, edge);
  const front = edge.destination.workload === null ? null : plan.through(edge);
  const isMirrored = plan.isMirror(edge);
  source.outbound.add(edge);
  target.inbound.add(edge);
  if (edge.destinationService !== null && target.kind !== 'service')
    target.hosts.add(edge.destinationService);
  const service = front === null ? null : place.host(front);
  if (service === null || service === target) {
    addTraffic(draft, [source, target], edge, isMirrored);
    return;
  }
  if (!isMirrored) {
    service.inbound.add(edge);
    addTraffic(draft, [source, service], edge, false);
  }
  service.outbound.add(edge);
  addTraffic(draft, [service, target], edge, isMirrored);
}

function addTraffic(
  draft: GraphDraft,
  ends: readonly [NodeDraft, NodeDraft],
  edge: MergedEdge,
  isMirrored: boolean,
): EdgeDraft {
  const drawn = draft.edge(ends[0], ends[1], edge.protocol);
  drawn.isMirrored = isMirrored && (drawn.isMirrored || drawn.parts.length === 0);
  drawn.rates.add(edge);
  drawn.parts.push(edge);
  return drawn;
}
