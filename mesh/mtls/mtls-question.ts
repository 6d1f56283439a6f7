import type { PeerName, Reporter } from '@/mesh/telemetry/telemetry';
import type { SecurityRates, TcpRates } from '@/mesh/telemetry/merged-edge';

/** An edge to assess. A merged edge is one; so is a route's destination without traffic. */
export interface MtlsQuestion {
  readonly source: PeerName;
  readonly destination: PeerName;
  readonly destinationService: string | null;
  readonly destinationServiceName: string | null;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  /** `null`: no series mentions the edge. */
  readonly reporter: Reporter | null;
  readonly security: SecurityRates | null;
  /** Whose report `security` is; absent: the server's. */
  readonly securityReporter?: Reporter;
  /** Principals that certificates proved; absent: no report names any. */
  readonly clientIdentities?: readonly string[] | null;
  readonly serverIdentities?: readonly string[] | null;
  /** TCP rates, which tell idle connections from none. */
  readonly tcp?: TcpRates | null;
}
