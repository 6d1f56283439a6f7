import type { Graph, GraphNode } from '@/mesh/graph/graph';

/** A frame around nodes: a namespace, or an app with several versions inside it. */
export interface Box {
  /** `namespace:bookinfo` or `app:bookinfo/reviews`. */
  readonly id: string;
  readonly kind: 'namespace' | 'app';
  readonly label: string;
  readonly namespace: string;
  /** Id of the box around this one; `null` for a namespace. */
  readonly parent: string | null;
  readonly memberIds: readonly string[];
}

/** The id of a namespace's box. */
export function namespaceBoxId(namespace: string): string {
  return `namespace:${namespace}`;
}

/**
 * The boxes of a graph, outer ones first: one per namespace, and in the versioned-app view one per app that has two
 * nodes or more.
 */
export function boxesOf(graph: Graph): readonly Box[] {
  const byNamespace = grouped(graph.nodes, (node) => node.namespace);
  const namespaces = [...byNamespace].map(([namespace, nodes]) => namespaceBox(namespace, nodes));
  if (graph.view !== 'versioned-app') return namespaces;
  return [
    ...namespaces,
    ...[...byNamespace].flatMap(([namespace, nodes]) => appBoxes(namespace, nodes)),
  ];
}

function namespaceBox(namespace: string, nodes: readonly GraphNode[]): Box {
  return {
    id: namespaceBoxId(namespace),
    kind: 'namespace',
    label: namespace,
    namespace,
    parent: null,
    memberIds: nodes.map((node) => node.id),
  };
}

function appBoxes(namespace: string, nodes: readonly GraphNode[]): readonly Box[] {
  return [...grouped(nodes, (node) => node.app)]
    .filter(([, members]) => members.length > 1)
    .map(([app, members]) => ({
      id: `app:${namespace}/${app}`,
      kind: 'app',
      label: app,
      namespace,
      parent: namespaceBoxId(namespace),
      memberIds: members.map((node) => node.id),
    }));
}

function grouped(
  nodes: readonly GraphNode[],
  keyOf: (node: GraphNode) => string | null,
): ReadonlyMap<string, readonly GraphNode[]> {
  const groups = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return groups;
}
