import { formatRatio } from '@/components/ui/format-ratio';
import type { TrafficSplit } from '@/mesh/splits/split';

/** How observed shares compare with configured ones: a sign that works without colour, and words. */
export interface ObservedText {
  readonly sign: '=' | '≠' | '?';
  readonly words: string;
}

/** Says whether traffic follows the weights yet. */
export function observedText(split: TrafficSplit): ObservedText {
  if (split.agreement === 'agrees') return { sign: '=', words: 'observed traffic agrees' };
  const shares = split.destinations.map((destination) => destination.observedShare);
  if (shares.includes(null)) return { sign: '?', words: 'not observed' };
  return {
    sign: split.agreement === 'unknown' ? '?' : '≠',
    words: `observed ${shares.map((share) => (share === null ? '–' : formatRatio(share).replace(' %', ''))).join(' / ')} %`,
  };
}
