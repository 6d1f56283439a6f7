import { formatEdgeId } from '@/mesh/graph/node-id';
import { RateSum } from '@/mesh/graph/rate-sum';
import type { GraphEdge, NodeKind } from '@/mesh/graph/graph';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { ObjectRef } from '@/mesh/topology/object';
import type { Workload } from '@/mesh/topology/topology';

/** What is fixed about a node when it is first met. */
export interface NodeSeed {
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
  readonly namespace: string | null;
  /** Absent where one cluster is watched. */
  readonly cluster?: string | null;
  readonly app: string | null;
  readonly version: string | null;
  readonly exists: boolean;
  /** Host (FQDN or ServiceEntry pattern) that the node itself stands for. */
  readonly ownHost: string | null;
  /** The ServiceEntry behind the node. */
  readonly entry: ObjectRef | null;
}

/** A node that is being filled. */
export interface NodeDraft extends NodeSeed {
  readonly workloads: Set<Workload>;
  readonly hosts: Set<string>;
  readonly inbound: RateSum;
  readonly outbound: RateSum;
}

/** True for what stands for a host, not for workloads. */
export function isPlace({ kind }: Pick<NodeSeed, 'kind'>): boolean {
  return kind === 'service' || kind === 'service-entry';
}

/** An edge that is being filled. `parts` are the merged edges that it draws. */
export interface EdgeDraft {
  readonly id: string;
  readonly source: NodeDraft;
  readonly target: NodeDraft;
  readonly protocol: GraphEdge['protocol'];
  readonly rates: RateSum;
  readonly parts: MergedEdge[];
  isMirrored: boolean;
}

/** A graph that is being filled. Nodes and edges are unique by id. */
export interface GraphDraft {
  readonly nodes: ReadonlyMap<string, NodeDraft>;
  readonly edges: ReadonlyMap<string, EdgeDraft>;
  /** The node of an id; made from `seed` when it is new. */
  node(seed: NodeSeed): NodeDraft;
  /** The edge between two nodes; new ones have no traffic yet. */
  edge(source: NodeDraft, target: NodeDraft, protocol: GraphEdge['protocol']): EdgeDraft;
}

const NO_CLUSTER = {};

/** An empty draft over histograms with `boundsMs`. */
export function graphDraft(boundsMs: readonly number[]): GraphDraft {
  const nodes = new Map<string, NodeDraft>();
  const edges = new Map<string, EdgeDraft>();
  return {
    nodes,
    edges,
    node(seed) {
      const known = nodes.get(seed.id);
      if (known !== undefined) return known;
      const made: NodeDraft = {
        // Field by field: spreading is several times slower.
        id: seed.id,
        kind: seed.kind,
        label: seed.label,
        namespace: seed.namespace,
        ...(seed.cluster === undefined ? NO_CLUSTER : { cluster: seed.cluster }),
        app: seed.app,
        version: seed.version,
        exists: seed.exists,
        ownHost: seed.ownHost,
        entry: seed.entry,
        workloads: new Set(),
        hosts: new Set(seed.ownHost === null ? [] : [seed.ownHost]),
        inbound: new RateSum(boundsMs),
        outbound: new RateSum(boundsMs),
      };
      nodes.set(seed.id, made);
      return made;
    },
    edge(source, target, protocol) {
      const id = formatEdgeId(source.id, target.id, protocol);
      const known = edges.get(id);
      if (known !== undefined) return known;
      const rates = new RateSum(boundsMs);
      const made: EdgeDraft = { id, source, target, protocol, rates, parts: [], isMirrored: false };
      edges.set(id, made);
      return made;
    },
  };
}
