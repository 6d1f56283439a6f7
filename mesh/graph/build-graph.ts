import { addConfiguredEdges } from '@/mesh/graph/add-configured-edges';
import { finishGraph } from '@/mesh/graph/finish-graph';
import { graphDraft } from '@/mesh/graph/graph-draft';
import { indexTopology } from '@/mesh/topology/topology-index';
import { mergeReporters } from '@/mesh/telemetry/merge-reporters';
import { placeNodes } from '@/mesh/graph/place-nodes';
import { planServiceNodes } from '@/mesh/graph/plan-service-nodes';
import { targetNode } from '@/mesh/graph/target-node';
import type { EdgeDraft, GraphDraft, NodeDraft } from '@/mesh/graph/graph-draft';
import type { Graph, GraphView } from '@/mesh/graph/graph';
import type { GraphInputs } from '@/mesh/graph/graph-inputs';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { NodePlacer } from '@/mesh/graph/place-nodes';
import type { ServiceNodePlan } from '@/mesh/graph/plan-service-nodes';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/**
 * The graph of a view: one edge per pair of nodes and protocol, figures from one reporter each, workloads without
 * traffic as nodes of their own, and configured destinations that no series mentions as edges without figures. With
 * `namespaces`, edges that touch one of them stay, with both of their ends. Nodes and edges are ordered by id, so equal
 * inputs give equal answers whatever the order of samples. Cost is linear in samples, workloads and objects.
 */
export function buildGraph(inputs: GraphInputs): Graph {
  const index = indexTopology(inputs.topology);
  const merged = inputs.telemetry === null ? [] : mergeReporters(inputs.telemetry);
  const draft = graphDraft(inputs.telemetry?.latencyBoundsMs ?? []);
  const place = placeNodes(index, inputs.view, draft);
  const plan = planServiceNodes(index, inputs.view, merged, inputs.splits);
  for (const edge of merged) drawEdge(draft, place, plan, inputs.view, edge);
  addIdleNodes(index, place, inputs.view);
  addConfiguredEdges(index, draft, place, inputs);
  return finishGraph(index, draft, inputs);
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

/** Workloads that no edge touches, and in the service view Services likewise. Finished Jobs are left out. */
function addIdleNodes(index: TopologyIndex, place: NodePlacer, view: GraphView): void {
  for (const workload of index.topology.workloads.values()) {
    if (workload.kind === 'Job' && workload.pods === 0) continue;
    place.workload(workload);
  }
  if (view !== 'service') return;
  for (const service of index.topology.services.values()) {
    const isGateway = index.workloadsOf(service).some(({ proxy }) => proxy === 'gateway');
    if (!isGateway) place.service(service);
  }
}
