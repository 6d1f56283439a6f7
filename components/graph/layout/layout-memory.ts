import type { Point } from '@/components/graph/layout/point';

/**
 * What a drawing remembers so that it does not jump. An item is what stands on the plane by itself: an open namespace,
 * a folded one, or a node outside every namespace. Points of nodes are relative to the origin of their namespace.
 */
export interface LayoutMemory {
  /** Centre of every node ever placed inside a namespace, by namespace box id, then node id. */
  readonly insides: Readonly<Record<string, Readonly<Record<string, Point>>>>;
  /** Top left corner of every item on the plane, as last laid out. */
  readonly origins: Readonly<Record<string, Point>>;
  /** Nodes that the user moved: centre relative to their namespace's origin. Wins over `insides`. */
  readonly movedNodes: Readonly<Record<string, Point>>;
  /** Items that the user moved: their origin. Wins over `origins`. */
  readonly movedItems: Readonly<Record<string, Point>>;
  /** Items of `origins` that were folded namespaces when they were last in the picture. */
  readonly folded: readonly string[];
}

/** A memory of nothing. */
export const EMPTY_MEMORY: LayoutMemory = {
  insides: {},
  origins: {},
  movedNodes: {},
  movedItems: {},
  folded: [],
};

const PREFIX = 'fanari.layout.v3.';
/** Four views of a dozen clusters stay below what browsers allow. */
const MOST_CHARACTERS = 400_000;

/** Reads a memory from this browser; empty when there is none, it is not readable or storage is forbidden. */
export function loadLayoutMemory(name: string): LayoutMemory {
  try {
    const text = globalThis.localStorage.getItem(PREFIX + name);
    return text === null ? EMPTY_MEMORY : memoryFrom(JSON.parse(text));
  } catch {
    return EMPTY_MEMORY;
  }
}

/**
 * Keeps a memory in this browser. Where there is not room for all of it, what the user moved is kept and the places that
 * can be worked out again are left out. Does nothing where storage is forbidden: the drawing works without.
 */
export function saveLayoutMemory(name: string, memory: LayoutMemory): void {
  const small = { ...memory, insides: {}, origins: {}, folded: [] };
  try {
    const text = toText(memory);
    const isKept = text.length <= MOST_CHARACTERS && isStored(name, text);
    if (!isKept) isStored(name, toText(small));
  } catch {
    // Private windows forbid storage.
  }
}

function isStored(name: string, text: string): boolean {
  try {
    globalThis.localStorage.setItem(PREFIX + name, text);
    return true;
  } catch {
    return false;
  }
}

/** A tenth of a pixel is as fine as it can be seen, and takes half the room. */
function toText(memory: LayoutMemory): string {
  return JSON.stringify(memory, (_, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 10) / 10 : value,
  );
}

function memoryFrom(value: unknown): LayoutMemory {
  if (!isRecord(value)) return EMPTY_MEMORY;
  const insides: Record<string, Readonly<Record<string, Point>>> = {};
  if (isRecord(value['insides'])) {
    for (const [box, points] of Object.entries(value['insides'])) insides[box] = pointsFrom(points);
  }
  return {
    insides,
    origins: pointsFrom(value['origins']),
    movedNodes: pointsFrom(value['movedNodes']),
    movedItems: pointsFrom(value['movedItems']),
    folded: Array.isArray(value['folded'])
      ? value['folded'].filter((id) => typeof id === 'string')
      : [],
  };
}

function pointsFrom(value: unknown): Readonly<Record<string, Point>> {
  const points: Record<string, Point> = {};
  if (!isRecord(value)) return points;
  for (const [id, point] of Object.entries(value)) {
    if (!isRecord(point)) continue;
    const { x, y } = point;
    if (Number.isFinite(x) && Number.isFinite(y)) points[id] = { x: Number(x), y: Number(y) };
  }
  return points;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
