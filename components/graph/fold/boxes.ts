import type { Graph, GraphNode } from '@/mesh/graph/graph';
import { clusterSuffix } from '@/mesh/topology/workload-key';

/** A frame around nodes: a cluster where there are several, a namespace, or an app with several versions inside it. */
export interface Box {
  /** `cluster:east`, `namespace:bookinfo` (of several clusters `namespace:bookinfo@east`) or `app:bookinfo/reviews`. */
  readonly id: string;
  readonly kind: 'cluster' | 'namespace' | 'app';
  readonly label: string;
  /** Empty for a cluster. */
  readonly namespace: string;
  /** Id of the box around this one; `null` for those that stand by themselves. */
  readonly parent: string | null;
  readonly memberIds: readonly string[];
}

/** The id of a namespace's box; of the part of it in a cluster where there are several. */
export function namespaceBoxId(namespace: string, cluster?: string | null): string {
  return `namespace:${namespace}${clusterSuffix(cluster)}`;
}

/** Whether a box is one of a namespace, in whatever cluster. */
export function isBoxOfNamespace(boxId: string, namespace: string): boolean {
  const id = namespaceBoxId(namespace);
  return boxId === id || boxId.startsWith(`${id}@`);
}

/**
 * The boxes of a graph, outer ones first: of several clusters one per cluster, with the namespaces that are in it; one per
 * namespace, where what is of no single cluster stands by itself; and in the versioned-app view one per app that has two
 * nodes or more.
 */
export function boxesOf(graph: Graph): readonly Box[] {
  const byCluster = grouped(graph.nodes, ({ cluster }) => cluster ?? null);
  const byNamespace = grouped(graph.nodes, ({ namespace, cluster }) =>
    namespace === null ? null : namespaceBoxId(namespace, cluster),
  );
  return [
    ...[...byCluster].map(([cluster, nodes]) => clusterBox(cluster, nodes)),
    ...[...byNamespace].map(([id, nodes]) => namespaceBox(id, nodes)),
    ...(graph.view === 'versioned-app'
      ? [...byNamespace].flatMap(([id, nodes]) => appBoxes(id, nodes))
      : []),
  ];
}

function clusterBoxId(cluster: string): string {
  return `cluster:${encodeURIComponent(cluster)}`;
}

function clusterBox(cluster: string, nodes: readonly GraphNode[]): Box {
  return {
    id: clusterBoxId(cluster),
    kind: 'cluster',
    label: cluster,
    namespace: '',
    parent: null,
    memberIds: nodes.map(({ id }) => id),
  };
}

function namespaceBox(id: string, nodes: readonly GraphNode[]): Box {
  const [first] = nodes;
  const namespace = first?.namespace ?? '';
  const cluster = first?.cluster ?? null;
  return {
    id,
    kind: 'namespace',
    label: namespace,
    namespace,
    parent: cluster === null ? null : clusterBoxId(cluster),
    memberIds: nodes.map((node) => node.id),
  };
}

function appBoxes(parent: string, nodes: readonly GraphNode[]): readonly Box[] {
  return [...grouped(nodes, (node) => node.app)]
    .filter(([, members]) => members.length > 1)
    .map(([app, members]) => {
      const namespace = members[0]?.namespace ?? '';
      return {
        id: `app:${namespace}/${app}${clusterSuffix(members[0]?.cluster)}`,
        kind: 'app',
        label: app,
        namespace,
        parent,
        memberIds: members.map((node) => node.id),
      };
    });
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
