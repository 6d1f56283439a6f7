import type { LatencySample, PeerLabels, Reporter } from '@/mesh/telemetry/telemetry';

/** Rate of requests with one combination of code, gRPC status and flags. */
export interface OutcomeRate {
  /** `0` when no response was sent. */
  readonly responseCode: string;
  /** `null` for plain HTTP. */
  readonly grpcStatus: string | null;
  readonly flags: readonly string[];
  readonly requestsPerSecond: number;
}

/** Rates by `connection_security_policy`, in requests (TCP: connections) per second. */
export interface SecurityRates {
  readonly mutualTls: number;
  readonly none: number;
  /** Reports that name no policy: ztunnel says so of plaintext, older proxies of anything. */
  readonly unknown: number;
}

/** TCP rates of one edge; see {@link TcpSample} for directions and `null`. */
export interface TcpRates {
  readonly requestBytesPerSecond: number | null;
  readonly responseBytesPerSecond: number | null;
  readonly connectionsPerSecond: number | null;
  /** Connections per second by flag. */
  readonly flags: ReadonlyMap<string, number>;
}

/**
 * Traffic of one protocol between two workloads for one host, told by one reporter: what the client's proxy and the
 * server's proxy both saw stands here once.
 */
export interface MergedEdge {
  readonly source: PeerLabels;
  /** All `null` when the requests never reached a workload, or reached one that nobody names. */
  readonly destination: PeerLabels;
  readonly destinationService: string | null;
  readonly destinationServiceName: string | null;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly reporter: Reporter;
  /** Empty for TCP. */
  readonly outcomes: readonly OutcomeRate[];
  /** `null` for HTTP and gRPC. */
  readonly tcp: TcpRates | null;
  /** `null` when no series supports it. */
  readonly requestBytesPerSecond: number | null;
  readonly responseBytesPerSecond: number | null;
  readonly latency: readonly LatencySample[];
  /** From server-side reports only; `null` when there is none. */
  readonly security: SecurityRates | null;
}
