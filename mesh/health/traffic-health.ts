import {
  CLIENT_ERROR_THRESHOLD,
  DEGRADED_MIN_FAILURES,
  FAILING_MIN_FAILURES,
  FAILURE_THRESHOLD,
} from '@/mesh/health/thresholds';
import { worstHealth } from '@/mesh/health/worst-health';
import type { OutcomeKind } from '@/mesh/telemetry/outcome';
import type { Health } from '@/mesh/health/health';

/** What a rate of failures is counted as. */
type FailureKind = Exclude<OutcomeKind, 'ok' | 'untold'> | 'tcp';

/** Rates that health is judged by, per second. `null` rates: no series supports them. */
export interface JudgedTraffic {
  readonly requestsPerSecond: number | null;
  /** Requests whose code or gRPC status the metrics carry; ratios are over these. */
  readonly toldPerSecond: number;
  readonly serverErrorsPerSecond: number;
  readonly clientErrorsPerSecond: number;
  readonly noResponsePerSecond: number;
  readonly grpcFailuresPerSecond: number;
  /** TCP connections and those among them with a flag that says they failed. */
  readonly connectionsPerSecond: number | null;
  readonly failedConnectionsPerSecond: number;
  readonly tcpBytesPerSecond: number | null;
  /** Response flags of failed requests and connections: they tell why. */
  readonly failureFlags: readonly {
    readonly kind: FailureKind;
    readonly flag: string;
    readonly perSecond: number;
  }[];
}

/** A rule by what is counted as failed, and its bounds. */
interface Rule {
  readonly rule: string;
  readonly kind: FailureKind;
  readonly what: string;
  readonly failedOf: (traffic: JudgedTraffic) => number;
  readonly degradedFrom: number;
  readonly isDegradedInclusive: boolean;
  readonly failingFrom: number;
}

const FAILURE = {
  degradedFrom: FAILURE_THRESHOLD.degradedAbove,
  isDegradedInclusive: false,
  failingFrom: FAILURE_THRESHOLD.failingFrom,
} as const;

const REQUEST_RULES: readonly Rule[] = [
  {
    ...FAILURE,
    rule: 'http-5xx-ratio',
    kind: 'server-error',
    what: 'of requests were answered 5xx',
    failedOf: (traffic) => traffic.serverErrorsPerSecond,
  },
  {
    ...FAILURE,
    rule: 'no-response-ratio',
    kind: 'no-response',
    what: 'of requests got no response',
    failedOf: (traffic) => traffic.noResponsePerSecond,
  },
  {
    ...FAILURE,
    rule: 'grpc-failure-ratio',
    kind: 'grpc-failure',
    what: 'of requests failed with a gRPC status',
    failedOf: (traffic) => traffic.grpcFailuresPerSecond,
  },
  {
    rule: 'http-4xx-ratio',
    kind: 'client-error',
    what: 'of requests were answered 4xx',
    failedOf: (traffic) => traffic.clientErrorsPerSecond,
    degradedFrom: CLIENT_ERROR_THRESHOLD.degradedFrom,
    isDegradedInclusive: true,
    failingFrom: CLIENT_ERROR_THRESHOLD.failingFrom,
  },
];

const CONNECTION_RULES: readonly Rule[] = [
  {
    ...FAILURE,
    rule: 'tcp-failure-ratio',
    kind: 'tcp',
    what: 'of connections failed',
    failedOf: (traffic) => traffic.failedConnectionsPerSecond,
  },
];

const IDLE: Health = { status: 'idle', rule: 'no-traffic', reason: 'No traffic in this window.' };

const NOTHING_FAILED: Health = {
  status: 'healthy',
  rule: 'within-thresholds',
  reason: 'Nothing failed in this window.',
};

const TCP_FLOWING: Health = {
  status: 'healthy',
  rule: 'tcp-flowing',
  reason: 'Bytes flow over connections that were opened before this window.',
};

const UNTOLD: Health = {
  status: 'unknown',
  rule: 'outcome-not-told',
  reason: 'The metrics carry no response code or gRPC status, so failures cannot be told.',
};

const NOT_COUNTED: Health = {
  status: 'unknown',
  rule: 'connections-not-counted',
  reason: 'Bytes flow, but there is no count of connections, so failures cannot be told.',
};

