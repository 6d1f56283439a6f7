import { overlaps, type Rectangle } from '@/components/graph/layout/point';

const CELL = 96;

/** A rectangle and what it belongs to. */
export interface GridEntry {
  readonly rectangle: Rectangle;
  readonly owner: string;
}

/** Rectangles by the cells that they touch, so that a question looks at few of them. */
export class RectangleGrid {
  private readonly cells = new Map<string, Set<GridEntry>>();

  /** What it answers can be taken away again. */
  add(rectangle: Rectangle, owner: string): GridEntry {
    const entry = { rectangle, owner };
    this.put(entry);
    return entry;
  }

  put(entry: GridEntry): void {
    for (const key of keysOf(entry.rectangle)) {
      const cell = this.cells.get(key);
      if (cell === undefined) this.cells.set(key, new Set([entry]));
      else cell.add(entry);
    }
  }

  remove(entry: GridEntry): void {
    for (const key of keysOf(entry.rectangle)) this.cells.get(key)?.delete(entry);
  }

  /** Rectangles of other owners that it would cover. */
  hits(rectangle: Rectangle, owner: string): ReadonlySet<GridEntry> {
    const hit = new Set<GridEntry>();
    for (const key of keysOf(rectangle)) {
      for (const entry of this.cells.get(key) ?? [])
        if (entry.owner !== owner && overlaps(rectangle, entry.rectangle)) hit.add(entry);
    }
    return hit;
  }
}

function keysOf(rectangle: Rectangle): readonly string[] {
  const keys: string[] = [];
  const right = Math.floor((rectangle.x + rectangle.width) / CELL);
  const bottom = Math.floor((rectangle.y + rectangle.height) / CELL);
  for (let column = Math.floor(rectangle.x / CELL); column <= right; column += 1) {
    for (let row = Math.floor(rectangle.y / CELL); row <= bottom; row += 1)
      keys.push(`${column}:${row}`);
  }
  return keys;
}
