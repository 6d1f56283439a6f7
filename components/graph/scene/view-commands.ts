import type { Core } from 'cytoscape';
import { prefersReducedMotion } from '@/components/graph/scene/move-nodes';

const MARGIN = { left: 20, top: 10, right: 60, bottom: 16 };
/** Titles of boxes stand above what Cytoscape knows of. */
const TITLE_ROOM = 30;
const MAX_FIT_ZOOM = 1.15;
const GLIDE_MS = 220;

/** Shows everything, but never larger than is pleasant for a handful of nodes. */
export function fitView(cy: Core, isAnimated: boolean): void {
  const shown = cy.nodes().not('.unplaced');
  if (shown.empty() || cy.width() === 0) return;
  const { x1, y1, x2, y2 } = shown.boundingBox();
  const width = x2 - x1;
  const height = y2 - y1 + TITLE_ROOM;
  const zoom = Math.min(
    MAX_FIT_ZOOM,
    (cy.width() - MARGIN.left - MARGIN.right) / width,
    (cy.height() - MARGIN.top - MARGIN.bottom) / height,
  );
  const clamped = Math.max(cy.minZoom(), zoom);
  const pan = {
    x: (cy.width() + MARGIN.left - MARGIN.right) / 2 - ((x1 + x2) / 2) * clamped,
    y: (cy.height() + MARGIN.top - MARGIN.bottom) / 2 - ((y1 + y2) / 2 - TITLE_ROOM / 2) * clamped,
  };
  glideTo(cy, clamped, pan, isAnimated);
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
