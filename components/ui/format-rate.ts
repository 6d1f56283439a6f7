import { formatSignificant } from '@/components/ui/format-significant';
import { UNKNOWN_TEXT } from '@/components/ui/unknown-text';

/** Text of a rate per second, e.g. `12.3 rps`; an em dash when `perSecond` is `null` (not measured). */
export function formatRate(perSecond: number | null, unit: 'rps' | 'conn/s' = 'rps'): string {
  return perSecond === null ? UNKNOWN_TEXT : `${formatSignificant(perSecond)} ${unit}`;
}
