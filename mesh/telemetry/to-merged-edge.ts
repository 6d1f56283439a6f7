import type {
  ByReporter,
  MutableTcp,
  ReportedEdge,
  ReportedPair,
} from '@/mesh/telemetry/reported-edge';
import type {
  MergedEdge,
  OutcomeRate,
  SecurityRates,
  TcpRates,
} from '@/mesh/telemetry/merged-edge';
import type { SmallMap } from '@/mesh/telemetry/small-map';
import type { LatencySample, Reporter } from '@/mesh/telemetry/telemetry';
import type { UnknownClients } from '@/mesh/telemetry/reduce-unknown-clients';

/** What is needed to make one edge. */
export interface EdgeParts {
  readonly pair: ReportedPair;
  readonly reporter: Reporter;
  readonly reported: ReportedEdge;
  /** Share of the rates to keep, 0..1. */
  readonly fraction: number;
  readonly unknown: UnknownClients;
  /** The pair has this one host only, so reports that spell the host otherwise belong to it too. */
  readonly isOnlyHost: boolean;
  /** The ends also speak another request protocol with more traffic, which the shared figures then go to. */
  readonly isMinorProtocol: boolean;
}

/** The edge as `reporter` tells it, with sizes and latency of the same reporter where it has them. */
export function toMergedEdge(parts: EdgeParts): MergedEdge {
  const { pair, reporter, reported, fraction } = parts;
  const hasFigures = pair.protocol !== 'tcp' && !parts.isMinorProtocol;
  return {
    source: pair.source,
    destination: pair.destination,
    destinationService: reported.destinationService,
    destinationServiceName: reported.destinationServiceName,
    protocol: pair.protocol,
    reporter,
    outcomes: scaleOutcomes(reported, fraction),
    tcp: reported.tcp === null ? null : scaleTcp(reported.tcp, fraction),
    requestBytesPerSecond: hasFigures
      ? scale(figure(pair.figures.requestBytes, parts), fraction)
      : null,
    responseBytesPerSecond: hasFigures
      ? scale(figure(pair.figures.responseBytes, parts), fraction)
      : null,
    latency: hasFigures ? scaleLatency(latencyOf(parts), fraction) : [],
    security: securityOf(parts),
  };
}

/** The chosen reporter's figure; another's where that reporter has none for the pair at all. */
function figure(figures: ByReporter<number>, parts: EdgeParts): number | null {
  const hosts = hostsOf(figures, parts);
  const host = parts.reported.destinationService ?? '';
  const own = hosts?.get(host);
  if (own !== undefined) return own;
  if (hosts === undefined || !parts.isOnlyHost || hosts.size === 0) return null;
  return hosts.values().reduce((sum, rate) => sum + rate, 0);
}

function latencyOf(parts: EdgeParts): readonly LatencySample[] {
  const hosts = hostsOf(parts.pair.figures.latency, parts);
  const own = hosts?.get(parts.reported.destinationService ?? '');
  if (own !== undefined) return own;
  return hosts !== undefined && parts.isOnlyHost ? hosts.values().flat() : [];
}

function hostsOf<T>(figures: ByReporter<T>, parts: EdgeParts): SmallMap<string, T> | undefined {
  return (
    figures.get(parts.reporter) ??
    figures.get('source') ??
    figures.get('destination') ??
    figures.get('waypoint')
  );
}

function scale(figureOrNull: number | null, fraction: number): number | null {
  return figureOrNull === null ? null : figureOrNull * fraction;
}

function scaleOutcomes(reported: ReportedEdge, fraction: number): readonly OutcomeRate[] {
  const { outcomes } = reported;
  if (fraction === 1) return outcomes;
  return outcomes.map((outcome) => ({
    ...outcome,
    requestsPerSecond: outcome.requestsPerSecond * fraction,
  }));
}

function scaleTcp(tcp: MutableTcp, fraction: number): TcpRates {
  return {
    requestBytesPerSecond: scale(tcp.requestBytesPerSecond, fraction),
    responseBytesPerSecond: scale(tcp.responseBytesPerSecond, fraction),
    connectionsPerSecond: scale(tcp.connectionsPerSecond, fraction),
    flags: new Map([...tcp.flags].map(([flag, rate]) => [flag, rate * fraction])),
  };
}

function scaleLatency(
  samples: readonly LatencySample[],
  fraction: number,
): readonly LatencySample[] {
  if (fraction === 1) return samples;
  return samples.map((sample) => ({
    ...sample,
    totalPerSecond: sample.totalPerSecond * fraction,
    buckets: sample.buckets.map(({ upperBoundMs, perSecond }) => ({
      upperBoundMs,
      perSecond: perSecond * fraction,
    })),
  }));
}

/**
 * Policies come from the server's side, because client sidecars report `unknown` always. Only ztunnel knows as a client;
 * it is recognised by saying `mutual_tls`.
 */
function securityOf(parts: EdgeParts): SecurityRates | null {
  const { pair, reported, fraction } = parts;
  for (const reporter of ['destination', 'waypoint'] as const) {
    const hosts = pair.reports.get(reporter);
    if (hosts === undefined) continue;
    const host = reported.destinationService ?? reported.destinationServiceName ?? '';
    const own = hosts.get(host) ?? (parts.isOnlyHost || hosts.size === 1 ? sumOf(hosts) : null);
    if (own !== null) return scaleSecurity(own.security, fraction);
  }
  if (reported.security.mutualTls > 0) return scaleSecurity(reported.security, fraction);
  return parts.unknown.twinSecurity(pair, reported);
}

function sumOf(hosts: SmallMap<string, ReportedEdge>): { readonly security: SecurityRates } {
  const security = { mutualTls: 0, none: 0, unknown: 0 };
  for (const reported of hosts.values()) {
    security.mutualTls += reported.security.mutualTls;
    security.none += reported.security.none;
    security.unknown += reported.security.unknown;
  }
  return { security };
}

function scaleSecurity(security: SecurityRates, fraction: number): SecurityRates {
  if (fraction === 1) return security;
  return {
    mutualTls: security.mutualTls * fraction,
    none: security.none * fraction,
    unknown: security.unknown * fraction,
  };
}
