import type { EdgeSingular, EventObject, NodeSingular } from 'cytoscape';
import type { EdgeData, NodeData } from '@/components/graph/to-elements';

/** What `syncElements` put on a node, typed. */
export function nodeDataOf(node: NodeSingular): NodeData {
  return node.data() as NodeData;
}

/** What `syncElements` put on an edge, typed. */
export function edgeDataOf(edge: EdgeSingular): EdgeData {
  return edge.data() as EdgeData;
}

/** Id of the element that an event happened on. */
export function eventId(event: EventObject): string {
  return (event.target as { readonly id: () => string }).id();
}
