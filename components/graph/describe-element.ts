import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import type { DrawnGraph } from '@/components/graph/fold/fold-graph';

/** Words per kind of node, as people say them. */
export const KIND_WORDS = {
  workload: 'workload',
  app: 'app',
  'versioned-app': 'app version',
  service: 'service',
  gateway: 'gateway',
  'service-entry': 'external host',
  passthrough: 'passthrough traffic',
  'black-hole': 'blocked traffic',
  unknown: 'unknown clients',
  outside: 'namespaces you may not see',
} as const;

/** A sentence for screen readers about a drawn node: what it is, how it is, and how many edges it has. `null` if it is gone. */
export function describeElement(drawn: DrawnGraph, id: string): string | null {
  const incoming = drawn.edges.filter((edge) => edge.target === id).length;
  const outgoing = drawn.edges.filter((edge) => edge.source === id).length;
  const edges = `${incoming} in, ${outgoing} out`;
  const folded = drawn.folded.find((entry) => entry.box.id === id);
  if (folded !== undefined)
    return `${folded.box.label}, folded ${folded.box.kind} of ${folded.nodes.length} nodes, ${folded.health}, edges: ${edges}`;
  const node = drawn.nodes.find((entry) => entry.id === id);
  if (node === undefined) return null;
  const where = node.namespace === null ? '' : ` in ${node.namespace}`;
  const rate = node.inbound.rps === null ? 'no request rate' : `${formatRate(node.inbound.rps)} in`;
  const errors =
    node.inbound.errorRatio === null ? '' : `, ${formatRatio(node.inbound.errorRatio)} errors`;
  const split = node.splits.length > 0 ? ', splits traffic' : '';
  return `${node.label}, ${KIND_WORDS[node.kind]}${where}, ${node.health.status}, ${rate}${errors}${split}, edges: ${edges}`;
}
