import type { Core } from 'cytoscape';
import type { Point } from '@/components/graph/layout/point';

const GLIDE_MS = 240;
const GLIDE_UP_TO_NODES = 120;

/** Whether the user asked for less motion. */
export function prefersReducedMotion(): boolean {
  return typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/**
 * Brings nodes to their places: those already on screen glide there in small drawings, the others appear. `onStep` runs
 * after every change of positions, `onDone` once at the end.
 */
export function moveNodes(
  cy: Core,
  positions: ReadonlyMap<string, Point>,
  onStep: () => void,
  onDone: () => void,
): () => void {
  const gliding = new Map<string, { readonly from: Point; readonly to: Point }>();
  cy.batch(() => {
    for (const [id, to] of positions) {
      const node = cy.getElementById(id);
      if (node.empty()) continue;
      const from = { ...node.position() };
      const isNear = Math.abs(from.x - to.x) < 0.5 && Math.abs(from.y - to.y) < 0.5;
      if (!node.hasClass('unplaced') && isNear) continue;
      if (node.hasClass('unplaced')) node.position({ ...to });
      else gliding.set(id, { from, to });
      node.removeClass('unplaced');
    }
  });
  if (gliding.size === 0 || positions.size > GLIDE_UP_TO_NODES || prefersReducedMotion()) {
    placeAt(cy, gliding, 1);
    onStep();
    onDone();
    return () => undefined;
  }
  return glide(cy, gliding, onStep, onDone);
}

function glide(
  cy: Core,
  gliding: ReadonlyMap<string, { readonly from: Point; readonly to: Point }>,
  onStep: () => void,
  onDone: () => void,
): () => void {
  const startMs = performance.now();
  let frame = requestAnimationFrame(step);
  function step(nowMs: number): void {
    if (cy.destroyed()) return;
    const t = Math.min(1, Math.max(0, (nowMs - startMs) / GLIDE_MS));
    placeAt(cy, gliding, 1 - (1 - t) ** 3);
    onStep();
    if (t < 1) frame = requestAnimationFrame(step);
    else onDone();
  }
  return () => cancelAnimationFrame(frame);
}

function placeAt(
  cy: Core,
  gliding: ReadonlyMap<string, { readonly from: Point; readonly to: Point }>,
  t: number,
): void {
  cy.batch(() => {
    for (const [id, { from, to }] of gliding) {
      cy.getElementById(id).position({
        x: from.x + (to.x - from.x) * t,
        y: from.y + (to.y - from.y) * t,
      });
    }
  });
}
