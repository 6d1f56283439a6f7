import type { Core, NodeSingular } from 'cytoscape';
import { namePlace } from '@/components/graph/labels/label-requests';
import { boundsOf, type Rectangle } from '@/components/graph/layout/point';
import { USUAL_VIEW, type ViewSize } from '@/components/graph/layout/pack-boxes';
import { titleScale } from '@/components/graph/layout/title-scale';

/** At the right the toolbar covers the view. */
export const VIEW_MARGIN = { left: 16, top: 8, right: 66, bottom: 14 } as const;

/** Titles of boxes stand above what Cytoscape knows of. */
const TITLE_ROOM = 26;

/** What the picture takes at a zoom, names and titles of boxes included; pixels on screen, less the pan. */
export function extentAt(cy: Core, zoom: number): Rectangle {
  const shown = cy.nodes().not('.unplaced');
  const { x1, y1, w, h } = shown.boundingBox({ includeLabels: false });
  const title = TITLE_ROOM * titleScale(zoom);
  const frame = {
    x: x1 * zoom,
    y: (y1 - title) * zoom,
    width: w * zoom,
    height: (h + title) * zoom,
  };
  const names = shown
    .filter((node) => !(node as NodeSingular).isParent())
    .map((node) => namePlace(node as NodeSingular, zoom, 0));
  return boundsOf([frame, ...names.filter((name) => name !== null)]) ?? frame;
}

/** Room for the picture between the edges of the view, pixels on screen. */
export function viewSize(cy: Core): ViewSize {
  if (cy.width() === 0 || cy.height() === 0) return USUAL_VIEW;
  return {
    width: cy.width() - VIEW_MARGIN.left - VIEW_MARGIN.right,
    height: cy.height() - VIEW_MARGIN.top - VIEW_MARGIN.bottom,
  };
}

/** Where names stay in view when everything is shown: the picture, and what the view has to spare around it. */
export function roomAt(cy: Core, zoom: number): Rectangle {
  const { x, y, width, height } = extentAt(cy, zoom);
  const view = viewSize(cy);
  const side = Math.max(0, (view.width - width) / 2);
  const over = Math.max(0, (view.height - height) / 2);
  return { x: x - side, y: y - over, width: width + 2 * side, height: height + 2 * over };
}
