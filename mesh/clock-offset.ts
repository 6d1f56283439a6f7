/** How far another clock is ahead of ours (negative: behind), milliseconds: somewhere from `minMs` to `maxMs`. */
export interface ClockOffset {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The header `Date` tells whole seconds: the moment meant is up to this much later. */
const RESOLUTION_MS = 1000;

/**
 * What an answer's `Date` tells of the sender's clock. It was written at some moment between our sending the request and
 * our having the head of the answer, all in epoch milliseconds; the slower the answer, the less it tells.
 */
export function clockOffset(dateMs: number, sentAtMs: number, answeredAtMs: number): ClockOffset {
  return { minMs: dateMs - answeredAtMs, maxMs: dateMs + RESOLUTION_MS - sentAtMs };
}
