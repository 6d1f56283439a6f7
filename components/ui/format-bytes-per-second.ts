import { formatSignificant } from '@/components/ui/format-significant';
import { UNKNOWN_TEXT } from '@/components/ui/unknown-text';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Text of a throughput in bytes per second with decimal units, e.g. `1.24 kB/s`; an em dash when `null`. */
export function formatBytesPerSecond(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return UNKNOWN_TEXT;
  let value = bytesPerSecond;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatSignificant(value)} ${UNITS[unit]}/s`;
}
