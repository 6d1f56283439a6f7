const STEPS_PER_WINDOW = 60;
const LONGEST_MS = 5 * 60_000;

/**
 * How often a window is read while somebody looks, milliseconds: as often as the settings say, but no oftener than a
 * sixtieth of the window, since less hardly moves its rates and long windows are what costs Prometheus most. Never rarer
 * than every five minutes, unless the settings say so.
 */
export function refreshIntervalMs(windowSeconds: number, settingMs: number): number {
  return Math.max(settingMs, Math.min((windowSeconds * 1000) / STEPS_PER_WINDOW, LONGEST_MS));
}
