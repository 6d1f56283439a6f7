import { z } from 'zod';

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const LONGEST_SECONDS = 30 * 86_400;

/** Seconds of a window as written in a URL (`60s`, `5m`, `1h`, `30d`); `null` when it is not one, zero or over 30 days. */
export function parseWindow(text: string): number | null {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(text);
  if (match === null) return null;
  const seconds = Number(match[1]) * (SECONDS_PER_UNIT[match[2] ?? ''] ?? 0);
  return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds : null;
}

/** The shortest spelling of a window of whole seconds; `parseWindow` reads it back. */
export function formatWindow(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    const size = SECONDS_PER_UNIT[unit] ?? 1;
    if (seconds >= size && seconds % size === 0 && !(unit === 'm' && seconds === 60)) {
      return `${seconds / size}${unit}`;
    }
  }
  return `${seconds}s`;
}

/** Query parameter `window`, parsed to seconds; 60 when absent. */
export const windowParameter = z
  .string()
  .default('60s')
  .transform((text, context) => {
    const seconds = parseWindow(text);
    if (seconds !== null) return seconds;
    context.addIssue({
      code: 'custom',
      message: 'must be like 60s, 5m, 1h or 30d, and at most 30d',
    });
    return z.NEVER;
  })
  .describe(
    'How far back to look, as a whole number with `s`, `m`, `h` or `d`: `60s`, `5m`, `1h`; at most 30 days, 60 seconds when absent',
  );
