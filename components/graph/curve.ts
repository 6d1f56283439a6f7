import type { Point } from '@/components/graph/layout/point';
import type { Curve } from '@/components/graph/stylesheet';

/** One end of an edge: centre and body. */
export interface CurveEnd extends Point {
  readonly width: number;
  readonly height: number;
}

/** The curve as points on the plane: two quadratic pieces that meet halfway between the control points. */
export interface CurvePath {
  readonly from: Point;
  readonly control1: Point;
  readonly control2: Point;
  readonly to: Point;
}

/** Distance between edges that join the same two nodes in the same direction, pixels. */
const LANE_STEP = 20;

/**
 * The shape of an edge. `lane` tells edges between the same two nodes apart: 0 is the middle one. Left to right it leaves at the right, arrives at the left and swings between (an S); to a node
 * above or below, or backwards, it makes a bow beside the nodes, wide enough to be told from an edge the other way.
 */
export function curvePath(source: CurveEnd, target: CurveEnd, lane = 0): CurvePath {
  const from = { x: source.x + source.width / 2, y: source.y + laneShift(source, lane) };
  const to = { x: target.x - target.width / 2, y: target.y + laneShift(target, lane) };
  const gap = to.x - from.x;
  if (gap >= 24) {
    const reach = Math.min(Math.max(gap * 0.42, 18), 150);
    return {
      from,
      control1: { x: from.x + reach, y: from.y },
      control2: { x: to.x - reach, y: to.y },
      to,
    };
  }
  return bow(source, target, lane);
}

function laneShift(end: CurveEnd, lane: number): number {
  const room = end.height * 0.32;
  return Math.max(-room, Math.min(room, lane * LANE_STEP));
}

function bow(source: CurveEnd, target: CurveEnd, lane: number): CurvePath {
  const isBackward = target.x < source.x - source.width;
  if (!isBackward) {
    const side = 46 + lane * LANE_STEP + Math.abs(target.y - source.y) * 0.12;
    const from = { x: source.x + source.width / 2, y: source.y };
    const to = { x: target.x + target.width / 2, y: target.y };
    const right = Math.max(from.x, to.x) + side;
    return { from, control1: { x: right, y: from.y }, control2: { x: right, y: to.y }, to };
  }
  const from = { x: source.x, y: source.y - source.height / 2 };
  const to = { x: target.x, y: target.y - target.height / 2 };
  const top =
    Math.min(from.y, to.y) -
    34 -
    lane * LANE_STEP * 2 -
    Math.min(90, Math.abs(source.x - target.x) * 0.12);
  return { from, control1: { x: from.x - 10, y: top }, control2: { x: to.x + 10, y: top }, to };
}

/** The same shape in Cytoscape's terms: control points by share of, and distance from, the line between the centres. */
export function toCurve(path: CurvePath, source: CurveEnd, target: CurveEnd): Curve {
  const length = Math.hypot(target.x - source.x, target.y - source.y);
  if (length < 1)
    return { weights: [0.5], distances: [0], source: 'outside-to-node', target: 'outside-to-node' };
  const unit = { x: (target.x - source.x) / length, y: (target.y - source.y) / length };
  const along = (point: Point): number =>
    ((point.x - source.x) * unit.x + (point.y - source.y) * unit.y) / length;
  const beside = (point: Point): number =>
    (point.y - source.y) * unit.x - (point.x - source.x) * unit.y;
  return {
    weights: [along(path.control1), along(path.control2)],
    distances: [beside(path.control1), beside(path.control2)],
    source: offset(path.from, source),
    target: offset(path.to, target),
  };
}

function offset(point: Point, end: CurveEnd): string {
  return `${(point.x - end.x).toFixed(1)}px ${(point.y - end.y).toFixed(1)}px`;
}

/** The point at `t` (0..1) of a path, as drawn. */
export function pointOnPath(path: CurvePath, t: number): Point {
  const middle = {
    x: (path.control1.x + path.control2.x) / 2,
    y: (path.control1.y + path.control2.y) / 2,
  };
  return t < 0.5
    ? quadratic(path.from, path.control1, middle, t * 2)
    : quadratic(middle, path.control2, path.to, t * 2 - 1);
}

function quadratic(from: Point, control: Point, to: Point, t: number): Point {
  const rest = 1 - t;
  return {
    x: rest * rest * from.x + 2 * rest * t * control.x + t * t * to.x,
    y: rest * rest * from.y + 2 * rest * t * control.y + t * t * to.y,
  };
}
