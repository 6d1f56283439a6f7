import type { EdgeLabel } from '@/components/graph/edge-label';
import type { Selection } from '@/components/graph/selection';
import {
  DEFAULT_EDGE_LIST,
  edgeListParameters,
  parseEdgeList,
  type EdgeListState,
} from '@/components/mtls/edge-list-url';
import {
  DEFAULT_TABLE,
  parseTable,
  tableParameters,
  type TableState,
} from '@/components/panels/table-state';
import type { GraphView } from '@/mesh/graph/graph';

/** Whether the mesh is drawn or tabulated. */
export type GraphShape = 'graph' | 'table';

/** Everything a link to a page carries. The same state is shared by both pages, so that switching keeps the scope. */
export interface UrlState {
  /** Sorted, without doubles; empty means all. */
  readonly namespaces: readonly string[];
  /** The one of several clusters that is shown; `null`: all. */
  readonly cluster: string | null;
  readonly view: GraphView;
  /** Window as the API writes it, e.g. `60s`; the server clips what it cannot serve. */
  readonly window: string;
  readonly label: EdgeLabel;
  readonly shape: GraphShape;
  /** Text to highlight and text to hide; empty means neither. */
  readonly find: string;
  readonly hide: string;
  readonly animate: boolean;
  /** `true`: nothing is refreshed until resumed. */
  readonly paused: boolean;
  readonly selection: Selection | null;
  /** Ids of folded boxes, sorted; `null`: folded by size, as the graph decides. */
  readonly collapsed: readonly string[] | null;
  /** The table twin of the graph. */
  readonly table: TableState;
  /** The list of edges on the mTLS page. */
  readonly edgeList: EdgeListState;
}

/** State of a bare address. */
export const DEFAULT_URL_STATE: UrlState = {
  namespaces: [],
  cluster: null,
  view: 'workload',
  window: '60s',
  label: 'rps',
  shape: 'graph',
  find: '',
  hide: '',
  animate: true,
  paused: false,
  selection: null,
  collapsed: null,
  table: DEFAULT_TABLE,
  edgeList: DEFAULT_EDGE_LIST,
};

const VIEWS: readonly GraphView[] = ['workload', 'app', 'versioned-app', 'service'];
const LABELS: readonly EdgeLabel[] = ['rps', 'share', 'p95', 'throughput', 'none'];
const SHAPES: readonly GraphShape[] = ['graph', 'table'];
const KINDS: readonly Selection['kind'][] = ['node', 'edge', 'namespace', 'split'];
const WINDOW = /^[1-9][0-9]{0,5}[smhd]$/;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const CLUSTER_MAX = 253;
/** Longest expression to find or to hide. */
export const TEXT_MAX = 200;

/** Reads the state from a query string. What is missing, unknown or malformed falls back to its default. */
export function parseUrlState(query: URLSearchParams): UrlState {
  const base = DEFAULT_URL_STATE;
  const window = query.get('window');
  return {
    namespaces: parseNamespaces(query.get('namespaces')),
    cluster: query.get('cluster')?.slice(0, CLUSTER_MAX) || null,
    view: oneOf(VIEWS, query.get('view'), base.view),
    window: window !== null && WINDOW.test(window) ? window : base.window,
    label: oneOf(LABELS, query.get('label'), base.label),
    shape: oneOf(SHAPES, query.get('show'), base.shape),
    find: (query.get('find') ?? base.find).slice(0, TEXT_MAX),
    hide: (query.get('hide') ?? base.hide).slice(0, TEXT_MAX),
    animate: query.get('animate') !== 'off',
    paused: query.get('refresh') === 'paused',
    selection: parseSelection(query.get('select')),
    collapsed: parseCollapsed(query.get('folded')),
    table: parseTable(query),
    edgeList: parseEdgeList(query),
  };
}

/**
 * Writes the state as a query string without its leading `?`; defaults are left out, so that a bare page has a bare
 * address. `parseUrlState` of the answer gives the same state back.
 */
export function buildUrlQuery(state: UrlState): string {
  const base = DEFAULT_URL_STATE;
  const query = new URLSearchParams();
  const put = (name: string, value: string, standard: string) => {
    if (value !== standard) query.set(name, value);
  };
  put('namespaces', state.namespaces.join(','), '');
  put('cluster', state.cluster ?? '', '');
  put('view', state.view, base.view);
  put('window', state.window, base.window);
  put('label', state.label, base.label);
  put('show', state.shape, base.shape);
  put('find', state.find, base.find);
  put('hide', state.hide, base.hide);
  put('animate', state.animate ? 'on' : 'off', 'on');
  put('refresh', state.paused ? 'paused' : 'live', 'live');
  put('select', state.selection ? `${state.selection.kind}.${state.selection.id}` : '', '');
  if (state.collapsed !== null) query.set('folded', state.collapsed.join(',') || 'none');
  for (const [name, value] of tableParameters(state.table)) query.set(name, value);
  for (const [name, value] of edgeListParameters(state.edgeList)) query.set(name, value);
  return query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
}

/** Seconds of a window as the URL writes it, e.g. `5m` gives 300; `null` when it is not one. */
export function windowSeconds(window: string): number | null {
  if (!WINDOW.test(window)) return null;
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[window.slice(-1)];
  return unit === undefined ? null : Number(window.slice(0, -1)) * unit;
}

function parseNamespaces(text: string | null): readonly string[] {
  if (text === null) return [];
  return [...new Set(text.split(',').filter((name) => NAMESPACE.test(name)))].sort();
}

const BOX = /^(cluster|namespace|app):[-\w.~!*'()%@/]{1,900}$/;

function parseCollapsed(text: string | null): readonly string[] | null {
  if (text === null) return null;
  return [...new Set(text.split(',').filter((id) => BOX.test(id)))].sort();
}

function parseSelection(text: string | null): UrlState['selection'] {
  if (text === null) return null;
  const dot = text.indexOf('.');
  const kind = KINDS.find((known) => known === text.slice(0, dot));
  const id = text.slice(dot + 1);
  return kind === undefined || id === '' ? null : { kind, id };
}

function oneOf<T extends string>(known: readonly T[], value: string | null, fallback: T): T {
  return known.find((entry) => entry === value) ?? fallback;
}
