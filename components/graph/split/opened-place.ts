import type { Rectangle } from '@/components/graph/layout/point';

/** Where something stands that was opened at an element. */
export interface OpenedPlace {
  readonly side: 'above' | 'below';
  /** Pixels to the right (negative: to the left) of where it would stand without a view around it. */
  readonly aside: number;
}

/**
 * The place of a frame that hangs below `anchor`, kept within `view`: above the anchor where it finds no room below and
 * more room above, and as far aside as it must be; what is wider than the view keeps its left edge in view.
 */
export function openedPlace(frame: Rectangle, anchor: Rectangle, view: Rectangle): OpenedPlace {
  const offset = frame.y - (anchor.y + anchor.height);
  const roomBelow = view.y + view.height - frame.y;
  const roomAbove = anchor.y - offset - view.y;
  const isAbove = frame.height > roomBelow && roomAbove > roomBelow;
  const outsideLeft = Math.max(0, view.x - frame.x);
  const outsideRight = Math.max(0, frame.x + frame.width - (view.x + view.width));
  const aside = outsideLeft > 0 ? outsideLeft : -Math.min(outsideRight, frame.x - view.x);
  return { side: isAbove ? 'above' : 'below', aside: aside === 0 ? 0 : aside };
}
