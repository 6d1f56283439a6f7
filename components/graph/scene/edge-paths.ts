import { edgeDataOf } from '@/components/graph/scene/element-data';
import type { Core, EdgeSingular, NodeSingular } from 'cytoscape';
import { curvePath, toCurve, type CurveEnd, type CurvePath } from '@/components/graph/curve';

/** The shapes of the edges as drawn, shared by Cytoscape and by what is drawn over it. */
export interface EdgePaths {
  readonly pathOf: (edgeId: string) => CurvePath | null;
  /** Edge ids with a shape. */
  readonly ids: () => Iterable<string>;
  /** Works out anew the edges at these nodes (every edge when absent). */
  readonly refresh: (nodeIds?: ReadonlySet<string>) => void;
}

/** Keeps the edge shapes of a drawing. */
export function createEdgePaths(cy: Core): EdgePaths {
  const paths = new Map<string, CurvePath>();
  return {
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
