import { pointOnPath, type CurvePath } from '@/components/graph/curve';
import { overlaps, type Rectangle } from '@/components/graph/layout/point';

/** A label that wants a place on its edge. */
export interface LabelRequest {
  readonly id: string;
  readonly path: CurvePath;
  readonly width: number;
  readonly height: number;
}

/** Where a label stands: share of the way along its edge, 0..1, and whether it would cover something there. */
export interface LabelPlace {
  readonly t: number;
  readonly isCrowded: boolean;
}

/** Places tried along an edge, best first. */
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.19, 0.81, 0.13, 0.87] as const;
const CELL = 120;

/**
 * Share of the way (0..1) at which each label stands so that labels keep off each other and off the obstacles: the first
 * free place, else the one that hits least. Short edges choose first, because they have the least room.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  obstacles: readonly Rectangle[],
): ReadonlyMap<string, LabelPlace> {
  const grid = new Grid();
  for (const obstacle of obstacles) grid.add(obstacle);
  const places = new Map<string, LabelPlace>();
  const shortFirst = [...requests].sort(
    (a, b) => length(a.path) - length(b.path) || a.id.localeCompare(b.id),
  );
  for (const request of shortFirst) {
    let best = { t: 0.5, hits: Number.POSITIVE_INFINITY };
    for (const t of PLACES) {
      const hits = grid.hits(labelRectangle(request, t));
      if (hits < best.hits) best = { t, hits };
      if (hits === 0) break;
    }
    places.set(request.id, { t: best.t, isCrowded: best.hits > 0 });
    if (best.hits === 0) grid.add(labelRectangle(request, best.t));
  }
  return places;
}

/** The rectangle of a label at a place of its edge. */
export function labelRectangle(request: LabelRequest, t: number): Rectangle {
  const { x, y } = pointOnPath(request.path, t);
  return {
    x: x - request.width / 2,
    y: y - request.height / 2,
    width: request.width,
    height: request.height,
  };
}

function length(path: CurvePath): number {
  return Math.hypot(path.to.x - path.from.x, path.to.y - path.from.y);
}

/** Rectangles by the cells that they touch, so that a question looks at few of them. */
class Grid {
  private readonly cells = new Map<string, Rectangle[]>();

  add(rectangle: Rectangle): void {
    for (const key of keysOf(rectangle)) {
      const cell = this.cells.get(key);
      if (cell === undefined) this.cells.set(key, [rectangle]);
      else cell.push(rectangle);
    }
  }

  hits(rectangle: Rectangle): number {
    const hit = new Set<Rectangle>();
    for (const key of keysOf(rectangle)) {
      for (const other of this.cells.get(key) ?? []) if (overlaps(rectangle, other)) hit.add(other);
    }
    return hit.size;
  }
}

function keysOf(rectangle: Rectangle): readonly string[] {
  const keys: string[] = [];
  for (
    let column = Math.floor(rectangle.x / CELL);
    column <= Math.floor((rectangle.x + rectangle.width) / CELL);
    column += 1
  ) {
    for (
      let row = Math.floor(rectangle.y / CELL);
      row <= Math.floor((rectangle.y + rectangle.height) / CELL);
      row += 1
    ) {
      keys.push(`${column}:${row}`);
    }
  }
  return keys;
}
