/** Who measured a sample: the client's proxy, the server's proxy or a waypoint (label `reporter`). */
export type Reporter = 'source' | 'destination' | 'waypoint';

/**
 * One end of an edge as the metrics name it. `null` where the label is missing, empty or `unknown`: identity is never
 * guessed.
 */
export interface PeerLabels {
  /** Absent where one cluster is watched. */
  readonly cluster?: string | null;
  readonly workload: string | null;
  readonly namespace: string | null;
  readonly app: string | null;
  readonly version: string | null;
}

/** What of its labels tells a peer from all others. */
export type PeerName = Pick<PeerLabels, 'workload' | 'namespace' | 'cluster'>;

/** The labels that name an edge in every Istio metric. */
export interface EdgeLabels {
  readonly reporter: Reporter;
  readonly source: PeerLabels;
  readonly destination: PeerLabels;
  /** `destination_service`: host name (FQDN) that was asked for; `null` when unknown. */
  readonly destinationService: string | null;
  /** `destination_service_name`: short name, or `PassthroughCluster`, `BlackHoleCluster`, … */
  readonly destinationServiceName: string | null;
  /** `destination_service_namespace`: from a client this is the peer workload's namespace, not the Service's. */
  readonly destinationServiceNamespace: string | null;
}

/** `connection_security_policy`: `unknown` from client sidecars. */
export type SecurityPolicy = 'mutual_tls' | 'none' | 'unknown';

/**
 * Who the ends proved to be, by the certificates of their connection (`source_principal`, `destination_principal`), e.g.
 * `spiffe://cluster.local/ns/shop/sa/api`. {@link NO_PRINCIPAL} where the proxy saw none; `null` where the label is
 * missing or is not of a certificate (a waypoint takes the server's from its list of endpoints).
 */
export interface Principals {
  readonly sourcePrincipal: string | null;
  readonly destinationPrincipal: string | null;
}

/** What Istio writes when the proxy saw no certificate with a principal: plaintext, or TLS that is not the mesh's. */
export const NO_PRINCIPAL = 'unknown';

/** Rate of `istio_requests_total` over the window for one combination of labels. */
export interface RequestSample extends EdgeLabels, Principals {
  readonly protocol: 'http' | 'grpc';
  /** `response_code`; `0` when no response was sent, empty when the label is missing (a Telemetry object drops it). */
  readonly responseCode: string;
  /** `grpc_response_status`; `null` for plain HTTP, empty for a gRPC call without one. */
  readonly grpcStatus: string | null;
  /** `response_flags`, split at commas; empty when the label is `-`. */
  readonly flags: readonly string[];
  readonly security: SecurityPolicy;
  readonly requestsPerSecond: number;
}

/**
 * Cumulative histogram of `istio_request_duration_milliseconds` on one edge, as rates per second. `buckets` holds only
 * bounds whose value lies strictly between zero and the total, or, where there is none, the one bound below which all
 * observations lie; `latencyBoundsMs` of the snapshot tells which others exist.
 */
export interface LatencySample {
  readonly reporter: Reporter;
  readonly source: PeerName;
  readonly destination: PeerName;
  readonly destinationService: string | null;
  readonly buckets: readonly { readonly upperBoundMs: number; readonly perSecond: number }[];
  readonly totalPerSecond: number;
}

/** Rate in bytes per second of the sum of a size histogram (`istio_request_bytes_sum`, `istio_response_bytes_sum`). */
export interface BytesSample extends EdgeLabels {
  readonly bytesPerSecond: number;
}

/** TCP rates on one edge. Request direction is client to server; Istio's own `sent` is server to client. */
export interface TcpSample extends EdgeLabels, Principals {
  readonly flags: readonly string[];
  readonly security: SecurityPolicy;
  /** Client to server (`istio_tcp_received_bytes_total`), bytes per second; `null` when that metric has no series. */
  readonly requestBytesPerSecond: number | null;
  /** Server to client (`istio_tcp_sent_bytes_total`), bytes per second; `null` when that metric has no series. */
  readonly responseBytesPerSecond: number | null;
  /** `istio_tcp_connections_opened_total`, per second; `null` when that metric has no series. */
  readonly connectionsPerSecond: number | null;
}

/** Everything read from the metrics store for one window at one moment. */
export interface TelemetrySnapshot {
  /** Evaluation time of the queries, epoch milliseconds. */
  readonly atMs: number;
  /** The window that the rates were taken over, after clipping. */
  readonly windowSeconds: number;
  readonly requests: readonly RequestSample[];
  readonly latency: readonly LatencySample[];
  /** Every finite bucket bound seen, ascending, milliseconds. */
  readonly latencyBoundsMs: readonly number[];
  readonly requestBytes: readonly BytesSample[];
  readonly responseBytes: readonly BytesSample[];
  readonly tcp: readonly TcpSample[];
}
