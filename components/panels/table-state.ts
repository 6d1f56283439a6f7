import { EDGE_COLUMNS, NODE_COLUMNS, type TableSort } from '@/components/panels/table-rows';

/** How the table twin of the graph is narrowed and ordered. */
export interface TableState {
  /** `null`: edges while one is selected, else nodes. */
  readonly rows: 'nodes' | 'edges' | null;
  /** Words that a row must hold; empty shows all. */
  readonly text: string;
  /** For both tables; one that has no such column is ordered by health. */
  readonly sort: TableSort;
}

/** Everything, what is worst first. */
export const DEFAULT_TABLE: TableState = {
  rows: null,
  text: '',
  sort: { column: 'health', isDescending: false },
};

/** Longest text that the table is filtered by. */
export const TABLE_TEXT_MAX = 200;

const COLUMNS: readonly string[] = [...NODE_COLUMNS, ...EDGE_COLUMNS].map(({ id }) => id);

/** Reads the state from `rows`, `table-filter` and `table-sort` (`rps.desc`). */
export function parseTable(query: URLSearchParams): TableState {
  const rows = query.get('rows');
  const [column = '', direction] = (query.get('table-sort') ?? '').split('.');
  return {
    rows: rows === 'nodes' || rows === 'edges' ? rows : null,
    text: (query.get('table-filter') ?? '').slice(0, TABLE_TEXT_MAX),
    sort: COLUMNS.includes(column)
      ? { column, isDescending: direction === 'desc' }
      : DEFAULT_TABLE.sort,
  };
}

/** Parameters of the state that differ from the default, for `parseTable`. */
export function tableParameters({
  rows,
  text,
  sort,
}: TableState): readonly (readonly [string, string])[] {
  const all: readonly (readonly [string, string, string])[] = [
    ['rows', rows ?? '', ''],
    ['table-filter', text, DEFAULT_TABLE.text],
    ['table-sort', sortText(sort), sortText(DEFAULT_TABLE.sort)],
  ];
  return all.flatMap(([name, value, standard]) => (value === standard ? [] : [[name, value]]));
}

function sortText({ column, isDescending }: TableSort): string {
  return isDescending ? `${column}.desc` : column;
}
