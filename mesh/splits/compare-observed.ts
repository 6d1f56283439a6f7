import type { ObservedRule } from '@/mesh/splits/observed-rule';
import type { SplitDestination, TrafficSplit } from '@/mesh/splits/split';

/** Requests in the window from which shares are compared at all. */
export const AGREEMENT_MIN_REQUESTS = 20;

/** Standard errors by which a share may be off by chance (about one false alarm in 370). */
const STANDARD_ERRORS = 3;

/** Share by which scrape timing alone may move two destinations against each other. */
const TIMING_RATIO = 0.01;

/**
 * Share by which an observation of `requests` may miss `expected` by chance: three binomial standard errors, two
 * requests (so that weights of 0 and 100 are not measured with a ruler of length zero), and one percent for timing.
 */
export function sharesTolerance(expected: number, requests: number): number {
  const error = Math.sqrt((expected * (1 - expected)) / requests);
  return STANDARD_ERRORS * error + 2 / requests + TIMING_RATIO;
}

/** Whether observed shares agree with the configured ones within sampling error, with the reason in words. */
export function compareObserved(
  destinations: readonly SplitDestination[],
  observed: ObservedRule,
  windowSeconds: number | null,
): Pick<TrafficSplit, 'agreement' | 'agreementReason'> {
  const { totalPerSecond, reason } = observed;
  if (totalPerSecond === null || windowSeconds === null) return unknown(reason);
  if (destinations.length < 2)
    return unknown('The rule has one destination, so there is nothing to compare.');
  if (destinations.some(({ share }) => share === null)) return unknown('All weights are zero.');
  const requests = totalPerSecond * windowSeconds;
  if (requests < AGREEMENT_MIN_REQUESTS) {
    const count = Math.round(requests);
    return unknown(
      `${count} requests in this window are too few; ${AGREEMENT_MIN_REQUESTS} are needed.`,
    );
  }
  const note = reason === '' ? '' : ` ${reason}`;
  for (const { label, share, observedShare } of destinations) {
    if (share === null || observedShare === null) continue;
    if (Math.abs(share - observedShare) > sharesTolerance(share, requests)) {
      const found = `${label} gets ${percent(observedShare)} of the requests, ${percent(share)} is configured.`;
      return { agreement: 'differs', agreementReason: found + note };
    }
  }
  const found = `Observed shares match the weights within the sampling error of ${Math.round(requests)} requests.`;
  return { agreement: 'agrees', agreementReason: found + note };
}

function unknown(agreementReason: string): Pick<TrafficSplit, 'agreement' | 'agreementReason'> {
  return { agreement: 'unknown', agreementReason };
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(1))} %`;
}
