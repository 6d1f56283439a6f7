import type { ReportedPair } from '@/mesh/telemetry/reported-edge';

/**
 * Takes out the legs of traffic that a waypoint reports as a whole. In ambient mode one request from `a` to host `h`
 * appears three times:
 *
 *     ztunnel   a --tcp--> waypoint          (host h)
 *     waypoint  a --http-> b                 (host h)   <- the one that is kept
 *     ztunnel   waypoint --tcp--> b
 *
 * Without a waypoint report, TCP from ztunnel is all there is, and stays. Client proxies that name the waypoint as the
 * destination of an HTTP request are treated the same way. What comes in from nobody that has a name is never a leg: it
 * went around the waypoint in plaintext. Changes the pairs that it is given.
 */
export function dropMeshHops(pairs: ReportedPair[]): ReportedPair[] {
  const seen = readWaypoints(pairs);
  if (seen.bySourceHost.size === 0) return pairs;
  const waypoints = findWaypoints(pairs, seen);
  for (const pair of pairs) dropLegs(pair, seen, waypoints);
  return pairs.filter((pair) => pair.reports.size > 0);
}

interface WaypointReports {
  /** `source>host` to the destinations that a waypoint reported. */
  readonly bySourceHost: ReadonlyMap<string, ReadonlySet<string>>;
  /** `host>destination`. */
  readonly byHostDestination: ReadonlySet<string>;
}

function readWaypoints(pairs: readonly ReportedPair[]): WaypointReports {
  const bySourceHost = new Map<string, Set<string>>();
  const byHostDestination = new Set<string>();
  for (const pair of pairs) {
    for (const host of pair.reports.get('waypoint')?.keys() ?? []) {
      const key = `${pair.sourceKey}>${host}`;
      const known = bySourceHost.get(key) ?? new Set<string>();
      bySourceHost.set(key, known.add(pair.destinationKey));
      byHostDestination.add(`${host}>${pair.destinationKey}`);
    }
  }
  return { bySourceHost, byHostDestination };
}

/** Workloads that clients name where waypoints, asked for the same host, name somebody else. */
function findWaypoints(pairs: readonly ReportedPair[], seen: WaypointReports): ReadonlySet<string> {
  const waypoints = new Set<string>();
  for (const pair of pairs) {
    if (pair.destinationKey === '') continue;
    for (const host of pair.reports.get('source')?.keys() ?? []) {
      const reached = seen.bySourceHost.get(`${pair.sourceKey}>${host}`);
      if (reached !== undefined && !reached.has(pair.destinationKey)) {
        waypoints.add(pair.destinationKey);
      }
    }
  }
  return waypoints;
}

function dropLegs(pair: ReportedPair, seen: WaypointReports, waypoints: ReadonlySet<string>): void {
  const touchesWaypoint = waypoints.has(pair.sourceKey) || waypoints.has(pair.destinationKey);
  for (const reporter of ['source', 'destination'] as const) {
    const hosts = pair.reports.get(reporter);
    if (hosts === undefined) continue;
    for (const host of hosts.keys()) {
      if (touchesWaypoint || (pair.protocol === 'tcp' && isLeg(pair, host, seen)))
        hosts.delete(host);
    }
    if (hosts.size === 0) pair.reports.delete(reporter);
  }
}

function isLeg(pair: ReportedPair, host: string, seen: WaypointReports): boolean {
  if (pair.sourceKey === '') return false;
  return (
    seen.bySourceHost.has(`${pair.sourceKey}>${host}`) ||
    seen.byHostDestination.has(`${host}>${pair.destinationKey}`)
  );
}
