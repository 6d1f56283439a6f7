import { overlaps, type Rectangle } from '@/components/graph/layout/point';

const CELL = 96;

interface Entry {
  readonly rectangle: Rectangle;
  readonly owner: string;
}

/** Rectangles by the cells that they touch, so that a question looks at few of them. */
export class RectangleGrid {
  private readonly cells = new Map<string, Entry[]>();

  add(rectangle: Rectangle, owner: string): void {
    const entry = { rectangle, owner };
    for (const key of keysOf(rectangle)) {
      const cell = this.cells.get(key);
      if (cell === undefined) this.cells.set(key, [entry]);
      else cell.push(entry);
    }
  }

  /** How many rectangles of other owners it would cover. */
  hits(rectangle: Rectangle, owner: string): number {
    const hit = new Set<Entry>();
    for (const key of keysOf(rectangle)) {
      for (const entry of this.cells.get(key) ?? [])
        if (entry.owner !== owner && overlaps(rectangle, entry.rectangle)) hit.add(entry);
    }
    return hit.size;
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
