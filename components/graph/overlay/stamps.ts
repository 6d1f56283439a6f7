/** A drawing made once and stamped many times. */
export interface StampSpec {
  readonly path: string;
  readonly stroke: string;
  /** Disc behind the drawing; `null` for none. */
  readonly disc: string | null;
  readonly ring: string | null;
  /** Fill of the closed shapes; `null` leaves them open. */
  readonly fill: string | null;
  /** Share of the square that the drawing takes, 0..1. */
  readonly inset: number;
  readonly lineWidth: number;
}

const STAMP_PIXELS = 64;
const stamps = new Map<string, HTMLCanvasElement>();

/** The picture for a specification, made on first use and kept. A handful exist. */
export function stampFor(spec: StampSpec): HTMLCanvasElement {
  const key = JSON.stringify(spec);
  const existing = stamps.get(key);
  if (existing !== undefined) return existing;
  const canvas = document.createElement('canvas');
  canvas.width = STAMP_PIXELS;
  canvas.height = STAMP_PIXELS;
  const context = canvas.getContext('2d');
  if (context !== null) paint(context, spec);
  stamps.set(key, canvas);
  return canvas;
}

function paint(context: CanvasRenderingContext2D, spec: StampSpec): void {
  const half = STAMP_PIXELS / 2;
  if (spec.disc !== null) {
    context.beginPath();
    context.arc(half, half, half - 4, 0, Math.PI * 2);
    context.fillStyle = spec.disc;
    context.fill();
    if (spec.ring !== null) {
      context.lineWidth = 4;
      context.strokeStyle = spec.ring;
      context.stroke();
    }
  }
  const size = STAMP_PIXELS * spec.inset;
  context.translate(half - size / 2, half - size / 2);
  context.scale(size / 24, size / 24);
  context.lineWidth = spec.lineWidth;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const path = new Path2D(spec.path);
  if (spec.fill !== null) {
    context.fillStyle = spec.fill;
    context.fill(path);
  }
  context.strokeStyle = spec.stroke;
  context.stroke(path);
}
