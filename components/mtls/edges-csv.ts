import { withCluster } from '@/components/ui/with-cluster';
import { isEnforced } from '@/mesh/mtls/is-enforced';
import type { Decided, MtlsEdge } from '@/mesh/mtls/mtls';

/** When, over which window and of what the edges were listed; each line carries it, so that lines can be quoted alone. */
export interface CsvScope {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly windowSeconds: number;
  /** `null` while it is not known. */
  readonly cluster: string | null;
  /** Namespaces that the report was narrowed to; empty: the whole mesh. */
  readonly scope: readonly string[];
  /** What the list was narrowed to, in words; empty for everything in scope. */
  readonly filter: string;
  /** Number of edges in scope, listed or not. */
  readonly edgesInScope: number;
}

const HEADINGS = [
  'source',
  'source_namespace',
  'target',
  'target_namespace',
  'protocol',
  'verdict',
  'enforced',
  'reason',
  'configured',
  'server_mode',
  'server_decided_by',
  'client_mode',
  'client_decided_by',
  'observed_mutual_tls_ratio',
  'requests_or_connections_per_second',
  'client_identities',
  'server_identities',
  'taken_at',
  'window_seconds',
  'cluster',
  'namespaces_in_scope',
  'filter',
  'edges_listed',
  'edges_in_scope',
];

/** At the end, and only where several clusters are watched. */
const CLUSTER_HEADINGS = ['source_cluster', 'target_cluster'];

function clusters({ source, target }: MtlsEdge, isSeveral: boolean): readonly string[] {
  return isSeveral ? [source.cluster ?? '', target.cluster ?? ''] : [];
}

/**
 * Edges as CSV (RFC 4180, with a heading line). Unknown values are empty fields. A field that a spreadsheet would run as
 * a formula is led by an apostrophe.
 */
export function edgesCsv(edges: readonly MtlsEdge[], scope: CsvScope): string {
  const taken = [
    new Date(scope.at).toISOString(),
    String(scope.windowSeconds),
    scope.cluster ?? '',
    scope.scope.length === 0 ? 'all' : scope.scope.join(' '),
    scope.filter === '' ? 'none' : scope.filter,
    String(edges.length),
    String(scope.edgesInScope),
  ];
  const isSeveral = edges.some(({ source }) => source.cluster !== undefined);
  const lines = edges.map((edge) => [...fields(edge), ...taken, ...clusters(edge, isSeveral)]);
  const headings = isSeveral ? [...HEADINGS, ...CLUSTER_HEADINGS] : HEADINGS;
  return [headings, ...lines].map((line) => line.map(escapeField).join(',')).join('\r\n') + '\r\n';
}

function fields({ source, target, protocol, rps, mtls }: MtlsEdge): string[] {
  const enforced = isEnforced(mtls);
  return [
    source.label,
    source.namespace ?? '',
    target.label,
    target.namespace ?? '',
    protocol,
    mtls.verdict,
    enforced === null ? '' : String(enforced),
    mtls.reason,
    mtls.configured ?? '',
    mtls.server?.mode ?? '',
    decidedBy(mtls.server),
    mtls.client?.mode ?? '',
    decidedBy(mtls.client),
    mtls.observedRatio === null ? '' : String(mtls.observedRatio),
    rps === null ? '' : String(rps),
    identitiesText(mtls.clientIdentities),
    identitiesText(mtls.serverIdentities),
  ];
}

/** Apart by spaces, which no principal has. `none`: no proxy saw one. */
function identitiesText(identities: readonly string[] | null): string {
  if (identities === null) return '';
  return identities.length === 0 ? 'none' : identities.join(' ');
}

function decidedBy(decided: Decided<string> | null): string {
  if (decided === null) return '';
  const { decidedBy: object, at } = decided;
  return object === null
    ? at
    : `${object.kind} ${object.namespace}/${withCluster(object.name, object.cluster)} ${at}`;
}

function escapeField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
