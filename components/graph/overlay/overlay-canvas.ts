/** A canvas that covers the drawing, in device pixels. */
export interface OverlayCanvas {
  /** Clears it and sets the drawing plane's pan and zoom; `null` when nothing can be drawn. */
  readonly begin: (
    pan: { readonly x: number; readonly y: number },
    zoom: number,
  ) => CanvasRenderingContext2D | null;
  readonly clear: () => void;
}

const MAX_PIXEL_RATIO = 2;

/** Wraps a canvas element whose CSS size is its parent's. */
export function createOverlayCanvas(canvas: HTMLCanvasElement): OverlayCanvas {
  const context = canvas.getContext('2d');
  let isClean = false;
  const fit = (): number => {
    const ratio = Math.min(MAX_PIXEL_RATIO, globalThis.devicePixelRatio || 1);
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    return ratio;
  };
  return {
    begin: (pan, zoom) => {
      if (context === null) return null;
      const ratio = fit();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
      isClean = false;
      return context;
    },
    clear: () => {
      if (isClean || context === null) return;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      isClean = true;
    },
  };
}
