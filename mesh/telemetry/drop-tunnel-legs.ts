import { addSecurity } from '@/mesh/telemetry/add-security';
import { mergeIdentities } from '@/mesh/telemetry/collect-identities';
import type { ReportedPair, TunnelReport } from '@/mesh/telemetry/reported-edge';

/**
 * Takes out TCP that is the tunnel around requests which a proxy at the other end reports already. Where only one end is
 * in ambient mode and no waypoint stands between, the same calls appear twice:
 *
 *     gateway or sidecar   a --http-> b     (reporter source)        <- the one that is kept
 *     ztunnel of b         a --tcp--> b     (reporter destination)   <- its tunnel, which knows the policy
 *
 * or the other way round with an ambient client. Two ends that speak TCP beside HTTP in earnest have a reporter in
 * common for both, and stay apart. Changes the pairs that it is given.
 */
export function dropTunnelLegs(pairs: readonly ReportedPair[]): ReportedPair[] {
  const requests = new Map<string, ReportedPair[]>();
  for (const pair of pairs) {
    if (pair.protocol === 'tcp' || pair.sourceKey === '' || pair.destinationKey === '') continue;
    if (pair.reports.size !== 1 || pair.reports.has('waypoint')) continue;
    const known = requests.get(pair.endsKey);
    if (known === undefined) requests.set(pair.endsKey, [pair]);
    else known.push(pair);
  }
  if (requests.size === 0) return [...pairs];
  return pairs.filter((pair) => {
    if (pair.protocol !== 'tcp' || pair.reports.size !== 1) return true;
    const [reporter] = pair.reports.keys();
    const carried = (requests.get(pair.endsKey) ?? []).filter(
      ({ reports }) => reporter !== undefined && !reports.has(reporter),
    );
    if (carried.length === 0) return true;
    const tunnel = tunnelOf(pair);
    for (const inside of carried) inside.tunnel = tunnel;
    return false;
  });
}

/** ztunnel names no policy for what is not tunnelled, so that `unknown` is plaintext here. */
function tunnelOf(pair: ReportedPair): TunnelReport {
  const reports = pair.reports.values().flatMap((hosts) => hosts.values());
  const { mutualTls, none, unknown, ...rest } = addSecurity(reports);
  return {
    security: { mutualTls, none: none + unknown, unknown: 0, ...rest },
    identities: {
      clientIdentities: mergeIdentities(reports.map((report) => report.clientIdentities)),
      serverIdentities: mergeIdentities(reports.map((report) => report.serverIdentities)),
    },
  };
}
