import { mergeIdentities } from '@/mesh/telemetry/collect-identities';
import { addSecurity } from '@/mesh/telemetry/add-security';
import type {
  HostFigures,
  Identities,
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
  const identities = identitiesOf(parts);
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
    requestBytesPerSecond: hasFigures ? scale(bytesOf(parts, 'requestBytes'), fraction) : null,
    responseBytesPerSecond: hasFigures ? scale(bytesOf(parts, 'responseBytes'), fraction) : null,
    latency: hasFigures ? scaleLatency(latencyOf(parts), fraction) : [],
    security: told.security,
    securityReporter: told.reporter,
    clientIdentities: identities.clientIdentities,
    serverIdentities: identities.serverIdentities,
  };
}

const BY_AUTHORITY = ['source', 'destination', 'waypoint'] as const satisfies readonly Reporter[];

/** Who sees the certificate of the client, the best witness first. */
const SERVER_SIDE = ['destination', 'waypoint'] as const satisfies readonly Reporter[];

/**
 * A figure of the chosen reporter for the host, another's where that reporter has it for no host of the pair; `isKnown`
 * tells figures that are there from those that no series supports.
 */
function figuresOf(
  { pair, reporter, reported, isOnlyHost }: EdgeParts,
  isKnown: (figures: HostFigures) => boolean,
): readonly HostFigures[] {
  const known = pair.figures.filter(isKnown);
  const teller = [reporter, ...BY_AUTHORITY].find((candidate) =>
    known.some((figures) => figures.reporter === candidate),
  );
  const told = known.filter((figures) => figures.reporter === teller);
  const own = told.filter(({ host }) => host === (reported.destinationService ?? ''));
  return own.length > 0 || !isOnlyHost ? own : told;
}

/** What the chosen reporter says of the very host: nearly always there, and found without making anything. */
function ownFigures({ pair, reporter, reported }: EdgeParts): HostFigures | undefined {
  const host = reported.destinationService ?? '';
  for (const figures of pair.figures) {
    if (figures.reporter === reporter && figures.host === host) return figures;
  }
  return undefined;
}

function bytesOf(parts: EdgeParts, field: 'requestBytes' | 'responseBytes'): number | null {
  if (parts.pair.figures.length === 0) return null;
  const own = ownFigures(parts)?.[field] ?? null;
  if (own !== null) return own;
  const told = figuresOf(parts, (figures) => figures[field] !== null);
  return told.reduce<number | null>((sum, figures) => (sum ?? 0) + (figures[field] ?? 0), null);
}

function latencyOf(parts: EdgeParts): readonly LatencySample[] {
  if (parts.pair.figures.length === 0) return [];
  const own = ownFigures(parts)?.latency ?? [];
  if (own.length > 0) return own;
  const [first, ...more] = figuresOf(parts, ({ latency }) => latency.length > 0);
  if (first === undefined) return [];
  return more.length === 0 ? first.latency : [first, ...more].flatMap(({ latency }) => latency);
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
  for (const reporter of SERVER_SIDE) {
    const hosts = pair.reports.get(reporter);
    if (hosts === undefined) continue;
    const own = reportsOfHost(hosts, parts);
    if (own.length > 0) return { reporter, security: scaleSecurity(addSecurity(own), fraction) };
  }
  if (pair.tunnel !== null) return { reporter: 'destination', security: pair.tunnel.security };
  const security = scaleSecurity(addSecurity([reported]), fraction);
  const twin = security.mutualTls > 0 ? null : parts.unknown.twinSecurity(pair, reported);
  return twin === null
    ? { reporter: 'source', security }
    : { reporter: 'destination', security: twin };
}

/** Each end as the best witness tells it, who need not be the same for both. */
function identitiesOf(parts: EdgeParts): Identities {
  const { pair, reported } = parts;
  let clientIdentities: readonly string[] | null = null;
  let serverIdentities: readonly string[] | null = null;
  for (const reporter of SERVER_SIDE) {
    const hosts = pair.reports.get(reporter);
    if (hosts === undefined) continue;
    const own = reportsOfHost(hosts, parts);
    clientIdentities ??= identitiesAt('clientIdentities', own);
    serverIdentities ??= identitiesAt('serverIdentities', own);
  }
  clientIdentities ??= pair.tunnel?.identities.clientIdentities ?? null;
  serverIdentities ??= pair.tunnel?.identities.serverIdentities ?? null;
  return {
    clientIdentities: clientIdentities ?? identitiesAt('clientIdentities', [reported]),
    serverIdentities: serverIdentities ?? identitiesAt('serverIdentities', [reported]),
  };
}

function identitiesAt(
  end: keyof Identities,
  reports: readonly ReportedEdge[],
): readonly string[] | null {
  const [only] = reports;
  // Nearly always, and then without making anything.
  if (only !== undefined && reports.length === 1 && (only[end]?.length ?? 0) < 2) return only[end];
  return mergeIdentities(reports.map((report) => report[end]));
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
