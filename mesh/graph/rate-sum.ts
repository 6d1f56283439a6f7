import { latencyHistogram } from '@/mesh/telemetry/latency-histogram';
import { isFailed, outcomeKind, outcomeLabel } from '@/mesh/telemetry/outcome';
import type { CodeRate, TrafficRates } from '@/mesh/graph/graph';
import type { JudgedTraffic } from '@/mesh/health/traffic-health';
import type { LatencyHistogram } from '@/mesh/telemetry/latency-histogram';
import type { MergedEdge, OutcomeRate } from '@/mesh/telemetry/merged-edge';

/** Flags with which a TCP connection failed; ztunnel's own among them. */
const TCP_FAILURES: ReadonlySet<string> = new Set([
  'UF',
  'UH',
  'UO',
  'UT',
  'NR',
  'NC',
  'URX',
  'DENY',
  'TLS_FAILURE',
  'H2_HANDSHAKE_FAILURE',
  'NETWORK_POLICY',
  'IDENTITY_ERROR',
  'CERT_REVOKED',
]);

/** Traffic of several merged edges, added up. Figures stay `null` until an edge supports them. */
export interface RateSum {
  add(edge: MergedEdge): void;
  /** Rates and exact quantiles of everything that was added. */
  rates(): TrafficRates;
  judged(): JudgedTraffic;
}

interface Totals {
  rps: number | null;
  failed: number;
  readonly kinds: Record<ReturnType<typeof outcomeKind>, number>;
  readonly codes: Map<string, { rps: number; readonly isError: boolean }>;
  readonly flags: Map<string, number>;
  requestBytes: number | null;
  responseBytes: number | null;
  tcpRequestBytes: number | null;
  tcpResponseBytes: number | null;
  connections: number | null;
  failedConnections: number;
}

/** An empty sum over histograms with `boundsMs`. */
export function rateSum(boundsMs: readonly number[]): RateSum {
  const totals: Totals = {
    rps: null,
    failed: 0,
    kinds: { ok: 0, 'client-error': 0, 'server-error': 0, 'no-response': 0, 'grpc-failure': 0 },
    codes: new Map(),
    flags: new Map(),
    requestBytes: null,
    responseBytes: null,
    tcpRequestBytes: null,
    tcpResponseBytes: null,
    connections: null,
    failedConnections: 0,
  };
  let histogram: LatencyHistogram | null = null;
  return {
    add(edge) {
      for (const outcome of edge.outcomes) addOutcome(totals, outcome);
      if (edge.tcp !== null) addTcp(totals, edge.tcp);
      totals.requestBytes = plus(totals.requestBytes, edge.requestBytesPerSecond);
      totals.responseBytes = plus(totals.responseBytes, edge.responseBytesPerSecond);
      if (edge.latency.length === 0) return;
      histogram ??= latencyHistogram(boundsMs);
      histogram.add(edge.latency);
    },
    rates: () => toRates(totals, histogram),
    judged: () => toJudged(totals),
  };
}

function addOutcome(totals: Totals, outcome: OutcomeRate): void {
  const { requestsPerSecond } = outcome;
  totals.rps = (totals.rps ?? 0) + requestsPerSecond;
  totals.kinds[outcomeKind(outcome)] += requestsPerSecond;
  const isError = isFailed(outcome);
  if (isError) totals.failed += requestsPerSecond;
  const label = outcomeLabel(outcome);
  const code = totals.codes.get(label);
  if (code === undefined) totals.codes.set(label, { rps: requestsPerSecond, isError });
  else code.rps += requestsPerSecond;
  for (const flag of outcome.flags) {
    totals.flags.set(flag, (totals.flags.get(flag) ?? 0) + requestsPerSecond);
  }
}

function addTcp(totals: Totals, tcp: NonNullable<MergedEdge['tcp']>): void {
  totals.tcpRequestBytes = plus(totals.tcpRequestBytes, tcp.requestBytesPerSecond);
  totals.tcpResponseBytes = plus(totals.tcpResponseBytes, tcp.responseBytesPerSecond);
  totals.connections = plus(totals.connections, tcp.connectionsPerSecond);
  for (const [flag, rate] of tcp.flags) {
    totals.flags.set(flag, (totals.flags.get(flag) ?? 0) + rate);
    if (TCP_FAILURES.has(flag)) totals.failedConnections += rate;
  }
}

function plus(sum: number | null, figure: number | null): number | null {
  return sum === null || figure === null ? (sum ?? figure) : sum + figure;
}

function toRates(totals: Totals, histogram: LatencyHistogram | null): TrafficRates {
  const { rps } = totals;
  return {
    rps,
    errorRatio: rps !== null && rps > 0 ? Math.min(1, totals.failed / rps) : null,
    codes: toCodes(totals),
    flags: [...totals.flags]
      .map(([flag, rate]) => ({ flag, rps: rate }))
      .sort((a, b) => b.rps - a.rps || (a.flag < b.flag ? -1 : 1)),
    latencyMsP50: histogram?.quantile(0.5) ?? null,
    latencyMsP95: histogram?.quantile(0.95) ?? null,
    latencyMsP99: histogram?.quantile(0.99) ?? null,
    requestBytesPerSecond: totals.requestBytes,
    responseBytesPerSecond: totals.responseBytes,
    tcpRequestBytesPerSecond: totals.tcpRequestBytes,
    tcpResponseBytesPerSecond: totals.tcpResponseBytes,
    tcpConnectionsPerSecond: totals.connections,
  };
}

function toCodes(totals: Totals): readonly CodeRate[] {
  return [...totals.codes]
    .map(([code, { rps, isError }]) => ({ code, rps, isError }))
    .sort((a, b) => b.rps - a.rps || (a.code < b.code ? -1 : 1));
}

function toJudged(totals: Totals): JudgedTraffic {
  return {
    requestsPerSecond: totals.rps,
    serverErrorsPerSecond: totals.kinds['server-error'],
    clientErrorsPerSecond: totals.kinds['client-error'],
    noResponsePerSecond: totals.kinds['no-response'],
    grpcFailuresPerSecond: totals.kinds['grpc-failure'],
    connectionsPerSecond: totals.connections,
    failedConnectionsPerSecond: Math.min(totals.failedConnections, totals.connections ?? 0),
    tcpBytesPerSecond: plus(totals.tcpRequestBytes, totals.tcpResponseBytes),
  };
}
