import { GRAPH_SIZES } from '@/components/graph/graph-tokens';
import { distinctLabels } from '@/components/graph/split/distinct-labels';
import { ruleLines } from '@/components/graph/split/rule-text';
import type { TrafficSplit } from '@/mesh/splits/split';

/** Extent of a drawn node around its centre, pixels at zoom 1. `labelHeight` hangs below the body. */
export interface NodeSize {
  readonly bodyWidth: number;
  readonly bodyHeight: number;
  /** Of body and label together. */
  readonly width: number;
  readonly labelHeight: number;
}

const CHARACTER_WIDTH = 7.2;

/** A plain node with its label of one or two lines below. */
export function plainNodeSize(lines: readonly string[]): NodeSize {
  const longest = Math.max(0, ...lines.map((line) => line.length));
  return {
    bodyWidth: GRAPH_SIZES.body,
    bodyHeight: GRAPH_SIZES.body,
    width: Math.max(GRAPH_SIZES.body + 12, longest * CHARACTER_WIDTH + 4),
    labelHeight: 4 + lines.length * GRAPH_SIZES.labelLine,
  };
}

/** A folded box: label inside. */
export function foldedSize(): NodeSize {
  return {
    bodyWidth: GRAPH_SIZES.foldedWidth,
    bodyHeight: GRAPH_SIZES.foldedHeight,
    width: GRAPH_SIZES.foldedWidth,
    labelHeight: 0,
  };
}

/** Height of a line of a rule's text, with its share of the air around. */
const RULE_LINE = 18;

/** The card of a service whose traffic splits: as high as its title and its handle need with the tallest of its rules. */
export function cardSize(splits: readonly TrafficSplit[], titleLines: number): NodeSize {
  const legendRows = Math.max(1, ...splits.map(legendRowsOf));
  const rulesRow = ruleLines(splits) * RULE_LINE;
  const mirrorRow = splits.some((split) => split.mirrors.length > 0) ? 18 : 0;
  const bodyHeight = 48 + titleLines * 20 + legendRows * 19 + rulesRow + mirrorRow;
  return {
    bodyWidth: GRAPH_SIZES.cardWidth,
    bodyHeight,
    width: GRAPH_SIZES.cardWidth,
    labelHeight: 0,
  };
}

const LEGEND_WIDTH = GRAPH_SIZES.cardWidth - 14;

/** Rows that the names of a split's destinations take, as the handle wraps them. */
function legendRowsOf(split: TrafficSplit): number {
  let rows = 1;
  let used = 0;
  for (const label of distinctLabels(split.destinations.map((destination) => destination.label))) {
    const width = Math.min(58, label.length * 8) + 50;
    if (used > 0 && used + width > LEGEND_WIDTH) {
      rows += 1;
      used = 0;
    }
    used += width + 4;
  }
  return rows;
}
