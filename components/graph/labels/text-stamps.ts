import { GRAPH_FONT } from '@/components/graph/graph-tokens';
import { LOCK_ICONS } from '@/components/graph/overlay/icon-paths';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

/** How a text looks: pixels on screen, and colours. */
export interface TextLook {
  readonly font: number;
  readonly weight: 500 | 600;
  readonly ink: string;
  /** Behind the text; `null` for none. */
  readonly ground: string | null;
  /** Rim of the ground; `null` for none. */
  readonly rim: string | null;
  /** Lock before the text. */
  readonly lock: { readonly verdict: MtlsVerdict; readonly ink: string } | null;
}

/** A text drawn once, to be stamped many times. Sizes are pixels on screen. */
export interface TextStamp {
  readonly image: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
}

const LINE_SHARE = 1.18;
/** Around every text, pixels. */
export const TEXT_PADDING = { x: 4, y: 1.5 } as const;
const LOCK_SHARE = 0.95;
const MOST_STAMPS = 1500;
const REFERENCE_FONT = 100;

const stamps = new Map<string, TextStamp>();
const widths = new Map<string, number>();
let measuring: CanvasRenderingContext2D | null = null;

/** Extent of a text with its padding, pixels on screen. */
export function textSize(
  lines: readonly string[],
  look: Pick<TextLook, 'font' | 'weight'> & { readonly lock: unknown },
): { readonly width: number; readonly height: number } {
  const longest = Math.max(0, ...lines.map((line) => widthOf(line, look.weight)));
  const lock = look.lock === null ? 0 : look.font * LOCK_SHARE + (longest === 0 ? 0 : 2);
  return {
    width: Math.ceil(longest * look.font + lock) + 2 * TEXT_PADDING.x,
    height: Math.ceil(Math.max(1, lines.length) * look.font * LINE_SHARE) + 2 * TEXT_PADDING.y,
  };
}

/** Share of the font size. */
function widthOf(line: string, weight: 500 | 600): number {
  const key = `${weight}${line}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  measuring ??= document.createElement('canvas').getContext('2d');
  if (measuring === null) return line.length * 0.55;
  measuring.font = `${weight} ${REFERENCE_FONT}px ${GRAPH_FONT}`;
  const width = measuring.measureText(line).width / REFERENCE_FONT;
  if (widths.size > 10_000) widths.clear();
  widths.set(key, width);
  return width;
}

/** The picture of a text, made on first use and kept. */
export function textStamp(lines: readonly string[], look: TextLook): TextStamp {
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  const key = `${ratio}|${lines.join('\n')}|${JSON.stringify(look)}`;
  const known = stamps.get(key);
  if (known !== undefined) return known;
  const { width, height } = textSize(lines, look);
  const image = document.createElement('canvas');
  image.width = Math.ceil(width * ratio);
  image.height = Math.ceil(height * ratio);
  const context = image.getContext('2d');
  if (context !== null) {
    context.scale(ratio, ratio);
    paint(context, lines, look, { width, height });
  }
  if (stamps.size > MOST_STAMPS) stamps.clear();
  const made = { image, width, height };
  stamps.set(key, made);
  return made;
}

function paint(
  context: CanvasRenderingContext2D,
  lines: readonly string[],
  look: TextLook,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  if (look.ground !== null) {
    context.beginPath();
    context.roundRect(0.5, 0.5, width - 1, height - 1, 4);
    context.fillStyle = look.ground;
    context.fill();
    if (look.rim !== null) {
      context.strokeStyle = look.rim;
      context.stroke();
    }
  }
  const lockSize = look.lock === null ? 0 : look.font * LOCK_SHARE;
  if (look.lock !== null) paintLock(context, look.lock, lockSize, height);
  context.font = `${look.weight} ${look.font}px ${GRAPH_FONT}`;
  context.fillStyle = look.ink;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  const left = TEXT_PADDING.x + (lockSize === 0 ? 0 : lockSize + 2);
  const middle = (left + width - TEXT_PADDING.x) / 2;
  lines.forEach((line, index) => {
    const y = TEXT_PADDING.y + (index + 0.5) * look.font * LINE_SHARE;
    context.fillText(line, middle, y + 0.5);
  });
}

function paintLock(
  context: CanvasRenderingContext2D,
  lock: { readonly verdict: MtlsVerdict; readonly ink: string },
  size: number,
  height: number,
): void {
  context.save();
  context.translate(TEXT_PADDING.x, (height - size) / 2);
  context.scale(size / 24, size / 24);
  context.lineWidth = 2.8;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = lock.ink;
  context.stroke(new Path2D(LOCK_ICONS[lock.verdict]));
  context.restore();
}
