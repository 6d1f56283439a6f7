import type { MtlsResponse } from '@/contract/mtls';
import { isEnforced } from '@/mesh/mtls/is-enforced';
import type { MtlsEdge } from '@/mesh/mtls/mtls';

/** Where and when evidence was taken, and what of it is listed. */
export interface EvidenceScope {
  /** Name of the cluster; `null` while it is not known. */
  readonly cluster: string | null;
  readonly report: MtlsResponse;
  /** What the list was narrowed to, in words; empty for everything. */
  readonly filter: string;
}

/** Where each kind of statement comes from, as it stands in the evidence. */
export const EVIDENCE_SOURCES = {
  configured:
    'Kubernetes API, as watched: PeerAuthentication, DestinationRule, ServiceEntry, VirtualService, ConfigMap istio, Pods',
  observed:
    'Prometheus: connection_security_policy of istio_requests_total and istio_tcp_connections_opened_total (bytes of istio_tcp_*_bytes_total where no connection was opened), as rates over the window',
  identities:
    'Prometheus: source_principal and destination_principal of the same metrics, as the certificates of the connections named them; empty where no proxy saw one, null where no report has the label',
  rps: 'Prometheus: rate of istio_requests_total; for TCP of istio_tcp_connections_opened_total',
} as const;

/**
 * The listed edges as a JSON document that stands by itself: when it was taken, over which window, from which sources,
 * what was missing, which namespaces it was narrowed to (none: the whole mesh), the modes of mesh and namespaces, and for each edge what decides. `null` is unknown, never zero.
 */
export function evidenceJson(scope: EvidenceScope, edges: readonly MtlsEdge[]): string {
  const { report, cluster, filter } = scope;
  const document = {
    kind: 'fanari-mtls-evidence',
    takenAt: new Date(report.at).toISOString(),
    windowSeconds: report.windowSeconds,
    cluster,
    sources: EVIDENCE_SOURCES,
    missing: report.gaps,
    scope: report.scope,
    filter,
    edgesListed: edges.length,
    edgesInScope: report.edges.length,
    mesh: report.mesh,
    namespaces: report.namespaces,
    findings: report.findings,
    edges: edges.map((edge) => ({ ...edge, enforced: isEnforced(edge.mtls) })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
