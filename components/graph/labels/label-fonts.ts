const HALF_STEPS = 2;

function between(least: number, most: number, wanted: number): number {
  return Math.round(Math.min(most, Math.max(least, wanted)) * HALF_STEPS) / HALF_STEPS;
}

/** Pixels on screen of a node's name: grows with the view from near, and never gets too small to read from afar. */
export function nameFont(zoom: number): number {
  return between(11.5, 22, 14.5 * zoom);
}

/** Pixels on screen of what is written on an edge. */
export function pillFont(zoom: number): number {
  return between(11, 18, 12.5 * zoom);
}

/** Pixels on screen of a badge's square. */
export function badgeSize(zoom: number): number {
  return between(14, 24, 16 * zoom);
}
