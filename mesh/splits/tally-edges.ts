import { targetKeys } from '@/mesh/splits/attribute-edges';
import { effectiveWeights } from '@/mesh/splits/effective-weights';
import type { AttributedEdge, Taker } from '@/mesh/splits/attribute-edges';
import type { PlacedRule } from '@/mesh/splits/placed-rule';

/** What one rule's destinations got, and who else may have sent some of it. */
export interface Tally {
  /** `null`: some of it may be another's, or is not counted. */
  readonly perSecond: (number | null)[];
  /** Everything that arrived where the rule sends, per destination, whoever sent it. */
  readonly arrived: number[];
  readonly rivals: Set<PlacedRule>;
  /** Positions of two destinations that cannot be told apart. */
  twins: readonly [number, number] | null;
  isUncounted: boolean;
}

/** Adds edges up per rule and destination; every rule has a tally, also without traffic. */
export function tallyEdges(
  placed: readonly PlacedRule[],
  edges: readonly AttributedEdge[],
): ReadonlyMap<PlacedRule, Tally> {
  const tallies = new Map<PlacedRule, Tally>();
  for (const rule of placed) {
    tallies.set(rule, {
      perSecond: rule.targets.map(() => 0),
      arrived: rule.targets.map(() => 0),
      rivals: new Set(),
      twins: twinsOf(rule),
      isUncounted: false,
    });
  }
  for (const { perSecond, takers } of edges) {
    for (const taker of takers) {
      const own = tallies.get(taker.placed);
      if (own === undefined) continue;
      const { position, placed: rule } = taker;
      const rivals = takers.filter((other) => other.placed !== rule && mayTake(other));
      for (const rival of rivals) own.rivals.add(rival.placed);
      const isShared = rivals.length > 0 || takers.some((other) => isTwin(other, taker));
      const before = own.perSecond[position] ?? null;
      if (perSecond === null) own.isUncounted = true;
      else own.arrived[position] = (own.arrived[position] ?? 0) + perSecond;
      own.perSecond[position] =
        isShared || before === null || perSecond === null ? null : before + perSecond;
    }
  }
  return tallies;
}

function isTwin(other: Taker, taker: Taker): boolean {
  return other.placed === taker.placed && other.position !== taker.position;
}

/** A weight of zero takes nothing, for as long as the proxies obey it. */
function mayTake({ placed, position }: Taker): boolean {
  return effectiveWeights(placed)[position] !== 0;
}

/** The first two destinations of a rule at one workload, whether or not it gets traffic now. */
function twinsOf(placed: PlacedRule): readonly [number, number] | null {
  const seen = new Map<string, number>();
  for (const position of placed.targets.keys()) {
    const host = placed.rule.destinations[position]?.fqdn ?? '';
    for (const key of targetKeys({ placed, position })) {
      const before = seen.get(`${host} ${key}`);
      if (before !== undefined) return [before, position];
      seen.set(`${host} ${key}`, position);
    }
  }
  return null;
}
