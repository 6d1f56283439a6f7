import type { Core, NodeSingular } from 'cytoscape';
import { GRAPH_SIZES } from '@/components/graph/graph-tokens';
import { overlaps, type Rectangle } from '@/components/graph/layout/point';
import type { HealthStatus } from '@/mesh/health/health';

/** Smallest label on screen, pixels. */
const LEAST_ON_SCREEN = 10.1;
const LARGEST_FONT = 34;
const STEP = 0.75;
const CHARACTER_SHARE = 0.54;
const LINE_SHARE = 1.15;
/** Larger drawings keep all labels: comparing them takes too long. */
const CROWDED_UP_TO_NODES = 350;

/** Size of a node's label on the plane so that it can be read at this zoom, in steps; capped when very far away. */
export function labelFont(zoom: number): number {
  const wanted = Math.max(GRAPH_SIZES.labelFont, LEAST_ON_SCREEN / zoom);
  return Math.min(LARGEST_FONT, Math.ceil(wanted / STEP) * STEP);
}

/**
 * Writes the labels of nodes at the size for the present zoom and takes away those that would cover another node or a
 * label that matters more: what fails keeps its name first, then what has most edges.
 */
export function fitLabels(cy: Core): void {
  const font = labelFont(cy.zoom());
  const nodes = cy.nodes('[role = "node"]').not('.unplaced').nodes();
  const stale = cy.nodes().filter((node) => node.data('font') !== font);
  if (stale.nonempty()) stale.data('font', font);
  if (nodes.length > CROWDED_UP_TO_NODES) return;
  const bodies = cy.nodes('[kind != "box"]').not('.unplaced').nodes().map(bodyOf);
  const standing: Rectangle[] = [];
  const important = nodes.map((node) => node).sort((a, b) => importance(b) - importance(a));
  for (const node of important) {
    const label = labelOf(node, font);
    const own = bodyOf(node);
    const isFree =
      !standing.some((other) => overlaps(label, other)) &&
      !bodies.some((body) => body.x !== own.x && overlaps(label, shrunk(body)));
    node.toggleClass('unlabelled', !isFree);
    if (isFree) standing.push(label);
  }
}

const WEIGHT: Readonly<Record<HealthStatus, number>> = {
  failing: 4000,
  degraded: 3000,
  healthy: 1000,
  unknown: 1000,
  idle: 0,
};

function importance(node: NodeSingular): number {
  const health = node.data('health') as HealthStatus;
  return WEIGHT[health] + node.degree(false);
}

function bodyOf(node: NodeSingular): Rectangle {
  const { x, y } = node.position();
  const width = Number(node.data('width'));
  const height = Number(node.data('height'));
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** A label may touch the rim of another body. */
function shrunk({ x, y, width, height }: Rectangle): Rectangle {
  return { x: x + 4, y: y + 4, width: width - 8, height: height - 8 };
}

function labelOf(node: NodeSingular, font: number): Rectangle {
  const lines = String(node.data('label')).split('\n');
  const width = Math.max(...lines.map((line) => line.length)) * font * CHARACTER_SHARE;
  const { x, y } = node.position();
  const top = y + Number(node.data('height')) / 2 + 3;
  return { x: x - width / 2, y: top, width, height: lines.length * font * LINE_SHARE };
}
