import {
  CLIENT_ERROR_THRESHOLD,
  DEGRADED_MIN_FAILURES,
  FAILING_MIN_FAILURES,
  FAILURE_THRESHOLD,
} from '@/mesh/health/thresholds';
import { worstHealth } from '@/mesh/health/worst-health';
import type { Health } from '@/mesh/health/health';

/** Rates that health is judged by, per second. `null` rates: no series supports them. */
export interface JudgedTraffic {
  readonly requestsPerSecond: number | null;
  readonly serverErrorsPerSecond: number;
  readonly clientErrorsPerSecond: number;
  readonly noResponsePerSecond: number;
  readonly grpcFailuresPerSecond: number;
  /** TCP connections and those among them with a flag that says they failed. */
  readonly connectionsPerSecond: number | null;
  readonly failedConnectionsPerSecond: number;
  readonly tcpBytesPerSecond: number | null;
}

/** A rule by what is counted as failed, and its bounds. */
interface Rule {
  readonly rule: string;
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
    what: 'of requests were answered 5xx',
    failedOf: (traffic) => traffic.serverErrorsPerSecond,
  },
  {
    ...FAILURE,
    rule: 'no-response-ratio',
    what: 'of requests got no response',
    failedOf: (traffic) => traffic.noResponsePerSecond,
  },
  {
    ...FAILURE,
    rule: 'grpc-failure-ratio',
    what: 'of requests failed with a gRPC status',
    failedOf: (traffic) => traffic.grpcFailuresPerSecond,
  },
  {
    rule: 'http-4xx-ratio',
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

/**
 * Health of traffic over a window, with the rule that decided it (docs/health.md). Without telemetry it is `unknown`,
 * with telemetry and no traffic `idle`; it is never healthy for lack of traffic. Few failures are not called failing,
 * see {@link DEGRADED_MIN_FAILURES}.
 */
export function trafficHealth(traffic: JudgedTraffic, windowSeconds: number): Health {
  const requests = traffic.requestsPerSecond ?? 0;
  const connections = traffic.connectionsPerSecond ?? 0;
  const isFlowing = (traffic.tcpBytesPerSecond ?? 0) > 0;
  const byRequests =
    requests > 0 ? judgeAll(REQUEST_RULES, traffic, requests, windowSeconds) : null;
  const byConnections =
    connections > 0
      ? judgeAll(CONNECTION_RULES, traffic, connections, windowSeconds)
      : isFlowing
        ? TCP_FLOWING
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
    const verdict = judge(rule, failed, total, windowSeconds);
    worst = worst === null ? verdict : worstHealth(worst, verdict);
  }
  return worst ?? NOTHING_FAILED;
}

function judge(rule: Rule, failed: number, total: number, windowSeconds: number): Health {
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
    const reason = `${percent(ratio)} ${rule.what} (failing from ${percent(rule.failingFrom)}).`;
    return { status: 'failing', rule: rule.rule, reason };
  }
  const few = isFailing
    ? `; only ${failures} in this window, failing takes ${FAILING_MIN_FAILURES}`
    : '';
  const bound = `${rule.isDegradedInclusive ? 'from' : 'above'} ${percent(rule.degradedFrom)}`;
  return {
    status: 'degraded',
    rule: rule.rule,
    reason: `${percent(ratio)} ${rule.what} (degraded ${bound}${few}).`,
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
