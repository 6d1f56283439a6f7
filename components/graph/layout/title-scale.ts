const TITLE = { character: 7.5, fold: 36 } as const;

/** How much larger than the plane the titles of boxes are drawn, so that they can be read from afar. */
export function titleScale(zoom: number): number {
  return Math.max(1, Math.min(12, 0.95 / zoom));
}

/** Width of the title of a box with the button that folds it, pixels at zoom 1. */
export function titleWidth(label: string): number {
  return label.length * TITLE.character + TITLE.fold;
}
