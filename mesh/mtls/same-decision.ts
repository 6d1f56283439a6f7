import { refKey } from '@/mesh/topology/object';
import type { Decided } from '@/mesh/mtls/mtls';

/**
 * One decision for several: theirs where all have one mode, naming the object only where all name the same; `null`
 * where modes differ or none is given.
 */
export function sameDecision<Mode extends string>(
  all: readonly (Decided<Mode> | null)[],
): Decided<Mode> | null {
  const [first] = all;
  if (first === undefined || first === null) return null;
  if (!all.every((decided) => decided?.mode === first.mode)) return null;
  const isSame = all.every((decided) => decided !== null && keyOf(decided) === keyOf(first));
  return isSame ? first : { mode: first.mode, decidedBy: null, at: 'decided in several places' };
}

function keyOf({ decidedBy, at }: Decided<string>): string {
  return `${decidedBy === null ? '' : refKey(decidedBy)} ${at}`;
}