/**
 * Health of traffic over a window, with the rule that decided it (docs/health.md). Without telemetry it is `unknown`,
 * with telemetry and no traffic `idle`; it is never healthy for lack of traffic. Few failures are not called failing,
 * see {@link DEGRADED_MIN_FAILURES}.
 */
export function trafficHealth(traffic: JudgedTraffic, windowSeconds: number): Health {
  const requests = traffic.requestsPerSecond ?? 0;
  const connections = traffic.connectionsPerSecond ?? 0;
  const isFlowing = (traffic.tcpBytesPerSecond ?? 0) > 0;
  const told = Math.min(requests, traffic.toldPerSecond);
  const byRequests =
    told > 0 ? judgeAll(REQUEST_RULES, traffic, told, windowSeconds) : requests > 0 ? UNTOLD : null;
  const flowing = traffic.connectionsPerSecond === null ? NOT_COUNTED : TCP_FLOWING;
  const byConnections =
    connections > 0
      ? judgeAll(CONNECTION_RULES, traffic, connections, windowSeconds)
      : isFlowing
        ? flowing
        : null;
  if (byRequests !== null && byConnections !== null) return worstHealth(byRequests, byConnections);
  return byRequests ?? byConnections ?? IDLE;
}

function judgeAll(
  rules: readonly Rule[],
  traffic: JudgedTraffic,
  total: number,
  windowSeconds: number,
): Health {
  let worst: Health | null = null;
  for (const rule of rules) {
    const failed = rule.failedOf(traffic);
    if (!(failed > 0)) continue;
    const verdict = judge(rule, failed, total, windowSeconds, mainFlag(rule, traffic, failed));
    worst = worst === null ? verdict : worstHealth(worst, verdict);
  }
  return worst ?? NOTHING_FAILED;
}

/** Said of a flag that at least half of the failures carry; empty without one. */
function mainFlag(rule: Rule, traffic: JudgedTraffic, failed: number): string {
  let main: JudgedTraffic['failureFlags'][number] | null = null;
  for (const entry of traffic.failureFlags) {
    if (entry.kind !== rule.kind || entry.perSecond < failed / 2) continue;
    const isMore = main === null || entry.perSecond > main.perSecond;
    const isEqualAndFirst = entry.perSecond === main?.perSecond && entry.flag < main.flag;
    if (isMore || isEqualAndFirst) main = entry;
  }
  return main === null ? '' : `, mostly with flag ${main.flag}`;
}

function judge(
  rule: Rule,
  failed: number,
  total: number,
  windowSeconds: number,
  flag: string,
): Health {
  const ratio = failed / total;
  const isDegraded = rule.isDegradedInclusive
    ? ratio >= rule.degradedFrom
    : ratio > rule.degradedFrom;
  if (!isDegraded) {
    return {
      status: 'healthy',
      rule: 'within-thresholds',
      reason: `${percent(ratio)} ${rule.what}.`,
    };
  }
  const failures = Math.round(failed * windowSeconds);
  if (failures < DEGRADED_MIN_FAILURES) {
    return tooFew(ratio >= rule.failingFrom, failures, Math.round(total * windowSeconds));
  }
  const isFailing = ratio >= rule.failingFrom;
  if (isFailing && failures >= FAILING_MIN_FAILURES) {
    const reason = `${percent(ratio)} ${rule.what} (failing from ${percent(rule.failingFrom)})${flag}.`;
    return { status: 'failing', rule: rule.rule, reason };
  }
  const few = isFailing
    ? `; only ${failures} in this window, failing takes ${FAILING_MIN_FAILURES}`
    : '';
  const bound = `${rule.isDegradedInclusive ? 'from' : 'above'} ${percent(rule.degradedFrom)}`;
  return {
    status: 'degraded',
    rule: rule.rule,
    reason: `${percent(ratio)} ${rule.what} (degraded ${bound}${few})${flag}.`,
  };
}

/** One failure: chance among many requests, and no ground for any verdict among few. */
function tooFew(isLargeShare: boolean, failures: number, requests: number): Health {
  const reason = `${failures} of ${requests} in this window failed, too few to judge.`;
  return { status: isLargeShare ? 'unknown' : 'healthy', rule: 'sample-too-small', reason };
}

/** A ratio as people read it, with as many digits as keep 0.1 % apart from 0. */
function percent(ratio: number): string {
  const value = ratio * 100;
  const digits = value >= 10 || Number.isInteger(value) ? 0 : value >= 1 ? 1 : 2;
  return `${Number(value.toFixed(digits))} %`;
}
