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

interface Rule {
  readonly rule: string;
  readonly what: string;
  readonly failed: number;
  readonly total: number;
  readonly degradedFrom: number;
  readonly isDegradedInclusive: boolean;
  readonly failingFrom: number;
}

/**
 * Health of traffic over a window, with the rule that decided it (docs/health.md). Without telemetry it is `unknown`,
 * with telemetry and no traffic `idle`; it is never healthy for lack of traffic. Few failures are not called failing,
 * see {@link DEGRADED_MIN_FAILURES}.
 */
export function trafficHealth(traffic: JudgedTraffic, windowSeconds: number): Health {
  const { requestsPerSecond, connectionsPerSecond, tcpBytesPerSecond } = traffic;
  if (requestsPerSecond === null && connectionsPerSecond === null && tcpBytesPerSecond === null) {
    return { status: 'idle', rule: 'no-traffic', reason: 'No traffic in this window.' };
  }
  const verdicts: Health[] = [];
  if (requestsPerSecond !== null && requestsPerSecond > 0) {
    const broken = requestRules(traffic, requestsPerSecond);
    if (broken.length === 0) verdicts.push(NOTHING_FAILED);
    for (const rule of broken) verdicts.push(judge(rule, windowSeconds));
  }
  if (connectionsPerSecond !== null && connectionsPerSecond > 0) {
    verdicts.push(judge(connectionRule(traffic, connectionsPerSecond), windowSeconds));
  } else if (tcpBytesPerSecond !== null && tcpBytesPerSecond > 0) {
    verdicts.push({
      status: 'healthy',
      rule: 'tcp-flowing',
      reason: 'Bytes flow over connections that were opened before this window.',
    });
  }
  if (verdicts.length === 0) {
    return { status: 'idle', rule: 'no-traffic', reason: 'No requests in this window.' };
  }
  return verdicts.reduce(worstHealth);
}

const NOTHING_FAILED: Health = {
  status: 'healthy',
  rule: 'within-thresholds',
  reason: 'Nothing failed in this window.',
};

const NO_RULES: readonly Rule[] = [];

/** The rules of which anything failed at all; most edges have none. */
function requestRules(traffic: JudgedTraffic, total: number): readonly Rule[] {
  const { serverErrorsPerSecond, clientErrorsPerSecond } = traffic;
  const { noResponsePerSecond, grpcFailuresPerSecond } = traffic;
  const failed =
    serverErrorsPerSecond + clientErrorsPerSecond + noResponsePerSecond + grpcFailuresPerSecond;
  return failed === 0 ? NO_RULES : allRules(traffic, total).filter((rule) => rule.failed > 0);
}

function allRules(traffic: JudgedTraffic, total: number): readonly Rule[] {
  const failure = {
    total,
    degradedFrom: FAILURE_THRESHOLD.degradedAbove,
    isDegradedInclusive: false,
    failingFrom: FAILURE_THRESHOLD.failingFrom,
  };
  return [
    {
      ...failure,
      rule: 'http-5xx-ratio',
      what: 'of requests were answered 5xx',
      failed: traffic.serverErrorsPerSecond,
    },
    {
      ...failure,
      rule: 'no-response-ratio',
      what: 'of requests got no response',
      failed: traffic.noResponsePerSecond,
    },
    {
      ...failure,
      rule: 'grpc-failure-ratio',
      what: 'of requests failed with a gRPC status',
      failed: traffic.grpcFailuresPerSecond,
    },
    {
      rule: 'http-4xx-ratio',
      what: 'of requests were answered 4xx',
      failed: traffic.clientErrorsPerSecond,
      total,
      degradedFrom: CLIENT_ERROR_THRESHOLD.degradedFrom,
      isDegradedInclusive: true,
      failingFrom: CLIENT_ERROR_THRESHOLD.failingFrom,
    },
  ];
}

function connectionRule(traffic: JudgedTraffic, total: number): Rule {
  return {
    rule: 'tcp-failure-ratio',
    what: 'of connections failed',
    failed: traffic.failedConnectionsPerSecond,
    total,
    degradedFrom: FAILURE_THRESHOLD.degradedAbove,
    isDegradedInclusive: false,
    failingFrom: FAILURE_THRESHOLD.failingFrom,
  };
}

function judge(rule: Rule, windowSeconds: number): Health {
  const ratio = rule.failed / rule.total;
  const isDegraded = rule.isDegradedInclusive
    ? ratio >= rule.degradedFrom
    : ratio > rule.degradedFrom;
  if (!isDegraded) {
    const name = rule.rule === 'tcp-failure-ratio' ? rule.rule : 'within-thresholds';
    return { status: 'healthy', rule: name, reason: healthyReason(rule, ratio) };
  }
  const failures = Math.round(rule.failed * windowSeconds);
  if (failures < DEGRADED_MIN_FAILURES) return tooFew(rule, ratio, failures, windowSeconds);
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
function tooFew(rule: Rule, ratio: number, failures: number, windowSeconds: number): Health {
  const requests = Math.round(rule.total * windowSeconds);
  const reason = `${failures} of ${requests} in this window failed, too few to judge.`;
  return ratio >= rule.failingFrom
    ? { status: 'unknown', rule: 'sample-too-small', reason }
    : { status: 'healthy', rule: 'sample-too-small', reason };
}

function healthyReason(rule: Rule, ratio: number): string {
  return ratio === 0 ? 'Nothing failed in this window.' : `${percent(ratio)} ${rule.what}.`;
}

/** A ratio as people read it, with as many digits as keep 0.1 % apart from 0. */
function percent(ratio: number): string {
  const value = ratio * 100;
  const digits = value >= 10 || Number.isInteger(value) ? 0 : value >= 1 ? 1 : 2;
  return `${Number(value.toFixed(digits))} %`;
}
