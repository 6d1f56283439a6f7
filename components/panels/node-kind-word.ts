import type { GraphNode } from '@/mesh/graph/graph';

const WORD: Readonly<Record<GraphNode['kind'], string>> = {
  workload: 'Workload',
  app: 'App',
  'versioned-app': 'App version',
  service: 'Service',
  gateway: 'Gateway',
  'service-entry': 'External host',
  passthrough: 'Passthrough',
  'black-hole': 'Black hole',
  unknown: 'Unknown clients',
  outside: 'Out of your sight',
};

/** What a node is, in a word or two. */
export function nodeKindWord(node: GraphNode): string {
  return node.kind === 'workload' && node.workloadKind !== null
    ? node.workloadKind
    : WORD[node.kind];
}
