import type { Rectangle } from '@/components/graph/layout/point';
import { TEXT_PADDING } from '@/components/graph/labels/text-stamps';
import type { GridEntry, RectangleGrid } from '@/components/graph/labels/rectangle-grid';

/** A name that wants a place at its node, pixels on screen less the pan. */
export interface NodeLabelRequest {
  readonly id: string;
  /** Places tried, best first. */
  readonly places: readonly Rectangle[];
  /** Is written even where it must cover something. */
  readonly isForced: boolean;
  /** Number of the place where it stood before; it stays there while that is free. `null`: nowhere. */
  readonly before: number | null;
}

interface Standing {
  readonly request: NodeLabelRequest;
  readonly place: number;
  readonly entry: GridEntry;
}

/** In larger pictures names that find no room are left to the pointer: making room for each would take too long. */
const ROOM_MADE_UP_TO_NAMES = 150;
/** Names that may be moved so that one more finds room. */
const MOST_MOVED = 3;

/**
 * Gives names their first free place in the order of their importance; then those that found none are tried again where
 * only other names stand in the way that can step aside. Places by id; `grid` holds what they take afterwards.
 */
export function placeNames(
  requests: readonly NodeLabelRequest[],
  grid: RectangleGrid,
  bounds: Rectangle | null,
): ReadonlyMap<string, number> {
  const standing = new Map<GridEntry, Standing>();
  const left: NodeLabelRequest[] = [];
  for (const request of requests) {
    const place = firstFree(request, grid, bounds);
    if (place === null) left.push(request);
    else stand(request, place, grid, standing);
  }
  const isSmall = requests.length <= ROOM_MADE_UP_TO_NAMES;
  for (const request of left) {
    if (isSmall && makeRoom(request, grid, bounds, standing)) continue;
    if (request.isForced) stand(request, leastCovering(request, grid, bounds), grid, standing);
  }
  return new Map([...standing.values()].map(({ request, place }) => [request.id, place]));
}

function stand(
  request: NodeLabelRequest,
  place: number,
  grid: RectangleGrid,
  standing: Map<GridEntry, Standing>,
): void {
  const rectangle = request.places[place];
  if (rectangle === undefined) return;
  const entry = grid.add(withoutPadding(rectangle), request.id);
  standing.set(entry, { request, place, entry });
}

function firstFree(
  { id, places, before }: NodeLabelRequest,
  grid: RectangleGrid,
  bounds: Rectangle | null,
): number | null {
  const isFree = (rectangle: Rectangle | undefined): boolean =>
    rectangle !== undefined &&
    !isOutside(rectangle, bounds) &&
    grid.hits(withoutPadding(rectangle), id).size === 0;
  if (before !== null && isFree(places[before])) return before;
  const place = places.findIndex(isFree);
  return place < 0 ? null : place;
}

function leastCovering(
  { id, places }: NodeLabelRequest,
  grid: RectangleGrid,
  bounds: Rectangle | null,
): number {
  const hits = places.map(
    (rectangle) =>
      grid.hits(withoutPadding(rectangle), id).size + (isOutside(rectangle, bounds) ? 1 : 0),
  );
  return hits.indexOf(Math.min(...hits));
}

/** Whether a name found room by moving those that stood there to other free places of theirs. */
function makeRoom(
  request: NodeLabelRequest,
  grid: RectangleGrid,
  bounds: Rectangle | null,
  standing: Map<GridEntry, Standing>,
): boolean {
  return request.places.some((rectangle, place) => {
    if (isOutside(rectangle, bounds)) return false;
    const inTheWay: Standing[] = [];
    for (const hit of grid.hits(withoutPadding(rectangle), request.id)) {
      const other = standing.get(hit);
      if (other === undefined || inTheWay.length === MOST_MOVED) return false;
      inTheWay.push(other);
    }
    return stepAside(inTheWay, { request, place }, grid, bounds, standing);
  });
}

function stepAside(
  others: readonly Standing[],
  { request, place }: Pick<Standing, 'request' | 'place'>,
  grid: RectangleGrid,
  bounds: Rectangle | null,
  standing: Map<GridEntry, Standing>,
): boolean {
  const before = new Map(standing);
  for (const { entry } of others) {
    grid.remove(entry);
    standing.delete(entry);
  }
  stand(request, place, grid, standing);
  const isDone = others.every((other) => {
    const free = firstFree(other.request, grid, bounds);
    if (free !== null) stand(other.request, free, grid, standing);
    return free !== null;
  });
  if (isDone) return true;
  for (const entry of standing.keys()) if (!before.has(entry)) grid.remove(entry);
  standing.clear();
  for (const [entry, one] of before) standing.set(entry, one);
  for (const { entry } of others) grid.put(entry);
  return false;
}

/** Nothing is lost where the grounds of two names share what is around both: half of it each. */
function withoutPadding({ x, y, width, height }: Rectangle): Rectangle {
  const side = TEXT_PADDING.x / 2;
  const top = TEXT_PADDING.y / 2;
  return { x: x + side, y: y + top, width: width - 2 * side, height: height - 2 * top };
}

/** Whether something reaches beyond the picture; `null`: nothing does. */
export function isOutside({ x, y, width, height }: Rectangle, bounds: Rectangle | null): boolean {
  if (bounds === null) return false;
  return (
    x < bounds.x ||
    y < bounds.y ||
    x + width > bounds.x + bounds.width ||
    y + height > bounds.y + bounds.height
  );
}
