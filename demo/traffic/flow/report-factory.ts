import type { Labels } from '@/demo/prometheus/metric-registry';
import { LazyLabels } from '@/demo/traffic/emit/lazy-labels';
import { httpLabels, tcpLabels, type ReportFacts } from '@/demo/traffic/emit/metric-labels';
import {
  endpointPeerOf,
  peerOf,
  principalOf,
  UNKNOWN_PEER,
  type PeerIdentity,
} from '@/demo/traffic/emit/peer-identity';
import type { FlowClient, FlowRequest } from '@/demo/traffic/flow/compilation';
import type { HttpReport, TcpReport } from '@/demo/traffic/flow/flow-plan';
import type { Latency } from '@/demo/traffic/latency';
import type { ServiceModel, WorkloadModel } from '@/demo/traffic/model/mesh-model';
import type { ConnectionOutcome } from '@/demo/traffic/security/tls-outcome';

/** The service as the client's metrics name it. */
export interface ServiceLabels {
  readonly host: string;
  readonly name: string;
  /** Set where the client's proxy knows no such service: the host that it reports beside PassthroughCluster. */
  readonly passthroughHost?: string;
}

/** The server side of a report; `null` workload: none was reached or it lies outside the cluster. */
export interface ServerEnd {
  readonly workload: WorkloadModel | null;
  readonly hasProxy: boolean;
  readonly connection: ConnectionOutcome;
}

/** No server was reached, or it lies outside the cluster. */
export const NOWHERE: ServerEnd = { workload: null, hasProxy: false, connection: 'plaintext' };

/** The parts of a report that differ between ends of one edge. */
export interface HttpEnd {
  readonly status: number;
  readonly grpcStatus?: number | undefined;
  /** Client flags; `-` for none. */
  readonly flags: string;
  readonly latency: Latency;
  readonly maxMs?: number;
  /** The server's proxy saw it. */
  readonly atServer: boolean;
  /** What the server's proxy wrote, where it differs from the client's view. */
  readonly serverStatus?: number;
  readonly serverFlags?: string;
}

/** The TCP twin of {@link HttpEnd}. */
export interface TcpEnd {
  /** Client flags; `-` for none. */
  readonly flags: string;
  /** The server's proxy saw it. */
  readonly atServer: boolean;
  readonly isError: boolean;
  /** What the server's proxy wrote, where it is not `-`. */
  readonly serverFlags?: string;
}

/** Size of an answer that only says what went wrong. */
const ERROR_BYTES = 130;

/** Makes the reports of one client for one service. `hidden` clients (mirrored requests) report nothing themselves. */
export class ReportFactory {
  constructor(
    private readonly client: FlowClient,
    private readonly request: FlowRequest,
    private readonly service: ServiceLabels,
    private readonly trustDomain: string,
    private readonly hidden: boolean,
  ) {}

  http(end: HttpEnd, server: ServerEnd): HttpReport {
    const { behaviour } = this.request;
    const isGrpc = behaviour.protocol === 'grpc';
    const grpcStatus = isGrpc ? (end.grpcStatus ?? grpcStatusOf(end.status)) : null;
    const code = isGrpc ? 200 : end.status;
    return {
      labels: this.httpReportLabels(end, server, code, grpcStatus),
      latency: end.latency,
      maxMs: end.maxMs ?? Infinity,
      requestBytes: behaviour.requestBytes,
      responseBytes: end.status < 400 ? behaviour.responseBytes : ERROR_BYTES,
      isError: isGrpc ? grpcStatus !== 0 : end.status >= 500 || end.status === 0,
      code,
      grpcStatus,
      flags: end.flags,
      gateway: this.gatewayReport(end, server),
    };
  }

  /** A gateway that passes TLS on knows itself, and of the endpoint what the list of endpoints says. */
  private gatewayReport(end: HttpEnd, server: ServerEnd): TcpReport | null {
    const { workload } = server;
    const { place } = this.client.workload;
    const gateway = workload?.place.eastWestGateway ?? null;
    const isCrossing = workload !== null && workload.place.name !== place.name;
    if (gateway === null || !isCrossing || !end.atServer || server.connection !== 'mtls')
      return null;
    const facts: ReportFacts = {
      reporter: 'source',
      source: peerOf(gateway),
      destination: endpointPeerOf(workload),
      sourcePrincipal: null,
      destinationPrincipal: null,
      serviceHost: this.service.host,
      serviceName: this.service.name,
      serviceNamespace: workload.namespace,
      security: 'unknown',
      flags: '-',
    };
    const { requestBytes, responseBytes } = this.request.behaviour;
    return {
      labels: new LazyLabels(
        () => tcpLabels(facts),
        () => null,
      ),
      requestBytes,
      responseBytes,
      isError: false,
      flags: '-',
    };
  }

