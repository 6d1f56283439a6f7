import type { Core } from 'cytoscape';
import { pointOnPath, type CurvePath } from '@/components/graph/curve';
import type { GraphTokens } from '@/components/graph/graph-tokens';
import type { OverlayCanvas } from '@/components/graph/overlay/overlay-canvas';
import type { Point, Rectangle } from '@/components/graph/layout/point';
import { edgeDataOf } from '@/components/graph/scene/element-data';
import type { EdgePaths } from '@/components/graph/scene/edge-paths';

/** Particles on screen at most, whatever the traffic. */
export const MAX_PARTICLES = 420;

const FRAME_MS = 30;
const MAX_PER_EDGE = 9;

/** The traffic animation. It runs only between `start` and `stop`, while the page is visible and the view stands still. */
export interface TrafficAnimation {
  readonly start: () => void;
  readonly stop: () => void;
  /** Reads the edges again after data or shapes changed. */
  readonly reload: () => void;
  /** Clears and waits until the view has stood still for a moment. */
  readonly hold: () => void;
}

/** What moves along one edge. `speed` is in lengths of the edge per second. */
interface Lane {
  readonly path: CurvePath;
  readonly count: number;
  readonly speed: number;
  readonly offset: number;
  /** Each n-th particle is an error; 0 for none. */
  readonly errorEvery: number;
  readonly isTcp: boolean;
  /** Parts of the way, in order, that a node or the edge's own label covers. */
  readonly covered: readonly boolean[];
}

const PARTS = 28;

/** Particles on an edge: more, and faster, with the logarithm of its rate. */
export function laneDensity(
  flow: number,
  length: number,
): { readonly count: number; readonly speed: number } {
  const level = Math.log10(1 + flow);
  const pixelsPerSecond = 34 + level * 34;
  return {
    count: Math.max(1, Math.min(MAX_PER_EDGE, Math.round((length / 90) * (0.5 + level * 0.9)))),
    speed: pixelsPerSecond / Math.max(40, length),
  };
}

/** Animates the edges of a drawing on its own canvas. `tokensOf` is asked each time so that themes can change. */
export function createTrafficAnimation(
  cy: Core,
  canvas: OverlayCanvas,
  paths: EdgePaths,
  pillOf: (edgeId: string) => Rectangle | null,
  tokensOf: () => GraphTokens,
): TrafficAnimation {
  let lanes: readonly Lane[] = [];
  let frame = 0;
  let lastMs = 0;
  let heldUntilMs = 0;
  let isWanted = false;
  const step = (nowMs: number): void => {
    frame = requestAnimationFrame(step);
    if (nowMs - lastMs < FRAME_MS || nowMs < heldUntilMs || document.hidden) return;
    lastMs = nowMs;
    const context = canvas.begin(cy.pan(), cy.zoom());
    if (context !== null) paint(context, lanes, nowMs / 1000, cy.zoom(), tokensOf());
  };
  return {
    start: () => {
      isWanted = true;
      if (frame === 0) frame = requestAnimationFrame(step);
    },
    stop: () => {
      isWanted = false;
      cancelAnimationFrame(frame);
      frame = 0;
      canvas.clear();
    },
    reload: () => {
      lanes = isWanted ? lanesOf(cy, paths, pillOf) : [];
    },
    hold: () => {
      heldUntilMs = performance.now() + 160;
      canvas.clear();
    },
  };
}

function lanesOf(
  cy: Core,
  paths: EdgePaths,
  pillOf: (edgeId: string) => Rectangle | null,
): readonly Lane[] {
  const view = cy.extent();
  const bodies = bodiesOf(cy);
  const lanes: Lane[] = [];
  cy.edges().forEach((edge) => {
    const path = paths.pathOf(edge.id());
    const { flow, errorRatio, protocol } = edgeDataOf(edge);
    if (path === null || flow === null || edge.hasClass('dimmed')) return;
    if (Math.max(path.from.x, path.to.x) < view.x1 || Math.min(path.from.x, path.to.x) > view.x2)
      return;
    if (Math.max(path.from.y, path.to.y) < view.y1 || Math.min(path.from.y, path.to.y) > view.y2)
      return;
    const { count, speed } = laneDensity(
      flow,
      Math.hypot(path.to.x - path.from.x, path.to.y - path.from.y),
    );
    lanes.push({
      path,
      count,
      speed,
      offset: (edge.id().length * 0.137) % 1,
      errorEvery:
        errorRatio !== null && errorRatio >= 0.001
          ? Math.max(1, Math.round(1 / Math.max(errorRatio, 0.08)))
          : 0,
      isTcp: protocol === 'tcp',
      covered: coveredParts(path, pillOf(edge.id()), bodies),
    });
  });
  return withinBudget(lanes);
}

