import type { LatencySample, PeerLabels, Reporter } from '@/mesh/telemetry/telemetry';

/** Rate of requests with one combination of code, gRPC status and flags. */
export interface OutcomeRate {
  /** `0` when no response was sent; empty when the metrics carry no code. */
  readonly responseCode: string;
  /** `null` for plain HTTP; empty for a gRPC call whose status the metrics do not carry. */
  readonly grpcStatus: string | null;
  readonly flags: readonly string[];
  readonly requestsPerSecond: number;
}

/**
 * Rates by `connection_security_policy`, in requests (TCP: connections) per second, or in bytes per second where TCP
 * opened no connection in the window and long-lived ones carried bytes.
 */
export interface SecurityRates {
  readonly mutualTls: number;
  readonly none: number;
  /** Reports that name no policy: ztunnel says so of plaintext, client sidecars and older proxies of anything. */
  readonly unknown: number;
  /** Present where the rates are bytes per second. */
  readonly inBytes?: true;
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
  /**
   * From the server's side where it reported the traffic; else as ztunnel reported the tunnel around it, as the unknown
   * twin of a plaintext call has it, or as the client itself says (`unknown`, unless it is a ztunnel).
   */
  readonly security: SecurityRates;
  /** Whose report `security` is; a tunnel's or a twin's counts as the server's. */
  readonly securityReporter: Reporter;
  /**
   * Principals of the certificates that clients presented while traffic moved in the window, in order: as the server's
   * side verified them, else the tunnel around the traffic, else as the client's own proxy tells. Empty when no proxy saw
   * a principal: plaintext, or TLS that is not the mesh's; `null` when no report has the label.
   */
  readonly clientIdentities: readonly string[] | null;
  /** The same of the server's certificates. A waypoint's report has none: it reads them off its list of endpoints. */
  readonly serverIdentities: readonly string[] | null;
}
