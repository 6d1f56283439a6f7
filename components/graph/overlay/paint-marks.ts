import type { Core } from 'cytoscape';
import { GRAPH_FONT, GRAPH_SIZES, type GraphTokens } from '@/components/graph/graph-tokens';
import {
  BADGE_ICONS,
  HEALTH_ICONS,
  LOCK_ICONS,
  NODE_ICONS,
} from '@/components/graph/overlay/icon-paths';
import { DIMMED_OPACITY, HOVER_OPACITY } from '@/components/graph/stylesheet';
import { stampFor } from '@/components/graph/overlay/stamps';
import type { OverlayCanvas } from '@/components/graph/overlay/overlay-canvas';
import { edgeDataOf, nodeDataOf } from '@/components/graph/scene/element-data';
import type { EdgePaths } from '@/components/graph/scene/edge-paths';
import type { NodeData } from '@/components/graph/to-elements';
import type { HealthStatus } from '@/mesh/health/health';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

const BADGE = 16;
const LOCK = 13;
/** Below this zoom labels and shut locks are left out: they would be noise. */
export const DETAIL_ZOOM = 0.55;
const DOT = 'M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6z';

/** Draws what Cytoscape cannot: kind icons, badges, health marks and locks. Runs after each of its frames. */
export function paintMarks(
  cy: Core,
  canvas: OverlayCanvas,
  paths: EdgePaths,
  tokens: GraphTokens,
): void {
  const context = canvas.begin(cy.pan(), cy.zoom());
  if (context === null) return;
  const view = cy.extent();
  const zoom = cy.zoom();
  cy.edges().forEach((edge) => {
    const middle = paths.labelPoint(edge.id());
    if (middle === null || edgeDataOf(edge).configOnly || edge.source().hasClass('unplaced'))
      return;
    if (middle.x < view.x1 || middle.x > view.x2 || middle.y < view.y1 || middle.y > view.y2)
      return;
    const { verdict, shownLabel } = edgeDataOf(edge);
    const isLabelShown = shownLabel !== '' && isLabelDrawn(edge);
    const isQuiet = verdict === 'encrypted' || verdict === 'unknown';
    if (isQuiet && (zoom < DETAIL_ZOOM || (!isLabelShown && shownLabel !== ''))) return;
    context.globalAlpha = opacityOf(edge);
    paintLock(context, middle, isLabelShown ? shownLabel : '', verdict, zoom, tokens);
  });
  cy.nodes().forEach((node) => {
    const data = nodeDataOf(node);
    if (isFrame(data) || node.hasClass('unplaced')) return;
    const { x, y } = node.position();
    if (x < view.x1 - 110 || x > view.x2 + 110 || y < view.y1 - 110 || y > view.y2 + 110) return;
    context.globalAlpha = opacityOf(node);
    paintNode(context, { ...data, x, y }, tokens);
  });
  context.globalAlpha = 1;
}

/** Whether Cytoscape writes the label of an edge: see `edge.far` and `edge.crowded` of the stylesheet. */
function isLabelDrawn(edge: { readonly hasClass: (name: string) => boolean }): boolean {
  const isClose = edge.hasClass('near') || edge.hasClass('chosen');
  return isClose || !(edge.hasClass('far') || edge.hasClass('crowded'));
}

function opacityOf(element: { readonly hasClass: (name: string) => boolean }): number {
  if (element.hasClass('dimmed-by-hover')) return HOVER_OPACITY;
  return element.hasClass('dimmed') ? DIMMED_OPACITY : 1;
}

type MarkedNode = NodeData & { readonly x: number; readonly y: number };

function isFrame(data: NodeData): boolean {
  return data.role === 'namespace-box' || data.role === 'app-box';
}

function paintNode(context: CanvasRenderingContext2D, node: MarkedNode, tokens: GraphTokens): void {
  const isIdle = node.health === 'idle';
  if (node.kind !== 'box' && node.role !== 'card') {
    const size = 20;
    const icon = stampFor({
      path: NODE_ICONS[node.kind],
      stroke: isIdle ? tokens.health.idle : tokens.text,
      disc: null,
      ring: null,
      fill: null,
      inset: 0.9,
      lineWidth: 1.7,
    });
    context.drawImage(icon, node.x - size / 2, node.y - size / 2, size, size);
  }
  const marks = [...healthMark(node.health, tokens), ...badgeMarks(node.badges, tokens)];
  const isRow = marks.length > 0;
  if (!isRow) return;
  const isCorner = node.role !== 'node';
  const step = BADGE - 1;
  const right = isCorner
    ? node.x + node.width / 2 - 8
    : node.x + ((marks.length - 1) * step) / 2 + (marks.length === 1 ? node.width * 0.36 : 0);
  const y = node.y - node.height / 2 + (isCorner || marks.length > 1 ? 0 : 4);
  marks.forEach((mark, index) => {
    context.drawImage(mark, right - index * step - BADGE / 2, y - BADGE / 2, BADGE, BADGE);
  });
}

function healthMark(health: HealthStatus, tokens: GraphTokens): readonly HTMLCanvasElement[] {
  if (health !== 'failing' && health !== 'degraded') return [];
  return [
    stampFor({
      path: HEALTH_ICONS[health],
      stroke: tokens.surface,
      disc: tokens.health[health],
      ring: tokens.surface,
      fill: null,
      inset: 0.72,
      lineWidth: 3.4,
    }),
  ];
}

function badgeMarks(badges: string, tokens: GraphTokens): readonly HTMLCanvasElement[] {
  if (badges === '') return [];
  return badges.split(',').map((badge) =>
    stampFor({
      path: BADGE_ICONS[badge] ?? DOT,
      stroke: badge === 'missing-proxy' ? tokens.lock.plaintext : tokens.textMuted,
      disc: tokens.surface,
      ring: tokens.boxBorder,
      fill: null,
      inset: 0.62,
      lineWidth: 2.6,
    }),
  );
}

const widths = new Map<string, number>();

function paintLock(
  context: CanvasRenderingContext2D,
  middle: { readonly x: number; readonly y: number },
  label: string,
  verdict: MtlsVerdict,
  zoom: number,
  tokens: GraphTokens,
): void {
  const isLabelShown = label !== '';
  const left = isLabelShown ? middle.x - textWidth(context, label) / 2 + LOCK / 2 : middle.x;
  const isLoud = verdict !== 'encrypted' && verdict !== 'unknown';
  const scale = zoom < 0.7 ? Math.min(2.4, 0.7 / zoom) : 1;
  const size = (isLabelShown ? LOCK : 17) * (isLabelShown ? 1 : scale);
  const stamp = stampFor({
    path: LOCK_ICONS[verdict],
    stroke: tokens.lock[verdict],
    disc: isLabelShown ? null : tokens.surface,
    ring: isLabelShown ? null : isLoud ? tokens.lock[verdict] : tokens.hairline,
    fill: verdict === 'encrypted' ? `${tokens.lock.encrypted}55` : null,
    inset: isLabelShown ? 0.98 : 0.62,
    lineWidth: isLoud ? 2.6 : 2,
  });
  context.drawImage(stamp, left - size / 2, middle.y - size / 2, size, size);
}

function textWidth(context: CanvasRenderingContext2D, label: string): number {
  const known = widths.get(label);
  if (known !== undefined) return known;
  context.font = `${GRAPH_SIZES.edgeFont}px ${GRAPH_FONT}`;
  const { width } = context.measureText(label);
  if (widths.size > 5000) widths.clear();
  widths.set(label, width);
  return width;
}
