import { pointOnPath, type CurvePath } from '@/components/graph/curve';
import type { Rectangle } from '@/components/graph/layout/point';
import {
  isOutside,
  placeNames,
  type NodeLabelRequest,
} from '@/components/graph/labels/place-names';
import { RectangleGrid } from '@/components/graph/labels/rectangle-grid';

/** A pill that wants a place on its edge. */
export interface EdgeLabelRequest {
  readonly id: string;
  /** On the plane at zoom 1. */
  readonly path: CurvePath;
  /** Pixels of the pill on screen. */
  readonly width: number;
  readonly height: number;
  readonly isForced: boolean;
  /** Where it stood before, 0..1; it stays there while that is free. `null`: nowhere. */
  readonly before: number | null;
}

/** What found a place: the number of the place of each name, and the share of the way (0..1) of each pill along its edge. */
export interface LabelPlaces {
  readonly nodes: ReadonlyMap<string, number>;
  readonly edges: ReadonlyMap<string, number>;
}

/** Places tried along an edge, best first. */
const STOPS = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.19, 0.81] as const;
/** Air around a pill, pixels. */
const AIR = 2;
const RIM = 1.5;

/**
 * Gives every label the first place where it covers neither a body nor a label that came before it; those that find none
 * are left out. Requests come in the order of their importance; names (see {@link placeNames}) choose before pills, because what a number belongs
 * to must be known first. Labels stay within `bounds`, the whole picture. Pixels on screen less the pan, so that only zooming and moving nodes change the answer.
 */
export function placeLabels(
  bodies: readonly (Rectangle & { readonly id: string })[],
  names: readonly NodeLabelRequest[],
  pills: readonly EdgeLabelRequest[],
  zoom: number,
  bounds: Rectangle | null = null,
): LabelPlaces {
  const grid = new RectangleGrid();
  for (const body of bodies) grid.add(withoutRim(body), body.id);
  const nodes = placeNames(names, grid, bounds);
  const edges = new Map<string, number>();
  for (const pill of pills) {
    const stop = firstStop(pill, grid, zoom, bounds);
    if (stop === null) continue;
    edges.set(pill.id, stop);
    grid.add(pillRectangle(pill, stop, zoom), pill.id);
  }
  return { nodes, edges };
}

/** A label may touch the rim of a body. */
function withoutRim({ x, y, width, height }: Rectangle): Rectangle {
  return { x: x + RIM, y: y + RIM, width: width - 2 * RIM, height: height - 2 * RIM };
}

function firstStop(
  pill: EdgeLabelRequest,
  grid: RectangleGrid,
  zoom: number,
  bounds: Rectangle | null,
): number | null {
  const stops = pill.before === null ? STOPS : [pill.before, ...STOPS];
  let best = { stop: 0.5, hits: Number.POSITIVE_INFINITY };
  for (const stop of stops) {
    const rectangle = pillRectangle(pill, stop, zoom);
    const hits = grid.hits(rectangle, pill.id).size + (isOutside(rectangle, bounds) ? 1 : 0);
    if (hits === 0) return stop;
    if (hits < best.hits) best = { stop, hits };
  }
  return pill.isForced ? best.stop : null;
}

/** The room that a pill takes at a place of its edge, with a little air around. */
export function pillRectangle(
  pill: Pick<EdgeLabelRequest, 'path' | 'width' | 'height'>,
  stop: number,
  zoom: number,
): Rectangle {
  const { x, y } = pointOnPath(pill.path, stop);
  return {
    x: x * zoom - pill.width / 2 - AIR,
    y: y * zoom - pill.height / 2 - AIR,
    width: pill.width + 2 * AIR,
    height: pill.height + 2 * AIR,
  };
}
