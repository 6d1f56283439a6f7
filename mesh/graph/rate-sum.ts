import { LatencyHistogram } from '@/mesh/telemetry/latency-histogram';
import { compareText } from '@/mesh/topology/topology-index';
import { SmallMap } from '@/mesh/telemetry/small-map';
import { outcomeKind, outcomeLabel } from '@/mesh/telemetry/outcome';
import type { CodeRate, FlagRate, TrafficRates } from '@/mesh/graph/graph';
import type { JudgedTraffic } from '@/mesh/health/traffic-health';
import type { MergedEdge, OutcomeRate, TcpRates } from '@/mesh/telemetry/merged-edge';

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

const FAILURES = { 'server-error': true, 'no-response': true, 'grpc-failure': true } as const;

const NO_FLAGS: readonly FailureFlag[] = [];

interface FailureFlag {
  readonly kind: JudgedTraffic['failureFlags'][number]['kind'];
  readonly flag: string;
  perSecond: number;
}

interface CodeSum {
  readonly code: string;
  rps: number;
  readonly isError: boolean;
}

/**
 * Traffic of several merged edges, added up. Figures stay `null` until an edge supports them; quantiles are exact over
 * everything that was added. A class, because a graph has thousands of these and closures cost memory.
 */
export class RateSum {
  private readonly boundsMs: readonly number[];
  private rps: number | null = null;
  private serverErrors = 0;
  private clientErrors = 0;
  private noResponse = 0;
  private grpcFailures = 0;
  /** Requests whose outcome the metrics tell. */
  private told = 0;
  private failureFlags: FailureFlag[] | null = null;
  private requestBytes: number | null = null;
  private responseBytes: number | null = null;
  private tcpRequestBytes: number | null = null;
  private tcpResponseBytes: number | null = null;
  private connections: number | null = null;
  private failedConnections = 0;
  private codes: SmallMap<string, CodeSum> | null = null;
  private flags: SmallMap<string, number> | null = null;
  private histogram: LatencyHistogram | null = null;

  /** An empty sum over histograms with `boundsMs` (ascending). */
  constructor(boundsMs: readonly number[]) {
    this.boundsMs = boundsMs;
  }

  /** Adds an edge's figures. */
  add(edge: MergedEdge): void {
    for (const outcome of edge.outcomes) this.addOutcome(outcome);
    if (edge.tcp !== null) this.addTcp(edge.tcp);
    this.requestBytes = plus(this.requestBytes, edge.requestBytesPerSecond);
    this.responseBytes = plus(this.responseBytes, edge.responseBytesPerSecond);
    if (edge.latency.length === 0) return;
    this.histogram ??= new LatencyHistogram(this.boundsMs);
    this.histogram.add(edge.latency);
  }

  /** Rates as they are shown, breakdowns by falling rate. */
  rates(): TrafficRates {
    const rps = this.rps;
    const { told } = this;
    const failed = this.serverErrors + this.noResponse + this.grpcFailures;
    const histogram = this.histogram;
    return {
      rps,
      errorRatio: told > 0 ? Math.min(1, failed / told) : null,
      codes: this.codes === null ? [] : sortedCodes(this.codes),
      flags: this.flags === null ? [] : sortedFlags(this.flags),
      latencyMsP50: histogram === null ? null : histogram.quantile(0.5),
      latencyMsP95: histogram === null ? null : histogram.quantile(0.95),
      latencyMsP99: histogram === null ? null : histogram.quantile(0.99),
      requestBytesPerSecond: this.requestBytes,
      responseBytesPerSecond: this.responseBytes,
      tcpRequestBytesPerSecond: this.tcpRequestBytes,
      tcpResponseBytesPerSecond: this.tcpResponseBytes,
      tcpConnectionsPerSecond: this.connections,
    };
  }

