import { formatAge } from '@/components/ui/format-age';

const JUST_NOW_MS = 2_000;

/**
 * Text of how long something lasts already, to follow a sentence: ` for 12 s`. Empty where that is less than two
 * seconds, and where the beginning or the present is not known (`null`). Epoch milliseconds.
 */
export function formatSince(sinceMs: number | null, nowMs: number | null): string {
  if (sinceMs === null || nowMs === null || nowMs - sinceMs < JUST_NOW_MS) return '';
  return ` for ${formatAge(nowMs - sinceMs)}`;
}
