import {
  BADGE_ROOM,
  type InsideProblem,
  type LayoutNode,
} from '@/components/graph/layout/inside-layout';
import { overlaps, type Point, type Rectangle } from '@/components/graph/layout/point';

const STEP = 36;
const NODE_GAP = 14;
const LAYER_STEP = 150;
const MAX_RINGS = 60;

/** The rectangle of a node, body and label, around its centre. */
export function nodeRectangle(node: LayoutNode, centre: Point): Rectangle {
  return {
    x: centre.x - node.outerWidth / 2,
    y: centre.y - node.height / 2 - BADGE_ROOM,
    width: node.outerWidth,
    height: node.height + node.labelHeight + BADGE_ROOM,
  };
}

/**
 * Centres for the nodes that have none yet, among those that stand already and do not move: right of their callers,
 * else left of what they call, at the nearest free place. Deterministic.
 */
export function placeNew(
  problem: InsideProblem,
  standing: ReadonlyMap<string, Point>,
): ReadonlyMap<string, Point> {
  const centres = new Map(standing);
  const missing = problem.nodes
    .filter((node) => !centres.has(node.id))
    .sort((a, b) => a.id.localeCompare(b.id));
  const rectangles = problem.nodes.flatMap((node) => {
    const centre = centres.get(node.id);
    return centre === undefined ? [] : [nodeRectangle(node, centre)];
  });
  for (const node of missing) {
    const centre = nearestFree(node, idealPlace(node.id, problem, centres, rectangles), rectangles);
    centres.set(node.id, centre);
    rectangles.push(nodeRectangle(node, centre));
  }
  return centres;
}

function idealPlace(
  id: string,
  problem: InsideProblem,
  centres: ReadonlyMap<string, Point>,
  rectangles: readonly Rectangle[],
): Point {
  const callers = problem.edges
    .filter((edge) => edge.target === id)
    .flatMap((edge) => centres.get(edge.source) ?? []);
  if (callers.length > 0)
    return { x: Math.max(...callers.map((point) => point.x)) + LAYER_STEP, y: mean(callers) };
  const called = problem.edges
    .filter((edge) => edge.source === id)
    .flatMap((edge) => centres.get(edge.target) ?? []);
  if (called.length > 0)
    return { x: Math.min(...called.map((point) => point.x)) - LAYER_STEP, y: mean(called) };
  return {
    x: 40,
    y: Math.max(0, ...rectangles.map((rectangle) => rectangle.y + rectangle.height)) + 60,
  };
}

function mean(points: readonly Point[]): number {
  return points.reduce((sum, point) => sum + point.y, 0) / points.length;
}

/** Searches up and down first, then further columns. */
function nearestFree(node: LayoutNode, ideal: Point, rectangles: readonly Rectangle[]): Point {
  for (let ring = 0; ring < MAX_RINGS; ring += 1) {
    for (const candidate of ringAround(ideal, ring)) {
      const wanted = nodeRectangle(node, candidate);
      if (!rectangles.some((other) => overlaps(wanted, other, NODE_GAP))) return candidate;
    }
  }
  const bottom = Math.max(...rectangles.map((rectangle) => rectangle.y + rectangle.height));
  return { x: ideal.x, y: bottom + node.height };
}

function ringAround(ideal: Point, ring: number): readonly Point[] {
  if (ring === 0) return [ideal];
  const reach = ring * STEP;
  return [
    { x: ideal.x, y: ideal.y + reach },
    { x: ideal.x, y: ideal.y - reach },
    { x: ideal.x + reach, y: ideal.y },
    { x: ideal.x + reach, y: ideal.y + reach },
    { x: ideal.x + reach, y: ideal.y - reach },
  ];
}
