import type { GraphEdge } from '@/mesh/graph/graph';
import type { HealthStatus } from '@/mesh/health/health';
import { worstStatus } from '@/mesh/health/worst-health';
import { combineVerdicts } from '@/mesh/mtls/combine-verdicts';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

/** What an edge on screen says; it may stand for several edges of the graph. Units as in `TrafficRates`. */
export interface EdgeFigures {
  readonly rps: number | null;
  /** Weighted by rate over the edges that have both figures. */
  readonly errorRatio: number | null;
  /** `null` for several edges: a quantile of a sum cannot be had from the quantiles of its parts. */
  readonly latencyMsP95: number | null;
  /** Requests, responses and TCP in both directions. */
  readonly bytesPerSecond: number | null;
  /** `null` for several edges. */
  readonly share: number | null;
  readonly health: HealthStatus;
  readonly verdict: MtlsVerdict;
  readonly mirrored: boolean;
  readonly configOnly: boolean;
}

/** One set of figures for edges that are drawn as one. Never invents a figure that no edge supports. */
export function aggregateEdges(edges: readonly GraphEdge[]): EdgeFigures {
  const [only] = edges.length === 1 ? edges : [];
  return {
    rps: sumOfKnown(edges.map((edge) => edge.rps)),
    errorRatio: weightedErrorRatio(edges),
    latencyMsP95: only?.latencyMsP95 ?? null,
    bytesPerSecond: sumOfKnown(edges.map(bytesOf)),
    share: only?.share ?? null,
    health: worstStatus(edges.map((edge) => edge.health.status)),
    verdict: combineVerdicts(edges.map((edge) => edge.mtls.verdict)),
    mirrored: edges.length > 0 && edges.every((edge) => edge.mirrored),
    configOnly: edges.every((edge) => edge.origin === 'config'),
  };
}

/** Sum of what is known; `null` when nothing is. */
export function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function bytesOf(edge: GraphEdge): number | null {
  return sumOfKnown([
    edge.requestBytesPerSecond,
    edge.responseBytesPerSecond,
    edge.tcpRequestBytesPerSecond,
    edge.tcpResponseBytesPerSecond,
  ]);
}

function weightedErrorRatio(edges: readonly GraphEdge[]): number | null {
  let requests = 0;
  let failed = 0;
  for (const edge of edges) {
    if (edge.rps === null || edge.errorRatio === null) continue;
    requests += edge.rps;
    failed += edge.rps * edge.errorRatio;
  }
  return requests > 0 ? failed / requests : null;
}
