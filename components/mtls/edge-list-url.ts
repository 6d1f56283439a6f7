import { OPEN_VERDICTS } from '@/components/mtls/edge-list';
import type { EdgeColumn, EdgeFilter, EdgeSort } from '@/components/mtls/edge-list';
import { VERDICTS_WORST_FIRST } from '@/components/ui/verdict';

/** How the list of edges on the mTLS page is narrowed, ordered and turned over. */
export interface EdgeListState extends EdgeFilter {
  readonly sort: EdgeSort;
  /** Counts from 0; the list shows its last page when there are fewer. */
  readonly page: number;
}

/** Everything that is not encrypted, the worst first. */
export const DEFAULT_EDGE_LIST: EdgeListState = {
  verdicts: OPEN_VERDICTS,
  text: '',
  pair: null,
  sort: { column: 'verdict', isDescending: false },
  page: 0,
};

/** Longest text that the list is filtered by. */
export const EDGE_TEXT_MAX = 200;

const COLUMNS: readonly EdgeColumn[] = ['source', 'target', 'verdict', 'observed', 'rate'];
const PAGE = /^[1-9][0-9]{0,5}$/;
const PAIR = /^([a-z0-9][-a-z0-9]{0,62})?~([a-z0-9][-a-z0-9]{0,62})?$/;

/** Reads the state from `verdicts`, `filter`, `pair` (`from~to`, empty for the outside), `sort` and `page`. */
export function parseEdgeList(query: URLSearchParams): EdgeListState {
  const page = query.get('page') ?? '';
  return {
    verdicts: parseVerdicts(query.get('verdicts')),
    text: (query.get('filter') ?? '').slice(0, EDGE_TEXT_MAX),
    pair: parsePair(query.get('pair')),
    sort: parseSort(query.get('sort')),
    page: PAGE.test(page) ? Number(page) - 1 : 0,
  };
}

/** Parameters of the state that differ from the default, for `parseEdgeList`. */
export function edgeListParameters(state: EdgeListState): readonly (readonly [string, string])[] {
  const { verdicts, text, pair, sort, page } = state;
  const base = DEFAULT_EDGE_LIST;
  const all: readonly (readonly [string, string, string])[] = [
    ['verdicts', verdicts.join(',') || 'all', base.verdicts.join(',')],
    ['filter', text, base.text],
    ['pair', pair === null ? '' : `${pair.source ?? ''}~${pair.target ?? ''}`, ''],
    ['sort', sortText(sort), sortText(base.sort)],
    ['page', String(page + 1), '1'],
  ];
  return all.flatMap(([name, value, standard]) => (value === standard ? [] : [[name, value]]));
}

function sortText({ column, isDescending }: EdgeSort): string {
  return isDescending ? `${column}.desc` : column;
}

function parseVerdicts(text: string | null): EdgeListState['verdicts'] {
  if (text === null) return DEFAULT_EDGE_LIST.verdicts;
  if (text === 'all') return [];
  const wanted = text.split(',');
  const known = VERDICTS_WORST_FIRST.filter((verdict) => wanted.includes(verdict));
  return known.length === 0 ? DEFAULT_EDGE_LIST.verdicts : known;
}

function parsePair(text: string | null): EdgeListState['pair'] {
  const match = text === null ? null : PAIR.exec(text);
  return match === null ? null : { source: match[1] ?? null, target: match[2] ?? null };
}

function parseSort(text: string | null): EdgeSort {
  const [name, direction] = (text ?? '').split('.');
  const column = COLUMNS.find((known) => known === name);
  return column === undefined
    ? DEFAULT_EDGE_LIST.sort
    : { column, isDescending: direction === 'desc' };
}
