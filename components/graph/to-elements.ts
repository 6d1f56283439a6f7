import { edgeLabelText } from '@/components/graph/edge-label-text';
import { cardSize, foldedSize, plainNodeSize, type NodeSize } from '@/components/graph/node-size';
import { cutMiddle, nameLines } from '@/components/graph/labels/name-lines';
import type { EdgeLabel } from '@/components/graph/edge-label';
import type { DrawnEdge, DrawnGraph, FoldedBox } from '@/components/graph/fold/fold-graph';
import type { Box } from '@/components/graph/fold/boxes';
import type { GraphNode, NodeKind } from '@/mesh/graph/graph';
import type { HealthStatus } from '@/mesh/health/health';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';
import type { TrafficSplit } from '@/mesh/splits/split';

/** What Cytoscape holds about a node. Flat, so that two can be compared key by key. */
export interface NodeData {
  readonly id: string;
  /** Id of the open box around it. */
  readonly parent: string | null;
  readonly role: 'node' | 'card' | 'folded' | 'cluster-box' | 'namespace-box' | 'app-box';
  readonly kind: NodeKind | 'box';
  /** As it is written: broken into lines, and cut where it is too long. */
  readonly label: string;
  /** In full. */
  readonly name: string;
  readonly health: HealthStatus;
  /** Badge names, comma-separated. */
  readonly badges: string;
  readonly exists: boolean;
  readonly width: number;
  readonly height: number;
  readonly outerWidth: number;
  readonly labelHeight: number;
}

/** What Cytoscape holds about an edge. */
export interface EdgeData {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly label: string;
  readonly health: HealthStatus;
  readonly verdict: MtlsVerdict;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  /** Line width in pixels, 1..7: grows with the logarithm of the rate. */
  readonly width: number;
  /** Requests per second for the animation, or connections' bytes scaled to it; `null` when nothing flows or is known. */
  readonly flow: number | null;
  readonly errorRatio: number | null;
  readonly configOnly: boolean;
  readonly mirrored: boolean;
}

/** Every element of a drawing: boxes before what stands in them. */
export interface GraphElements {
  readonly nodes: readonly NodeData[];
  readonly edges: readonly EdgeData[];
}

/** Turns a drawn graph into elements. Pure; linear. */
export function toElements(
  drawn: DrawnGraph,
  splits: readonly TrafficSplit[],
  edgeLabel: EdgeLabel,
): GraphElements {
  const openBoxes = new Set(drawn.boxes.map((box) => box.id));
  const boxAround = innermostBoxes(drawn.boxes);
  const splitById = new Map(splits.map((split) => [split.id, split]));
  return {
    nodes: [
      ...drawn.boxes.map((box) => boxData(box)),
      ...drawn.folded.map((folded) => foldedData(folded, openBoxes)),
      ...drawn.nodes.map((node) =>
        nodeData(
          node,
          boxAround.get(node.id) ?? null,
          node.splits.flatMap((id) => splitById.get(id) ?? []),
        ),
      ),
    ],
    edges: drawn.edges.map((edge) => edgeData(edge, edgeLabel)),
  };
}

function innermostBoxes(boxes: readonly Box[]): ReadonlyMap<string, string> {
  const around = new Map<string, string>();
  for (const box of boxes) for (const id of box.memberIds) around.set(id, box.id);
  return around;
}

const NO_SIZE: NodeSize = { bodyWidth: 0, bodyHeight: 0, width: 0, labelHeight: 0 };

function boxData(box: Box): NodeData {
  return {
    id: box.id,
    parent: box.parent,
    role: `${box.kind}-box`,
    kind: 'box',
    label: box.label,
    name: box.label,
    health: 'unknown',
    badges: '',
    exists: true,
    ...sizeFields(NO_SIZE),
  };
}

function foldedData(folded: FoldedBox, openBoxes: ReadonlySet<string>): NodeData {
  const { box } = folded;
  return {
    id: box.id,
    parent: box.parent !== null && openBoxes.has(box.parent) ? box.parent : null,
    role: 'folded',
    kind: 'box',
    label: `${cutMiddle(box.label, 16)}\n${folded.nodes.length} ${folded.nodes.length === 1 ? 'node' : 'nodes'}`,
    name: box.label,
    health: folded.health,
    badges: '',
    exists: true,
    ...sizeFields(foldedSize()),
  };
}

function nodeData(
  node: GraphNode,
  parent: string | null,
  splits: readonly TrafficSplit[],
): NodeData {
  const lines = nameLines(node.label);
  const isCard = splits.some((split) => split.destinations.length > 1);
  return {
    id: node.id,
    parent,
    role: isCard ? 'card' : 'node',
    kind: node.kind,
    label: lines.join('\n'),
    name: node.label,
    health: node.health.status,
    badges: node.badges.join(','),
    exists: node.exists,
    ...sizeFields(isCard ? cardSize(splits, lines.length) : plainNodeSize(lines)),
  };
}

function sizeFields(
  size: NodeSize,
): Pick<NodeData, 'width' | 'height' | 'outerWidth' | 'labelHeight'> {
  return {
    width: size.bodyWidth,
    height: size.bodyHeight,
    outerWidth: size.width,
    labelHeight: size.labelHeight,
  };
}

const BYTES_PER_REQUEST = 2000;

function edgeData(edge: DrawnEdge, edgeLabel: EdgeLabel): EdgeData {
  const { figures } = edge;
  const bytesFlow =
    figures.bytesPerSecond === null ? null : figures.bytesPerSecond / BYTES_PER_REQUEST;
  const flow = figures.rps ?? (edge.protocol === 'tcp' ? bytesFlow : null);
  return {
    id: edge.id,
    source: edge.source,
    target: edge.target,
    label: edgeLabelText(figures, edgeLabel, edge.protocol),
    health: figures.health,
    verdict: figures.verdict,
    protocol: edge.protocol,
    width: widthOf(flow),
    flow: flow === 0 ? null : flow,
    errorRatio: figures.errorRatio,
    configOnly: figures.configOnly,
    mirrored: figures.mirrored,
  };
}

/** 1 px for nothing, 1.5 px at one request per second, about 1 px more for each factor of three; rounded so that noise redraws nothing. */
function widthOf(flow: number | null): number {
  if (flow === null || flow <= 0) return 1;
  return Math.round(Math.min(7, 1.5 + Math.log(1 + flow) * 0.75) * 4) / 4;
}