  /** What health looks at. */
  judged(): JudgedTraffic {
    return {
      requestsPerSecond: this.rps,
      toldPerSecond: this.told,
      serverErrorsPerSecond: this.serverErrors,
      clientErrorsPerSecond: this.clientErrors,
      noResponsePerSecond: this.noResponse,
      grpcFailuresPerSecond: this.grpcFailures,
      connectionsPerSecond: this.connections,
      failedConnectionsPerSecond: Math.min(this.failedConnections, this.connections ?? 0),
      tcpBytesPerSecond: plus(this.tcpRequestBytes, this.tcpResponseBytes),
      failureFlags: this.failureFlags ?? NO_FLAGS,
    };
  }

  private addOutcome(outcome: OutcomeRate): void {
    const rate = outcome.requestsPerSecond;
    const kind = outcomeKind(outcome);
    this.rps = (this.rps ?? 0) + rate;
    if (kind !== 'untold') this.told += rate;
    if (kind === 'server-error') this.serverErrors += rate;
    else if (kind === 'client-error') this.clientErrors += rate;
    else if (kind === 'no-response') this.noResponse += rate;
    else if (kind === 'grpc-failure') this.grpcFailures += rate;
    this.codes ??= new SmallMap();
    const label = outcomeLabel(outcome);
    const code = this.codes.get(label);
    if (code !== undefined) code.rps += rate;
    else {
      const isError = kind in FAILURES;
      this.codes.set(label, { code: label, rps: rate, isError });
    }
    for (const flag of outcome.flags) {
      this.addFlag(flag, rate);
      if (kind !== 'ok' && kind !== 'untold') this.addFailureFlag(kind, flag, rate);
    }
  }

  private addTcp(tcp: TcpRates): void {
    this.tcpRequestBytes = plus(this.tcpRequestBytes, tcp.requestBytesPerSecond);
    this.tcpResponseBytes = plus(this.tcpResponseBytes, tcp.responseBytesPerSecond);
    this.connections = plus(this.connections, tcp.connectionsPerSecond);
    for (const [flag, rate] of tcp.flags) {
      this.addFlag(flag, rate);
      if (!TCP_FAILURES.has(flag)) continue;
      this.failedConnections += rate;
      this.addFailureFlag('tcp', flag, rate);
    }
  }

  private addFailureFlag(kind: FailureFlag['kind'], flag: string, rate: number): void {
    this.failureFlags ??= [];
    const known = this.failureFlags.find((entry) => entry.kind === kind && entry.flag === flag);
    if (known !== undefined) known.perSecond += rate;
    else this.failureFlags.push({ kind, flag, perSecond: rate });
  }

  private addFlag(flag: string, rate: number): void {
    this.flags ??= new SmallMap();
    this.flags.set(flag, (this.flags.get(flag) ?? 0) + rate);
  }
}

function plus(sum: number | null, figure: number | null): number | null {
  return sum === null || figure === null ? (sum ?? figure) : sum + figure;
}

function sortedCodes(codes: SmallMap<string, CodeSum>): readonly CodeRate[] {
  const rows: CodeRate[] = [];
  for (const { code, rps, isError } of codes.values()) {
    insert(rows, { code, rps, isError }, (a, b) => b.rps - a.rps || compareText(a.code, b.code));
  }
  return rows;
}

function sortedFlags(flags: SmallMap<string, number>): readonly FlagRate[] {
  const rows: FlagRate[] = [];
  for (const flag of flags.keys()) {
    const row = { flag, rps: flags.get(flag) ?? 0 };
    insert(rows, row, (a, b) => b.rps - a.rps || compareText(a.flag, b.flag));
  }
  return rows;
}

/** Puts a row where it belongs among ordered ones: for the few of a breakdown, which are many, cheaper than sorting. */
function insert<T>(rows: T[], row: T, compare: (a: T, b: T) => number): void {
  let position = rows.push(row) - 1;
  for (; position > 0; position -= 1) {
    const before = rows[position - 1];
    if (before === undefined || compare(before, row) <= 0) break;
    rows[position] = before;
  }
  rows[position] = row;
}
