import cytoscape, { type Core } from 'cytoscape';

/** From this many drawn nodes on, panning moves a picture of the graph instead of drawing it anew. */
const TEXTURE_FROM_NODES = 150;

const STYLE_ELEMENT_ID = '__________cytoscape_stylesheet';

/** A Cytoscape instance with nothing in it. */
export function createCytoscape(container: HTMLElement): Core {
  reserveStyleElement();
  // Its warnings are about edges between nodes that the user dragged onto each other.
  cytoscape.warnings(false);
  return cytoscape({
    container,
    elements: [],
    minZoom: 0.08,
    maxZoom: 2.5,
    boxSelectionEnabled: false,
    autounselectify: true,
    layout: { name: 'preset' },
    pixelRatio: Math.min(2, globalThis.devicePixelRatio || 1),
  });
}

/**
 * Cytoscape adds a style element unless one with its id exists; a strict content security policy would refuse it. Its
 * only rule (`position: relative`) is in our own stylesheet.
 */
function reserveStyleElement(): void {
  if (document.getElementById(STYLE_ELEMENT_ID) !== null) return;
  const placeholder = document.createElement('meta');
  placeholder.id = STYLE_ELEMENT_ID;
  document.head.append(placeholder);
}

/** Switches to panning by picture for large drawings; small ones stay sharp. */
export function adaptToSize(cy: Core): void {
  const renderer: unknown = (cy as unknown as { renderer: () => unknown }).renderer();
  if (typeof renderer === 'object' && renderer !== null && 'textureOnViewport' in renderer) {
    renderer.textureOnViewport = cy.nodes().length >= TEXTURE_FROM_NODES;
  }
}
