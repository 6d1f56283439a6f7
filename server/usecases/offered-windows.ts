const HOUR = 3600;
const DAY = 24 * HOUR;

/** Windows that people choose from, seconds. */
export const OFFERED_SECONDS: readonly number[] = [
  ...[60, 300, 600, 1800, HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY],
];
