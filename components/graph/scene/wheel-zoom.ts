import type { Core } from 'cytoscape';

const LINE_PIXELS = 33;
const MAX_STEP_PIXELS = 120;
const PER_PIXEL = 0.0018;
const PER_PIXEL_PINCH = 0.01;
const SETTLE_MS = 150;

/** What one wheel event does to the zoom, as a factor; about a fifth per notch of a mouse wheel, finer on a trackpad. */
export function wheelFactor(event: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const pixels = event.deltaMode === 1 ? event.deltaY * LINE_PIXELS : event.deltaY;
  const held = Math.max(-MAX_STEP_PIXELS, Math.min(MAX_STEP_PIXELS, pixels));
  return Math.exp(-held * (event.ctrlKey ? PER_PIXEL_PINCH : PER_PIXEL));
}

/**
 * Zooms at the pointer. Cytoscape's own wheel takes its first events to guess the device and is then very slow with a
 * mouse, so it never sees them; while it lasts Cytoscape is told, so that it shows its picture instead of drawing anew.
 */
export function listenToWheel(cy: Core, container: HTMLElement): () => void {
  let settled: ReturnType<typeof setTimeout> | undefined;
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    if (event.deltaY === 0) return;
    tellRenderer(cy, true);
    clearTimeout(settled);
    settled = setTimeout(() => tellRenderer(cy, false), SETTLE_MS);
    const frame = container.getBoundingClientRect();
    cy.zoom({
      level: Math.min(cy.maxZoom(), Math.max(cy.minZoom(), cy.zoom() * wheelFactor(event))),
      renderedPosition: { x: event.clientX - frame.left, y: event.clientY - frame.top },
    });
  };
  const options = { capture: true, passive: false } as const;
  const surface = container.parentElement ?? container;
  surface.addEventListener('wheel', onWheel, options);
  return () => {
    clearTimeout(settled);
    surface.removeEventListener('wheel', onWheel, options);
  };
}

interface WheelingRenderer {
  readonly data: { wheelZooming?: boolean };
  readonly redrawHint: (layer: string, isDue: boolean) => void;
  readonly redraw: () => void;
}

function tellRenderer(cy: Core, isZooming: boolean): void {
  if (cy.destroyed()) return;
  const renderer: unknown = (cy as unknown as { renderer: () => unknown }).renderer();
  if (!isWheelingRenderer(renderer)) return;
  renderer.data.wheelZooming = isZooming;
  if (isZooming) return;
  renderer.redrawHint('eles', true);
  renderer.redraw();
}

function isWheelingRenderer(value: unknown): value is WheelingRenderer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    'redrawHint' in value &&
    'redraw' in value
  );
}