  tcp(server: ServerEnd, end: TcpEnd): TcpReport {
    const toLabels = (facts: ReportFacts | null): Labels | null =>
      facts === null ? null : tcpLabels(facts);
    return {
      labels: new LazyLabels(
        () => toLabels(this.clientFacts(server, end.flags)),
        () => (end.atServer ? toLabels(this.serverFacts(server, end.serverFlags ?? '-')) : null),
      ),
      requestBytes: end.isError ? 0 : this.request.behaviour.requestBytes,
      responseBytes: end.isError ? 0 : this.request.behaviour.responseBytes,
      isError: end.isError,
      flags: end.flags,
    };
  }

  private httpReportLabels(
    end: HttpEnd,
    server: ServerEnd,
    code: number,
    grpcStatus: number | null,
  ): LazyLabels {
    const reply = {
      protocol: grpcStatus === null ? ('http' as const) : ('grpc' as const),
      responseCode: String(code),
      grpcStatus: grpcStatus === null ? '' : String(grpcStatus),
    };
    const cutShort = { ...reply, responseCode: '0', grpcStatus: '' };
    return new LazyLabels(
      () => {
        const facts = this.clientFacts(server, end.flags);
        return facts === null ? null : httpLabels(facts, reply);
      },
      () => {
        const facts = end.atServer ? this.serverFacts(server, end.serverFlags ?? '-') : null;
        return facts === null ? null : httpLabels(facts, end.serverStatus === 0 ? cutShort : reply);
      },
    );
  }

  /** Without a proxy at the other end, or before it answered, the endpoint list is all that the client knows. */
  private clientFacts(server: ServerEnd, flags: string): ReportFacts | null {
    if (this.hidden || this.client.kind === 'bare') return null;
    const destination = this.destinationPeer(server);
    const isMutual = server.connection === 'mtls';
    return {
      reporter: 'source',
      source: peerOf(this.client.workload),
      destination,
      sourcePrincipal: isMutual ? principalOf(this.client.workload, this.trustDomain) : null,
      destinationPrincipal:
        isMutual && server.workload !== null
          ? principalOf(server.workload, this.trustDomain)
          : null,
      serviceHost: this.service.passthroughHost ?? this.service.host,
      serviceName:
        this.service.passthroughHost === undefined ? this.service.name : 'PassthroughCluster',
      serviceNamespace: destination.namespace,
      security: 'unknown',
      flags,
    };
  }

  private destinationPeer(server: ServerEnd): PeerIdentity {
    if (server.workload === null) return UNKNOWN_PEER;
    const exchanged = server.hasProxy && this.exchangesMetadata(server.connection);
    if (exchanged) return peerOf(server.workload);
    // PassthroughCluster has no endpoint list to learn from.
    const isListed = this.service.passthroughHost === undefined;
    return isListed ? endpointPeerOf(server.workload) : UNKNOWN_PEER;
  }

  /** Peers tell each other who they are in HTTP headers, and for TCP only within mTLS. */
  private exchangesMetadata(connection: ConnectionOutcome): boolean {
    const isTcp = this.request.behaviour.protocol === 'tcp';
    return (
      connection === 'mtls' || (connection === 'plaintext' && !isTcp && this.client.kind !== 'bare')
    );
  }

  private serverFacts(server: ServerEnd, flags: string): ReportFacts | null {
    if (server.workload === null || !server.hasProxy) return null;
    const isMutual = server.connection === 'mtls';
    const knowsSource = this.client.kind !== 'bare' && this.exchangesMetadata(server.connection);
    return {
      reporter: 'destination',
      source: knowsSource ? peerOf(this.client.workload) : UNKNOWN_PEER,
      destination: peerOf(server.workload),
      sourcePrincipal: isMutual ? principalOf(this.client.workload, this.trustDomain) : null,
      destinationPrincipal: isMutual ? principalOf(server.workload, this.trustDomain) : null,
      serviceHost: this.service.host,
      serviceName: this.service.name,
      serviceNamespace: server.workload.namespace,
      security: isMutual ? 'mutual_tls' : 'none',
      flags,
    };
  }
}

/** Labels of a known service. */
export function serviceLabels(service: ServiceModel): ServiceLabels {
  return { host: service.host, name: service.name };
}

/** Labels of a service that the client's proxy does not know; the server's proxy does. */
export function passthroughLabels(service: ServiceModel, passthroughHost: string): ServiceLabels {
  return { ...serviceLabels(service), passthroughHost };
}

/** The gRPC status that Envoy answers instead of an HTTP status. */
export function grpcStatusOf(httpStatus: number): number {
  if (httpStatus >= 200 && httpStatus < 300) return 0;
  const table: Readonly<Record<number, number>> = {
    400: 13,
    401: 16,
    403: 7,
    404: 12,
    429: 14,
    502: 14,
    503: 14,
    504: 14,
  };
  return table[httpStatus] ?? 2;
}
