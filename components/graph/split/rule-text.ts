import type { TrafficSplit } from '@/mesh/splits/split';

/**
 * What a rule takes, with its place among those that split the same service: `1/2 · header end-user = jason`. Of several
 * clusters with the one whose callers obey it: `2/3 · east: everything else`.
 */
export function ruleText(split: TrafficSplit, index: number, count: number): string {
  const taken = split.matches.length > 0 ? split.matches.join(' or ') : 'everything else';
  const { cluster } = split.object;
  const takes = cluster === undefined ? taken : `${cluster}: ${taken}`;
  return count > 1 ? `${index + 1}/${count} · ${takes}` : takes;
}

/** Characters that surely fit into one line of a card. */
const LINE_CHARACTERS = 15;
/** What does not fit into these is cut on the card, and told whole in its tip and in the panel. */
const MOST_LINES = 2;

/** Lines that the text of a service's rules takes on its card, the longest of them; 0 where none is written. */
export function ruleLines(splits: readonly TrafficSplit[]): number {
  const isWritten = splits.length > 1 || splits.some(({ matches }) => matches.length > 0);
  if (!isWritten) return 0;
  const lines = splits.map((split, index) =>
    Math.ceil(ruleText(split, index, splits.length).length / LINE_CHARACTERS),
  );
  return Math.min(MOST_LINES, Math.max(...lines));
}
