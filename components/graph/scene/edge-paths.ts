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
        cy.edges().forEach((edge) => {
          if (nodeIds !== undefined && !nodeIds.has(edge.data('source')) && !nodeIds.has(edge.data('target'))) return;
          refreshEdge(edge, paths);
        });
      });
    },
  };
}

function refreshEdge(edge: EdgeSingular, paths: Map<string, CurvePath>): void {
  const source = endOf(edge.source());
  const target = endOf(edge.target());
  const path = curvePath(source, target);
  paths.set(edge.id(), path);
  edge.data('curve', toCurve(path, source, target));
}

function endOf(node: NodeSingular): CurveEnd {
  const position = node.position();
  return { x: position.x, y: position.y, width: Number(node.data('width')), height: Number(node.data('height')) };
}
