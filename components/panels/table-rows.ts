import { failedShare } from '@/components/panels/decided-share';
import { nodeKindWord } from '@/components/panels/node-kind-word';
import { STATUS_ORDER } from '@/components/ui/status-word';
import { VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import type { GraphEdge, GraphNode } from '@/mesh/graph/graph';

/** A cell's value for sorting; `null` sorts last whichever way the table is sorted. */
export type SortValue = string | number | null;

/** One column: its name, and what it sorts by. */
export interface TableColumn<Row> {
  readonly id: string;
  readonly title: string;
  readonly isNumber: boolean;
  readonly sortValue: (row: Row) => SortValue;
}

/** An edge with the labels of its ends, as the table shows it. */
export interface EdgeRow {
  readonly edge: GraphEdge;
  readonly source: string;
  readonly target: string;
}

/** How a table is sorted. */
export interface TableSort {
  readonly column: string;
  readonly isDescending: boolean;
}

/** Columns of the table of nodes. */
export const NODE_COLUMNS: readonly TableColumn<GraphNode>[] = [
  {
    id: 'health',
    title: 'Health',
    isNumber: false,
    sortValue: ({ health }) => STATUS_ORDER[health.status],
  },
  { id: 'name', title: 'Name', isNumber: false, sortValue: ({ label }) => label },
  { id: 'namespace', title: 'Namespace', isNumber: false, sortValue: ({ namespace }) => namespace },
  { id: 'kind', title: 'Kind', isNumber: false, sortValue: nodeKindWord },
  { id: 'rps', title: 'In', isNumber: true, sortValue: ({ inbound }) => inbound.rps },
  {
    id: 'errors',
    title: 'Errors',
    isNumber: true,
    sortValue: ({ health, inbound }) => failedShare(health, inbound),
  },
  { id: 'p95', title: 'p95', isNumber: true, sortValue: ({ inbound }) => inbound.latencyMsP95 },
  { id: 'out', title: 'Out', isNumber: true, sortValue: ({ outbound }) => outbound.rps },
  { id: 'pods', title: 'Pods', isNumber: true, sortValue: ({ readyPods }) => readyPods },
];

/** Columns of the table of nodes where several clusters are watched. */
export const NODE_COLUMNS_OF_CLUSTERS: readonly TableColumn<GraphNode>[] = NODE_COLUMNS.flatMap(
  (column) =>
    column.id === 'namespace'
      ? [
          column,
          {
            id: 'cluster',
            title: 'Cluster',
            isNumber: false,
            sortValue: ({ cluster }: GraphNode) => cluster ?? null,
          },
        ]
      : [column],
);

/** Columns of the table of edges. */
export const EDGE_COLUMNS: readonly TableColumn<EdgeRow>[] = [
  {
    id: 'health',
    title: 'Health',
    isNumber: false,
    sortValue: ({ edge }) => STATUS_ORDER[edge.health.status],
  },
  { id: 'from', title: 'From', isNumber: false, sortValue: ({ source }) => source },
  { id: 'to', title: 'To', isNumber: false, sortValue: ({ target }) => target },
  { id: 'protocol', title: 'Protocol', isNumber: false, sortValue: ({ edge }) => edge.protocol },
  { id: 'rps', title: 'Rate', isNumber: true, sortValue: ({ edge }) => edge.rps },
  {
    id: 'errors',
    title: 'Errors',
    isNumber: true,
    sortValue: ({ edge }) => failedShare(edge.health, edge),
  },
  { id: 'p95', title: 'p95', isNumber: true, sortValue: ({ edge }) => edge.latencyMsP95 },
  {
    id: 'tcp',
    title: 'TCP',
    isNumber: true,
    sortValue: ({ edge }) => edge.tcpRequestBytesPerSecond,
  },
  {
    id: 'mtls',
    title: 'mTLS',
    isNumber: false,
    sortValue: ({ edge }) => VERDICTS_WORST_FIRST.indexOf(edge.mtls.verdict),
  },
];

/** Rows in order: by the column, unknown last, and rows that are equal stay in the order that they came in. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  sort: TableSort,
): readonly Row[] {
  const column = columns.find(({ id }) => id === sort.column);
  if (column === undefined) return rows;
  const sign = sort.isDescending ? -1 : 1;
  return [...rows].sort((a, b) => compare(column.sortValue(a), column.sortValue(b), sign));
}

/** Rows of which every word of `filter` occurs in one of the texts that `textOf` gives; case does not matter. */
export function filterRows<Row>(
  rows: readonly Row[],
  filter: string,
  textOf: (row: Row) => string,
): readonly Row[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = textOf(row).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function compare(a: SortValue, b: SortValue, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * String(a).localeCompare(String(b));
}
