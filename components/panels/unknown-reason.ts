import type { Graph } from '@/mesh/graph/graph';

/** Why figures of the graph may be missing, in a few words: the metrics store's gap, else that nothing was reported. */
export function unknownReason(graph: Graph, origin: 'telemetry' | 'config' = 'telemetry'): string {
  const gap = graph.gaps.find(({ source }) => source === 'prometheus');
  if (gap !== undefined) return `Prometheus: ${gap.message}`;
  return origin === 'config' ? 'routed to, but never reported' : 'nothing reported';
}
