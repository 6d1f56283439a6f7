import type { Point } from '@/components/graph/layout/point';

/** A node as the layout sees it: a body with a label that hangs below, both centred on one axis. */
export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly outerWidth: number;
  readonly labelHeight: number;
  /** App box around it; `null` for none. */
  readonly group: string | null;
}

/** What stands inside one namespace. Edges have both ends in `nodes`. */
export interface InsideProblem {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
  /** Air between neighbours in a column and between columns, pixels. */
  readonly gaps: LayoutGaps;
}

/** Air between neighbours, pixels: what is short of room is given less. */
export interface LayoutGaps {
  readonly row: number;
  readonly column: number;
}

/** Gaps for a picture that is shown with this width and height: narrow views spread it downwards. */
export function gapsFor(width: number, height: number): LayoutGaps {
  return width / height < 1.15 ? NARROW : WIDE;
}

const NARROW: LayoutGaps = { row: 26, column: 30 };
const WIDE: LayoutGaps = { row: 9, column: 40 };

/** Whether gaps are those of a narrow view. */
export function isNarrow({ row, column }: LayoutGaps): boolean {
  return row === NARROW.row && column === NARROW.column;
}

/** Centres of the bodies, relative to the namespace's own origin. */
export type InsideLayout = ReadonlyMap<string, Point>;

/** Room above a body for badges, and around a group for its frame and title, pixels. */
export const BADGE_ROOM = 5;

/** How far a label may reach beyond its body before it counts: neighbours in other columns rarely stand at its height. */
const LABEL_OVERHANG = 44;

/** Width that a node takes in a column: a long label hangs over into the gaps beside it. */
export function columnWidth(node: LayoutNode): number {
  return Math.min(node.outerWidth, node.width + LABEL_OVERHANG);
}

/** Text that is equal for problems with the same answer. */
export function structureKey(problem: InsideProblem): string {
  const nodes = problem.nodes.map(
    (node) =>
      `${node.id}:${node.outerWidth}x${node.height}+${node.labelHeight}@${node.group ?? ''}`,
  );
  const edges = problem.edges.map((edge) => `${edge.source}>${edge.target}`);
  const { row, column } = problem.gaps;
  return `${row},${column}#${nodes.sort().join('|')}#${edges.sort().join('|')}`;
}
