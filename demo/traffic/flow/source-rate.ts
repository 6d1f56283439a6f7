const DAY_MS = 86_400_000;

/**
 * Requests per second of a source at a moment: its mean, with a daily swing (peak in the early afternoon UTC) and
 * slower and faster wobble. A function of time and seed only, so that a past can be simulated again.
 */
export function sourceRate(meanPerSecond: number, atMs: number, phase: number): number {
  const turn = (periodMs: number, shift: number): number =>
    Math.sin(2 * Math.PI * ((atMs % (periodMs * 1000)) / periodMs + phase * shift));
  const daily = 0.12 * Math.sin(2 * Math.PI * ((atMs % DAY_MS) / DAY_MS - 0.33));
  const wobble = 0.1 * turn(660_000, 1) + 0.06 * turn(143_000, 3) + 0.04 * turn(31_000, 7);
  return meanPerSecond * Math.max(0.1, 1 + daily + wobble);
}
