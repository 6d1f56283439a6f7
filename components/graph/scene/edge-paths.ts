import { edgeDataOf } from '@/components/graph/scene/element-data';
import type { Core, EdgeSingular, NodeSingular } from 'cytoscape';
import {
  curvePath,
  pointOnPath,
  toCurve,
  type CurveEnd,
  type CurvePath,
} from '@/components/graph/curve';
import { placeLabels, type LabelRequest } from '@/components/graph/overlay/place-labels';
import type { Point, Rectangle } from '@/components/graph/layout/point';

/** The shapes of the edges as drawn, shared by Cytoscape and by what is drawn over it. */
export interface EdgePaths {
  readonly pathOf: (edgeId: string) => CurvePath | null;
  /** Where the label of an edge stands. */
  readonly labelPoint: (edgeId: string) => Point | null;
  /** Edge ids with a shape. */
  readonly ids: () => Iterable<string>;
  /** Works out anew the edges at these nodes (every edge when absent). */
  readonly refresh: (nodeIds?: ReadonlySet<string>) => void;
}

/** Keeps the edge shapes of a drawing. */
export function createEdgePaths(cy: Core): EdgePaths {
  const paths = new Map<string, CurvePath>();
  const labelAt = new Map<string, number>();
  const labelPoint = (edgeId: string): Point | null => {
    const path = paths.get(edgeId);
    return path === undefined ? null : pointOnPath(path, labelAt.get(edgeId) ?? 0.5);
  };
  return {
    labelPoint,
    pathOf: (edgeId) => paths.get(edgeId) ?? null,
    ids: () => paths.keys(),
    refresh: (nodeIds) => {
      cy.batch(() => {
        if (nodeIds === undefined) paths.clear();
        const lanes = lanesOf(cy);
        const touched = cy
          .edges()
          .filter(
            (edge) =>
              nodeIds === undefined ||
              nodeIds.has(edgeDataOf(edge).source) ||
              nodeIds.has(edgeDataOf(edge).target),
          );
        touched.forEach((edge) => refreshEdge(edge, paths, lanes.get(edge.id()) ?? 0));
        if (nodeIds === undefined) placeAllLabels(cy, paths, labelAt);
        touched.forEach((edge) => shiftLabel(edge, paths, labelPoint(edge.id())));
      });
    },
  };
}

/** Number of each edge among those between the same two nodes, around zero. */
function lanesOf(cy: Core): ReadonlyMap<string, number> {
  const bundles = new Map<string, string[]>();
  cy.edges().forEach((edge) => {
    const key = `${edgeDataOf(edge).source}>${edgeDataOf(edge).target}`;
    const bundle = bundles.get(key);
    if (bundle === undefined) bundles.set(key, [edge.id()]);
    else bundle.push(edge.id());
  });
  const lanes = new Map<string, number>();
  for (const bundle of bundles.values()) {
    bundle.sort().forEach((id, index) => lanes.set(id, index - (bundle.length - 1) / 2));
  }
  return lanes;
}

const LABEL_WIDTH = 84;
const LABEL_HEIGHT = 20;

function placeAllLabels(
  cy: Core,
  paths: ReadonlyMap<string, CurvePath>,
  labelAt: Map<string, number>,
): void {
  const obstacles: Rectangle[] = [];
  cy.nodes().forEach((node) => {
    if (node.isParent() || node.hasClass('unplaced')) return;
    const { x, y, width, height } = endOf(node);
    const outerWidth = Number(node.data('outerWidth'));
    obstacles.push({ x: x - width / 2, y: y - height / 2, width, height });
    obstacles.push({
      x: x - outerWidth / 2,
      y: y + height / 2,
      width: outerWidth,
      height: Number(node.data('labelHeight')),
    });
  });
  const requests: LabelRequest[] = [];
  cy.edges().forEach((edge) => {
    const path = paths.get(edge.id());
    if (path !== undefined)
      requests.push({ id: edge.id(), path, width: LABEL_WIDTH, height: LABEL_HEIGHT });
  });
  labelAt.clear();
  for (const [id, { t, isCrowded }] of placeLabels(requests, obstacles)) {
    labelAt.set(id, t);
    cy.getElementById(id).toggleClass('crowded', isCrowded);
  }
}

/** Cytoscape writes labels at the middle of an edge; the margin takes one to its own place. */
function shiftLabel(
  edge: EdgeSingular,
  paths: ReadonlyMap<string, CurvePath>,
  point: Point | null,
): void {
  const path = paths.get(edge.id());
  if (path === undefined || point === null) return;
  const middle = pointOnPath(path, 0.5);
  edge.data({ labelX: Math.round(point.x - middle.x), labelY: Math.round(point.y - middle.y) });
}

function refreshEdge(edge: EdgeSingular, paths: Map<string, CurvePath>, lane: number): void {
  const source = endOf(edge.source());
  const target = endOf(edge.target());
  const path = curvePath(source, target, lane);
  paths.set(edge.id(), path);
  edge.data('curve', toCurve(path, source, target));
}

function endOf(node: NodeSingular): CurveEnd {
  const position = node.position();
  return {
    x: position.x,
    y: position.y,
    width: Number(node.data('width')),
    height: Number(node.data('height')),
  };
}
