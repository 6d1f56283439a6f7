import type { Core } from 'cytoscape';
import { extentAt, VIEW_MARGIN, viewSize } from '@/components/graph/scene/view-extent';
import { prefersReducedMotion } from '@/components/graph/scene/move-nodes';

const MAX_FIT_ZOOM = 1.15;
const GLIDE_MS = 220;

/** Shows everything, but never larger than is pleasant for a handful of nodes. */
export function fitView(cy: Core, isAnimated: boolean): void {
  const shown = cy.nodes().not('.unplaced');
  if (shown.empty() || cy.width() === 0) return;
  const clamped = fittingZoom(cy);
  const { x, y, width, height } = extentAt(cy, clamped);
  const pan = {
    x: VIEW_MARGIN.left + (viewSize(cy).width - width) / 2 - x,
    y: VIEW_MARGIN.top + (viewSize(cy).height - height) / 2 - y,
  };
  fits.set(cy, { zoom: clamped, pan });
  glideTo(cy, clamped, pan, isAnimated);
}

interface Viewport {
  readonly zoom: number;
  readonly pan: { readonly x: number; readonly y: number };
}

/** The view that was last made to fit. */
const fits = new WeakMap<Core, Viewport>();

/** After the room for the picture has changed: shows everything again, unless the user looks at a part of it. */
export function refitView(cy: Core): void {
  const fit = fits.get(cy);
  if (fit === undefined) return;
  const { x, y } = cy.pan();
  const isAsFitted =
    Math.abs(cy.zoom() - fit.zoom) < 1e-3 &&
    Math.abs(x - fit.pan.x) < 1 &&
    Math.abs(y - fit.pan.y) < 1;
  if (isAsFitted || cy.animated()) fitView(cy, false);
}

const ROUNDS = 4;

/** The largest zoom at which everything is in view. Names keep their size on screen, so it is found by trying. */
function fittingZoom(cy: Core): number {
  const view = viewSize(cy);
  let zoom = MAX_FIT_ZOOM;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { width, height } = extentAt(cy, zoom);
    zoom *= Math.min(view.width / width, view.height / height);
  }
  return Math.max(cy.minZoom(), Math.min(MAX_FIT_ZOOM, zoom));
}

/** Zooms about the middle of the view. */
export function zoomView(cy: Core, factor: number): void {
  const level = Math.min(cy.maxZoom(), Math.max(cy.minZoom(), cy.zoom() * factor));
  const middle = { x: cy.width() / 2, y: cy.height() / 2 };
  const pan = cy.pan();
  const grown = level / cy.zoom();
  glideTo(
    cy,
    level,
    { x: middle.x - (middle.x - pan.x) * grown, y: middle.y - (middle.y - pan.y) * grown },
    true,
  );
}

/** Brings a node into view when it lies outside. */
export function revealNode(cy: Core, id: string): void {
  const node = cy.getElementById(id);
  if (node.empty()) return;
  const { x1, y1, x2, y2 } = node.renderedBoundingBox();
  const isInside = x1 > 10 && y1 > 10 && x2 < cy.width() - 10 && y2 < cy.height() - 10;
  if (isInside) return;
  const position = node.position();
  const zoom = Math.max(cy.zoom(), 0.6);
  glideTo(
    cy,
    zoom,
    { x: cy.width() / 2 - position.x * zoom, y: cy.height() / 2 - position.y * zoom },
    true,
  );
}

function glideTo(
  cy: Core,
  zoom: number,
  pan: { readonly x: number; readonly y: number },
  isAnimated: boolean,
): void {
  cy.stop();
  if (!isAnimated || prefersReducedMotion()) cy.viewport({ zoom, pan: { ...pan } });
  else cy.animate({ zoom, pan: { ...pan } }, { duration: GLIDE_MS, easing: 'ease-out-cubic' });
}
