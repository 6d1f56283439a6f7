import type { Core } from 'cytoscape';
import { titleScale } from '@/components/graph/layout/title-scale';

/** HTML that stands on the drawing plane and moves with it. */
export interface WorldLayer {
  /** Follows pan and zoom. One style write. */
  readonly follow: () => void;
  /** Puts every anchored element at its node; call when positions or the elements changed. */
  readonly anchor: () => void;
}

/** Below this zoom handles are too small to read and to hold: they become chips. */
export const FAR_ZOOM = 0.54;

/** Below this zoom only boxes can be told apart: names of nodes, figures and handles would cover them. */
export const DISTANT_ZOOM = 0.2;

/** From this zoom on there is room for small marks beside nodes. */
const NEAR_ZOOM = 0.85;

/**
 * Elements inside `layer` name their node in `data-anchor`; `data-anchor-at` says whether they cover the node (`body`)
 * or stand on the upper left corner of its frame (`title`). At small zoom the layer has `data-far`, for chips,
 * and at tiny zoom `data-distant`, for boxes alone; at large zoom `data-near`, for small marks.
 */
export function createWorldLayer(cy: Core, layer: HTMLElement): WorldLayer {
  return {
    follow: () => {
      const { x, y } = cy.pan();
      const zoom = cy.zoom();
      layer.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
      layer.style.setProperty('--title-scale', String(titleScale(zoom)));
      layer.style.setProperty('--chip-scale', String(Math.max(1, Math.min(4, 0.76 / zoom))));
      layer.toggleAttribute('data-far', zoom < FAR_ZOOM);
      layer.toggleAttribute('data-distant', zoom < DISTANT_ZOOM);
      layer.toggleAttribute('data-near', zoom >= NEAR_ZOOM);
    },
    anchor: () => {
      for (const element of layer.querySelectorAll<HTMLElement>('[data-anchor]'))
        anchorElement(cy, element);
    },
  };
}

function anchorElement(cy: Core, element: HTMLElement): void {
  const node = cy.getElementById(element.dataset['anchor'] ?? '');
  const isReady =
    node.nonempty() &&
    !node.hasClass('unplaced') &&
    (!node.isParent() || node.children(':visible').nonempty());
  element.style.visibility = isReady ? '' : 'hidden';
  element.toggleAttribute('data-dimmed', isReady && node.hasClass('dimmed'));
  if (!isReady) return;
  if (element.dataset['anchorAt'] === 'title') {
    const { x1, y1 } = node.boundingBox({
      includeLabels: false,
      includeOverlays: false,
      includeUnderlays: false,
    });
    element.style.transform = `translate(${x1}px, ${y1}px) scale(var(--title-scale)) translateY(-100%)`;
    return;
  }
  const { x, y } = node.position();
  const width = Number(node.data('width'));
  const height = Number(node.data('height'));
  element.style.transform = `translate(${x - width / 2}px, ${y - height / 2}px)`;
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
}
