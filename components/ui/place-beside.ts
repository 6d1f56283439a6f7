/** Side of the anchor on which something stands while there is room. */
export type Side = 'above' | 'below' | 'left';

const GAP = 6;
const EDGE = 8;

interface Extent {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The upper left corner, in pixels of the window, at which something of this size stands beside its anchor: on the wished
 * side, else on the other, and never beyond the window's edges.
 */
export function placeBeside(
  anchor: Extent,
  size: { readonly width: number; readonly height: number },
  view: { readonly width: number; readonly height: number },
  side: Side,
): { readonly left: number; readonly top: number } {
  const within = (at: number, length: number, room: number): number =>
    Math.max(EDGE, Math.min(at, room - EDGE - length));
  if (side === 'left') {
    const left = anchor.left - GAP - size.width;
    const right = anchor.left + anchor.width + GAP;
    return {
      left: within(left >= EDGE ? left : right, size.width, view.width),
      top: within(anchor.top + anchor.height - size.height, size.height, view.height),
    };
  }
  const above = anchor.top - GAP - size.height;
  const below = anchor.top + anchor.height + GAP;
  const isAbove = side === 'above' ? above >= EDGE : below + size.height > view.height - EDGE;
  const centred = anchor.left + anchor.width / 2 - size.width / 2;
  return {
    left: within(side === 'above' ? centred : anchor.left, size.width, view.width),
    top: within(isAbove ? above : below, size.height, view.height),
  };
}
