import { addSecurity } from '@/mesh/telemetry/add-security';
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
  const told = policiesOf(parts);
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
    security: told.security,
    securityReporter: told.reporter,
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
 * Policies come from the server's side, because client sidecars report `unknown` always; then from the tunnel around the
 * requests. A ztunnel knows as a client too, so its own report is next when it says `mutual_tls`.
 */
function policiesOf(parts: EdgeParts): Policies {
  const { pair, reported, fraction } = parts;
  for (const reporter of ['destination', 'waypoint'] as const) {
    const hosts = pair.reports.get(reporter);
    if (hosts === undefined) continue;
    const own = reportsOfHost(hosts, parts);
    if (own.length > 0) return { reporter, security: scaleSecurity(addSecurity(own), fraction) };
  }
  if (pair.tunnel !== null) return { reporter: 'destination', security: pair.tunnel };
  const security = scaleSecurity(addSecurity([reported]), fraction);
  const twin = security.mutualTls > 0 ? null : parts.unknown.twinSecurity(pair, reported);
  return twin === null
    ? { reporter: 'source', security }
    : { reporter: 'destination', security: twin };
}

interface Policies {
  readonly reporter: Reporter;
  readonly security: SecurityRates;
}

function reportsOfHost(
  hosts: SmallMap<string, ReportedEdge>,
  { reported, isOnlyHost }: EdgeParts,
): readonly ReportedEdge[] {
  const own = hosts.get(reported.destinationService ?? reported.destinationServiceName ?? '');
  if (own !== undefined) return [own];
  return isOnlyHost || hosts.size === 1 ? hosts.values() : [];
}

function scaleSecurity(security: SecurityRates, fraction: number): SecurityRates {
  if (fraction === 1) return security;
  return {
    ...security,
    mutualTls: security.mutualTls * fraction,
    none: security.none * fraction,
    unknown: security.unknown * fraction,
  };
}
