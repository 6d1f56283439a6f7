import { formatSignificant } from '@/components/ui/format-significant';
import { UNKNOWN_TEXT } from '@/components/ui/unknown-text';

/** Text of a duration given in milliseconds: `0.42 ms`, `12.3 ms`, `1.24 s`, `2 min 5 s`; an em dash when `null`. */
export function formatMilliseconds(milliseconds: number | null): string {
  if (milliseconds === null) return UNKNOWN_TEXT;
  if (milliseconds < 999.5) return `${formatSignificant(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${formatSignificant(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
