/** What is written where a measurement is `null`. Zero is never written in its place. */
export const UNKNOWN_TEXT = '—';
