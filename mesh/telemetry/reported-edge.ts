import type { MergedEdge, SecurityRates } from '@/mesh/telemetry/merged-edge';
import type { SmallMap } from '@/mesh/telemetry/small-map';
import type { LatencySample, PeerLabels, Reporter } from '@/mesh/telemetry/telemetry';

/** What one reporter says about one pair of workloads and one host; being filled while samples are read. */
export interface ReportedEdge {
  readonly destinationService: string | null;
  readonly destinationServiceName: string | null;
  /** One for each code, gRPC status and set of flags: so few that looking through them is fastest. */
  readonly outcomes: MutableOutcome[];
  tcp: MutableTcp | null;
  readonly security: MutableSecurity;
  /** Each once and in no order; `null` and empty as in {@link MergedEdge}. */
  clientIdentities: readonly string[] | null;
  serverIdentities: readonly string[] | null;
}

/** Who the ends of an edge proved to be, as {@link MergedEdge} has it. */
export type Identities = Pick<MergedEdge, 'clientIdentities' | 'serverIdentities'>;

/** Policies and identities of a tunnel around requests. */
export interface TunnelReport {
  readonly security: SecurityRates;
  readonly identities: Identities;
}

/** Rates by `connection_security_policy`. */
export interface MutableSecurity {
  mutualTls: number;
  none: number;
  unknown: number;
}

/** Requests of one code, gRPC status and set of flags. */
export interface MutableOutcome {
  readonly responseCode: string;
  readonly grpcStatus: string | null;
  readonly flags: readonly string[];
  requestsPerSecond: number;
}

/** TCP sums; `null` until a sample supports the figure. */
export interface MutableTcp {
  requestBytesPerSecond: number | null;
  responseBytesPerSecond: number | null;
  connectionsPerSecond: number | null;
  readonly flags: Map<string, number>;
  /** Policies by bytes per second in both directions, for connections that were opened before the window. */
  readonly bytesBySecurity: MutableSecurity;
}

/** What one reporter says of sizes and latency between two workloads for one host; these metrics name no protocol. */
export interface HostFigures {
  readonly reporter: Reporter;
  /** Empty for an unknown host. */
  readonly host: string;
  /** `null` when no series supports it. */
  requestBytes: number | null;
  responseBytes: number | null;
  latency: readonly LatencySample[];
}

/** Figures by reporter and by host (`''` for an unknown host). */
export type ByReporter<T> = SmallMap<Reporter, SmallMap<string, T>>;

/** Everything that was reported about one protocol between two workloads. */
export interface ReportedPair {
  /** Names the two ends without the protocol. */
  readonly endsKey: string;
  readonly sourceKey: string;
  readonly destinationKey: string;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  source: PeerLabels;
  destination: PeerLabels;
  readonly reports: ByReporter<ReportedEdge>;
  /** The tunnel that carries the pair's requests, where a ztunnel reported it; see {@link dropTunnelLegs}. */
  tunnel: TunnelReport | null;
  /** So few that looking through them is fastest, and they cost least memory. */
  readonly figures: readonly HostFigures[];
}
