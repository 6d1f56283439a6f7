const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** A span of milliseconds as Prometheus writes durations: `1h30m`, `5s`, `0s`. */
export function formatDuration(spanMs: number): string {
  let rest = Math.round(spanMs);
  let text = '';
  for (const [name, unitMs] of UNITS) {
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${name}`;
    rest -= count * unitMs;
  }
  return text === '' ? '0s' : text;
}