/** Thins every lane alike when there are too many particles; then the slowest lanes go without. */
function withinBudget(lanes: readonly Lane[]): readonly Lane[] {
  const total = lanes.reduce((sum, lane) => sum + lane.count, 0);
  if (total <= MAX_PARTICLES) return lanes;
  let left = MAX_PARTICLES;
  const thinned: Lane[] = [];
  for (const lane of [...lanes].sort((a, b) => b.speed - a.speed)) {
    const count = Math.min(left, Math.max(1, Math.round((lane.count * MAX_PARTICLES) / total)));
    left -= count;
    if (count > 0) thinned.push({ ...lane, count });
  }
  return thinned;
}

function bodiesOf(cy: Core): readonly Rectangle[] {
  const bodies: Rectangle[] = [];
  cy.nodes().forEach((node) => {
    if (node.isParent()) return;
    const { x, y } = node.position();
    const width = Number(node.data('width'));
    const height = Number(node.data('height'));
    bodies.push({ x: x - width / 2, y: y - height / 2, width, height });
  });
  return bodies;
}

/** Nodes lie over edges and labels over both; the animation's canvas lies over all, so it leaves those parts out. */
function coveredParts(
  path: CurvePath,
  pill: Rectangle | null,
  bodies: readonly Rectangle[],
): readonly boolean[] {
  const points = Array.from({ length: PARTS }, (_, part) =>
    pointOnPath(path, (part + 0.5) / PARTS),
  );
  const left = Math.min(...points.map((point) => point.x));
  const right = Math.max(...points.map((point) => point.x));
  const near = bodies.filter((body) => body.x < right && body.x + body.width > left);
  return points.map(
    (point) =>
      (pill !== null && isInside(point, pill)) || near.some((body) => isInside(point, body)),
  );
}

function isInside(point: Point, rectangle: Rectangle): boolean {
  return (
    point.x > rectangle.x &&
    point.x < rectangle.x + rectangle.width &&
    point.y > rectangle.y &&
    point.y < rectangle.y + rectangle.height
  );
}

function paint(
  context: CanvasRenderingContext2D,
  lanes: readonly Lane[],
  seconds: number,
  zoom: number,
  tokens: GraphTokens,
): void {
  const radius = Math.max(2.1, 1.5 / zoom);
  for (const lane of lanes) {
    for (let index = 0; index < lane.count; index += 1) {
      const travelled = seconds * lane.speed + lane.offset + index / lane.count;
      const serial = Math.floor(travelled) * lane.count + index;
      const isError = lane.errorEvery > 0 && serial % lane.errorEvery === 0;
      if (lane.covered[Math.floor((travelled % 1) * PARTS)] === true) continue;
      const { x, y } = pointOnPath(lane.path, travelled % 1);
      context.beginPath();
      if (isError) cross(context, x, y, radius * 1.9);
      else if (lane.isTcp) context.rect(x - radius, y - radius, radius * 2, radius * 2);
      else context.arc(x, y, radius, 0, Math.PI * 2);
      context.fillStyle = isError ? tokens.health.failing : tokens.focus;
      context.fill();
    }
  }
}

/** A four-pointed star: told from a disc by its shape. */
function cross(context: CanvasRenderingContext2D, x: number, y: number, reach: number): void {
  const waist = reach * 0.3;
  context.moveTo(x, y - reach);
  context.lineTo(x + waist, y - waist);
  context.lineTo(x + reach, y);
  context.lineTo(x + waist, y + waist);
  context.lineTo(x, y + reach);
  context.lineTo(x - waist, y + waist);
  context.lineTo(x - reach, y);
  context.lineTo(x - waist, y - waist);
  context.closePath();
}
