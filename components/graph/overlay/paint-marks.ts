import { isFrame } from '@/components/graph/is-frame';
import type { Core } from 'cytoscape';
import type { GraphTokens } from '@/components/graph/graph-tokens';
import { badgeSize } from '@/components/graph/labels/label-fonts';
import { opacityOf } from '@/components/graph/overlay/element-opacity';
import { BADGE_ICONS, HEALTH_ICONS, NODE_ICONS } from '@/components/graph/overlay/icon-paths';
import { stampFor } from '@/components/graph/overlay/stamps';
import { nodeDataOf } from '@/components/graph/scene/element-data';
import type { NodeData } from '@/components/graph/to-elements';
import type { HealthStatus } from '@/mesh/health/health';

/** Below this zoom only marks of bad health stand on nodes: there is no room for what they carry besides. */
const BADGES_ZOOM = 0.5;
/** Below this zoom a kind is told by its shape alone. */
const ICON_ZOOM = 0.3;
const ICON = 20;
const MOST_ON_NODE = 3;
const DOT = 'M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6z';

/** Draws what Cytoscape cannot: kind icons, health marks and badges. In pixels on screen, so that they stay readable. */
export function paintMarks(context: CanvasRenderingContext2D, cy: Core, tokens: GraphTokens): void {
  const zoom = cy.zoom();
  const pan = cy.pan();
  const margin = 60;
  cy.nodes().forEach((node) => {
    const data = nodeDataOf(node);
    if (isFrame(data) || node.hasClass('unplaced')) return;
    const position = node.position();
    const x = position.x * zoom + pan.x;
    const y = position.y * zoom + pan.y;
    const reach = (data.width * zoom) / 2 + margin;
    if (x < -reach || x > cy.width() + reach || y < -reach || y > cy.height() + reach) return;
    context.globalAlpha = opacityOf(node);
    const size = { width: data.width * zoom, height: data.height * zoom };
    paintIcon(context, data, { x, y }, zoom, tokens);
    paintBadges(context, data, { x, y, ...size }, zoom, tokens);
  });
  context.globalAlpha = 1;
}

function paintIcon(
  context: CanvasRenderingContext2D,
  node: NodeData,
  { x, y }: { readonly x: number; readonly y: number },
  zoom: number,
  tokens: GraphTokens,
): void {
  if (node.kind === 'box' || node.role === 'card' || zoom < ICON_ZOOM) return;
  const icon = stampFor({
    path: NODE_ICONS[node.kind],
    stroke: node.health === 'idle' ? tokens.health.idle : tokens.text,
    disc: null,
    ring: null,
    fill: null,
    inset: 0.9,
    lineWidth: 1.8,
  });
  const size = ICON * zoom;
  context.drawImage(icon, x - size / 2, y - size / 2, size, size);
}

function paintBadges(
  context: CanvasRenderingContext2D,
  node: NodeData,
  body: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  zoom: number,
  tokens: GraphTokens,
): void {
  const size = badgeSize(zoom);
  const isWide = node.role !== 'node';
  const most = isWide ? Math.max(1, Math.floor((body.width - 6) / (size - 1))) : MOST_ON_NODE;
  const marks = [
    ...healthMark(node.health, tokens),
    ...(zoom < BADGES_ZOOM ? [] : badgeMarks(node.badges, tokens)),
  ];
  const shown =
    marks.length > most ? [...marks.slice(0, most - 1), badgeMark('more', tokens)] : marks;
  const step = size - 1;
  const right = isWide
    ? body.x + body.width / 2 - size / 2 - 2
    : body.x + ((shown.length - 1) * step) / 2 + (shown.length === 1 ? body.width * 0.42 : 0);
  const y = body.y - body.height / 2 + (isWide || shown.length > 1 ? -size * 0.1 : size * 0.1);
  shown.forEach((mark, index) => {
    context.drawImage(mark, right - index * step - size / 2, y - size / 2, size, size);
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
      inset: 0.74,
      lineWidth: 3.6,
    }),
  ];
}

/** What changes requests or leaves them open goes first: there may not be room for all. */
const FIRST = ['missing-proxy', 'fault-injection', 'circuit-breaker', 'mirror'];

function badgeMarks(badges: string, tokens: GraphTokens): readonly HTMLCanvasElement[] {
  if (badges === '') return [];
  const rank = (badge: string): number => FIRST.indexOf(badge) + 1 || FIRST.length + 1;
  return badges
    .split(',')
    .sort((a, b) => rank(a) - rank(b))
    .map((badge) => badgeMark(badge, tokens));
}

function badgeMark(badge: string, tokens: GraphTokens): HTMLCanvasElement {
  const ink = badge === 'missing-proxy' ? tokens.lock.plaintext : tokens.text;
  return stampFor({
    path: BADGE_ICONS[badge] ?? DOT,
    stroke: ink,
    disc: tokens.surface,
    ring: badge === 'missing-proxy' ? ink : tokens.textMuted,
    fill: null,
    inset: 0.68,
    lineWidth: 2.6,
  });
}
