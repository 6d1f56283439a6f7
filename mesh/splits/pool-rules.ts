import { targetKeys } from '@/mesh/splits/attribute-edges';
import { effectiveWeights } from '@/mesh/splits/effective-weights';
import { ruleLabel } from '@/mesh/splits/rule-label';
import type { AttributedEdge } from '@/mesh/splits/attribute-edges';
import type { ObservedRule } from '@/mesh/splits/observed-rule';
import type { PlacedRule } from '@/mesh/splits/placed-rule';
import type { Tally } from '@/mesh/splits/tally-edges';

/**
 * Shares of rules that cannot be told apart but send the same shares to the same workloads: whatever part of the
 * requests each of them took, all of them together must show these shares as well. Rules that differ in either are left
 * out, as are rules without rivals.
 *
 * Example: a rule for one header and a catch-all after it both split 90 to 10. Of 30 requests the first took an unknown
 * number; 27 and 3 arrived. Whichever number it was, 90 to 10 is what both together should give.
 */
export function poolRules(
  tallies: ReadonlyMap<PlacedRule, Tally>,
  edges: readonly AttributedEdge[],
): ReadonlyMap<PlacedRule, ObservedRule> {
  const pools = new Map<PlacedRule, ObservedRule>();
  const done = new Set<PlacedRule>();
  for (const [rule, { rivals }] of tallies) {
    if (rivals.size === 0 || done.has(rule)) continue;
    const group = connected(rule, tallies);
    for (const member of group) done.add(member);
    if (!areAlike([...group], tallies)) continue;
    const byTarget = sumByTarget(group, edges);
    for (const member of group) {
      const own = tallies.get(member);
      if (own !== undefined) pools.set(member, pooled(member, own, group, byTarget));
    }
  }
  return pools;
}

function connected(
  start: PlacedRule,
  tallies: ReadonlyMap<PlacedRule, Tally>,
): ReadonlySet<PlacedRule> {
  const group = new Set([start]);
  for (const rule of group) for (const rival of tallies.get(rule)?.rivals ?? []) group.add(rival);
  return group;
}

function areAlike(group: readonly PlacedRule[], tallies: ReadonlyMap<PlacedRule, Tally>): boolean {
  const texts = new Set(group.map(shareText));
  const isTold = (rule: PlacedRule) => {
    const own = tallies.get(rule);
    return own?.twins === null && !own.isUncounted;
  };
  return texts.size === 1 && group.every(isTold);
}

/** Which share goes to which workloads, as one text. */
function shareText(placed: PlacedRule): string {
  const weights = effectiveWeights(placed);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights
    .map((weight, position) => `${targetText(placed, position)}=${(weight / total).toFixed(6)}`)
    .sort()
    .join(' ');
}

function targetText(placed: PlacedRule, position: number): string {
  return [...targetKeys({ placed, position })].sort().join(',');
}

function sumByTarget(
  group: ReadonlySet<PlacedRule>,
  edges: readonly AttributedEdge[],
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { perSecond, takers } of edges) {
    const taker = takers.find(({ placed }) => group.has(placed));
    if (taker === undefined || perSecond === null) continue;
    const key = targetText(taker.placed, taker.position);
    sums.set(key, (sums.get(key) ?? 0) + perSecond);
  }
  return sums;
}

function pooled(
  rule: PlacedRule,
  { perSecond }: Tally,
  group: ReadonlySet<PlacedRule>,
  byTarget: ReadonlyMap<string, number>,
): ObservedRule {
  const rates = rule.targets.map((_, position) => byTarget.get(targetText(rule, position)) ?? 0);
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  const others = [...group].filter((other) => other !== rule);
  const names = others.map((other) => ruleLabel(other, rule)).join(', ');
  return {
    perSecond,
    shares: rates.map((rate) => (total > 0 ? rate / total : null)),
    totalPerSecond: total,
    reason: `This is of all requests that this rule and rule ${names} took: metrics do not tell them apart, and their weights are the same.`,
  };
}
