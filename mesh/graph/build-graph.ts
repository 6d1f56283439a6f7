import { addConfiguredEdges } from '@/mesh/graph/add-configured-edges';
import { finishGraph } from '@/mesh/graph/finish-graph';
import { drawTraffic } from '@/mesh/graph/draw-traffic';
import { indexTopology } from '@/mesh/topology/topology-index';
import type { Graph, GraphView } from '@/mesh/graph/graph';
import type { GraphInputs } from '@/mesh/graph/graph-inputs';
import type { NodePlacer } from '@/mesh/graph/place-nodes';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/**
 * The graph of a view: one edge per pair of nodes and protocol, figures from one reporter each, workloads without
 * traffic as nodes of their own, and configured destinations that no series mentions as edges without figures. With
 * `namespaces`, edges that touch one of them stay, with both of their ends. Nodes and edges are ordered by id, so equal
 * inputs give equal answers whatever the order of samples. Cost is linear in samples, workloads and objects.
 */
export function buildGraph(inputs: GraphInputs): Graph {
  const index = indexTopology(inputs.topology);
  const { draft, place } = drawTraffic(index, inputs);
  addIdleNodes(index, place, inputs.view);
  addConfiguredEdges(index, draft, place, inputs);
  return finishGraph(index, draft, inputs);
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
