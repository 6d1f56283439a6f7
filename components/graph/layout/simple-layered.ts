import { packComponents } from '@/components/graph/layout/pack-components';
import { rankBoxes } from '@/components/graph/layout/rank-boxes';
import {
  BADGE_ROOM,
  type InsideLayout,
  type InsideProblem,
  type LayoutNode,
} from '@/components/graph/layout/inside-layout';
import type { Point } from '@/components/graph/layout/point';

const LAYER_GAP = 50;
const NODE_GAP = 14;
const GROUP_ROOM = 40;

/**
 * A quick layered layout, left to right: columns by longest path, order in a column by the mean of the callers. Members
 * of a group share one column block. Used where the worker is missing, and for the first picture while it starts.
 */
export function simpleLayered(problem: InsideProblem): InsideLayout {
  const units = unitsOf(problem.nodes);
  const unitOf = new Map(
    units.flatMap((unit) => unit.nodes.map((node) => [node.id, unit.id] as const)),
  );
  const flows = problem.edges.flatMap((edge) => {
    const source = unitOf.get(edge.source);
    const target = unitOf.get(edge.target);
    return source === undefined || target === undefined ? [] : [{ source, target, weight: 1 }];
  });
  const ranks = rankBoxes(
    units.map((unit) => unit.id),
    flows,
  );
  const columns = new Map<number, Unit[]>();
  for (const unit of units) {
    const rank = ranks.get(unit.id) ?? 0;
    const column = columns.get(rank);
    if (column === undefined) columns.set(rank, [unit]);
    else column.push(unit);
  }
  const layered = placed(
    [...columns].sort(([a], [b]) => a - b).map(([, column]) => column),
    flows,
  );
  return packComponents(problem, layered);
}

interface Unit {
  readonly id: string;
  readonly nodes: readonly LayoutNode[];
  readonly width: number;
  readonly height: number;
}

function unitsOf(nodes: readonly LayoutNode[]): readonly Unit[] {
  const members = new Map<string, LayoutNode[]>();
  for (const node of [...nodes].sort((a, b) => a.id.localeCompare(b.id))) {
    const key = node.group ?? node.id;
    const unit = members.get(key);
    if (unit === undefined) members.set(key, [node]);
    else unit.push(node);
  }
  return [...members].map(([id, unit]) => ({
    id,
    nodes: unit,
    width: Math.max(...unit.map((node) => node.outerWidth)) + (unit.length > 1 ? GROUP_ROOM : 0),
    height: unit.reduce(
      (sum, node) => sum + outerHeight(node) + NODE_GAP,
      unit.length > 1 ? GROUP_ROOM : 0,
    ),
  }));
}

function outerHeight(node: LayoutNode): number {
  return node.height + node.labelHeight + BADGE_ROOM;
}

function placed(
  columns: readonly (readonly Unit[])[],
  flows: readonly { readonly source: string; readonly target: string }[],
): InsideLayout {
  const middles = new Map<string, number>();
  const centres = new Map<string, Point>();
  let x = 0;
  for (const column of columns) {
    const width = Math.max(...column.map((unit) => unit.width));
    let y = -column.reduce((sum, unit) => sum + unit.height, 0) / 2;
    for (const unit of orderedByCallers(column, middles, flows)) {
      middles.set(unit.id, y + unit.height / 2);
      placeUnit(unit, x + width / 2, y, centres);
      y += unit.height;
    }
    x += width + LAYER_GAP;
  }
  return centres;
}

function orderedByCallers(
  column: readonly Unit[],
  middles: ReadonlyMap<string, number>,
  flows: readonly { readonly source: string; readonly target: string }[],
): readonly Unit[] {
  const pull = new Map(
    column.map((unit) => {
      const callers = flows
        .filter((flow) => flow.target === unit.id)
        .flatMap((flow) => middles.get(flow.source) ?? []);
      return [
        unit.id,
        callers.length === 0 ? 0 : callers.reduce((sum, y) => sum + y, 0) / callers.length,
      ] as const;
    }),
  );
  return [...column].sort(
    (a, b) => (pull.get(a.id) ?? 0) - (pull.get(b.id) ?? 0) || a.id.localeCompare(b.id),
  );
}

function placeUnit(unit: Unit, x: number, top: number, centres: Map<string, Point>): void {
  let y = top + (unit.nodes.length > 1 ? GROUP_ROOM * 0.7 : 0);
  for (const node of unit.nodes) {
    centres.set(node.id, { x, y: y + BADGE_ROOM + node.height / 2 });
    y += outerHeight(node) + NODE_GAP;
  }
}
