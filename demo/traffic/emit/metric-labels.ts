import type { Labels } from '@/demo/prometheus/metric-registry';
import type { PeerIdentity } from '@/demo/traffic/emit/peer-identity';

/** What one proxy knows of an exchange when it reports it. */
export interface ReportFacts {
  readonly reporter: 'source' | 'destination';
  readonly source: PeerIdentity;
  readonly destination: PeerIdentity;
  /** Full SPIFFE ids; `null` without mTLS. */
  readonly sourcePrincipal: string | null;
  readonly destinationPrincipal: string | null;
  readonly serviceHost: string;
  readonly serviceName: string;
  /** Client: namespace of the peer workload. Server: its own. */
  readonly serviceNamespace: string;
  /** Always `unknown` from clients. */
  readonly security: 'mutual_tls' | 'none' | 'unknown';
  /** Envoy's short flags, `-` for none. */
  readonly flags: string;
}

/** What HTTP reports add. `grpcStatus` is empty for plain HTTP and for gRPC without a status. */
export interface HttpFacts {
  readonly protocol: 'http' | 'grpc';
  readonly responseCode: string;
  readonly grpcStatus: string;
}

/** The 25 labels of Istio's HTTP metrics. */
export function httpLabels(facts: ReportFacts, http: HttpFacts): Labels {
  return {
    ...commonLabels(facts),
    request_protocol: http.protocol,
    response_code: http.responseCode,
    grpc_response_status: http.grpcStatus,
  };
}

/** The 23 labels of Istio's TCP metrics. */
export function tcpLabels(facts: ReportFacts): Labels {
  return { ...commonLabels(facts), request_protocol: 'tcp' };
}

function commonLabels(facts: ReportFacts): Record<string, string> {
  const { source, destination } = facts;
  return {
    reporter: facts.reporter,
    source_workload: source.workload,
    source_workload_namespace: source.namespace,
    source_principal: facts.sourcePrincipal ?? 'unknown',
    source_app: source.app,
    source_version: source.version,
    source_canonical_service: source.canonicalService,
    source_canonical_revision: source.canonicalRevision,
    source_cluster: source.cluster,
    destination_workload: destination.workload,
    destination_workload_namespace: destination.namespace,
    destination_principal: facts.destinationPrincipal ?? 'unknown',
    destination_app: destination.app,
    destination_version: destination.version,
    destination_canonical_service: destination.canonicalService,
    destination_canonical_revision: destination.canonicalRevision,
    destination_cluster: destination.cluster,
    destination_service: facts.serviceHost,
    destination_service_name: facts.serviceName,
    destination_service_namespace: facts.serviceNamespace,
    response_flags: facts.flags,
    connection_security_policy: facts.security,
  };
}
