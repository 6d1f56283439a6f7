import type { GraphNode, TrafficRates } from '@/mesh/graph/graph';
import type { Health } from '@/mesh/health/health';

/** What a rule counts, in a word or two. */
const COUNTED: Readonly<Record<string, string>> = {
  'http-5xx-ratio': '5xx',
  'http-4xx-ratio': '4xx',
  'no-response-ratio': 'unanswered',
  'grpc-failure-ratio': 'gRPC errors',
  'tcp-failure-ratio': 'connections failed',
};

/** The share of traffic that made something failing or degraded. */
export interface DecidedShare {
  /** 0..1, as exact as the reason says it. */
  readonly ratio: number;
  /** As the reason writes it, e.g. `3.7 %`. */
  readonly text: string;
  /** What was counted, e.g. `4xx`. */
  readonly counted: string;
  /** Whether it is of what a node sends, not of what it serves. */
  readonly isOutbound: boolean;
}

/** The share that decided a verdict; `null` when no rule about a share of traffic did. */
export function decidedShare({ rule, reason }: Health): DecidedShare | null {
  const counted = COUNTED[rule];
  const text = /[\d.]+ %/.exec(reason)?.[0];
  if (counted === undefined || text === undefined) return null;
  const isOutbound = reason.startsWith('Of what it sends');
  return { ratio: Number.parseFloat(text) / 100, text, counted, isOutbound };
}

/**
 * Failed share of what is served, 0..1, by the rule that decided where one did, since the error ratio knows neither 4xx
 * nor connections; `null` when not measured.
 */
export function failedShare(health: Health, rates: TrafficRates): number | null {
  const decided = decidedShare(health);
  if (decided === null || decided.isOutbound) return rates.errorRatio;
  return rates.errorRatio === null ? decided.ratio : Math.max(decided.ratio, rates.errorRatio);
}

/** Failed requests or connections per second by the rule that decided; `null` when not measured. */
export function failedPerSecond(health: Health, rates: TrafficRates): number | null {
  const share = decidedShare(health)?.ratio ?? rates.errorRatio;
  const perSecond = health.rule === 'tcp-failure-ratio' ? rates.tcpConnectionsPerSecond : rates.rps;
  return share === null || perSecond === null ? null : share * perSecond;
}

/** The rates of a node that its health was judged by. */
export function judgedRates({ health, inbound, outbound }: GraphNode): TrafficRates {
  return decidedShare(health)?.isOutbound === true ? outbound : inbound;
}
