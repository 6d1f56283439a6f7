import type { ReportedEdge, ReportedPair } from '@/mesh/telemetry/reported-edge';
import type { SecurityRates } from '@/mesh/telemetry/merged-edge';

/** Flags of requests that never left the client's proxy or never reached the server's. */
const NEVER_ARRIVED: ReadonlySet<string> = new Set([
  'UF',
  'UH',
  'UO',
  'NR',
  'NC',
  'FI',
  'RL',
  'UAEX',
]);

/**
 * Two reports of the same calls differ by scrape timing. What is left over after the reduction counts as such noise up
 * to this share of the unknown clients' rate.
 */
export const TWIN_NOISE_RATIO = 0.1;

/** How server-side reports without a client name relate to clients' own reports. */
export interface UnknownClients {
  /** Share of a pair's rates to keep, 0..1; 1 for every pair with a named client. */
  remaining(pair: ReportedPair): number;
  /** Policies of a named client's plaintext calls, read off the unknown twin; `null` when there is no such twin. */
  twinSecurity(pair: ReportedPair, reported: ReportedEdge): SecurityRates | null;
}

/**
 * A call in plaintext carries no identity: the client reports it with both names, the server with an unknown client.
 * For each server and protocol the named client reports that have no server-side twin are these calls, and the
 * server's unknown-client rate is reduced by them, so that only clients without a proxy remain `unknown`.
 */
export function reduceUnknownClients(pairs: readonly ReportedPair[]): UnknownClients {
  const servers = new Map<string, { twinless: number; unknown: number; security: SecurityRates }>();
  for (const pair of pairs) {
    if (pair.destinationKey === '') continue;
    const key = `${pair.destinationKey}>${pair.protocol}`;
    const server = servers.get(key) ?? {
      twinless: 0,
      unknown: 0,
      security: { mutualTls: 0, none: 0, unknown: 0 },
    };
    servers.set(key, server);
    if (isTwinless(pair)) server.twinless += arrivedOf(pair, 'source');
    if (pair.sourceKey === '') {
      server.unknown += arrivedOf(pair, 'destination');
      server.security = addSecurity(server.security, pair);
    }
  }
  const serverOf = (pair: ReportedPair) => servers.get(`${pair.destinationKey}>${pair.protocol}`);
  return {
    remaining(pair) {
      const server = pair.sourceKey === '' ? serverOf(pair) : undefined;
      if (server === undefined || server.twinless === 0 || server.unknown === 0) return 1;
      const left = 1 - server.twinless / server.unknown;
      return left <= TWIN_NOISE_RATIO ? 0 : left;
    },
    twinSecurity(pair, reported) {
      const server = serverOf(pair);
      if (server === undefined || server.unknown === 0 || !isTwinless(pair)) return null;
      const covered = Math.min(1, server.unknown / server.twinless) / server.unknown;
      const scale = arrivedRate(reported) * covered;
      return {
        mutualTls: server.security.mutualTls * scale,
        none: server.security.none * scale,
        unknown: server.security.unknown * scale,
      };
    },
  };
}

function isTwinless(pair: ReportedPair): boolean {
  return (
    pair.sourceKey !== '' &&
    pair.tunnel === null &&
    pair.reports.has('source') &&
    !pair.reports.has('destination') &&
    !pair.reports.has('waypoint')
  );
}

function arrivedOf(pair: ReportedPair, reporter: 'source' | 'destination'): number {
  let total = 0;
  for (const reported of pair.reports.get(reporter)?.values() ?? []) total += arrivedRate(reported);
  return total;
}

/** Requests (TCP: connections, or bytes when those are not counted) per second that reached the server. */
function arrivedRate(reported: ReportedEdge): number {
  if (reported.tcp !== null) {
    const { connectionsPerSecond, requestBytesPerSecond, flags } = reported.tcp;
    if (connectionsPerSecond === null) return requestBytesPerSecond ?? 0;
    let lost = 0;
    for (const [flag, rate] of flags) if (NEVER_ARRIVED.has(flag)) lost += rate;
    return Math.max(0, connectionsPerSecond - lost);
  }
  let total = 0;
  for (const outcome of reported.outcomes) {
    if (!outcome.flags.some((flag) => NEVER_ARRIVED.has(flag))) total += outcome.requestsPerSecond;
  }
  return total;
}

function addSecurity(sum: SecurityRates, pair: ReportedPair): SecurityRates {
  let { mutualTls, none, unknown } = sum;
  for (const { security } of pair.reports.get('destination')?.values() ?? []) {
    mutualTls += security.mutualTls;
    none += security.none;
    unknown += security.unknown;
  }
  return { mutualTls, none, unknown };
}
