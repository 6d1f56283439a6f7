import { attributeEdges } from '@/mesh/splits/attribute-edges';
import { poolRules } from '@/mesh/splits/pool-rules';
import { ruleLabel } from '@/mesh/splits/rule-label';
import { tallyEdges } from '@/mesh/splits/tally-edges';
import type { ObservedRule } from '@/mesh/splits/observed-rule';
import type { PlacedRule } from '@/mesh/splits/placed-rule';
import type { Tally } from '@/mesh/splits/tally-edges';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** Nothing observed, for a reason. */
export function notObserved({ rule }: PlacedRule, reason = 'There are no metrics.'): ObservedRule {
  const none = rule.destinations.map(() => null);
  return { perSecond: none, shares: none, totalPerSecond: null, reason };
}

/**
 * Observed rates and shares by rule id. A destination's rate is told when no other destination of any rule may have
 * taken the same requests (see `attributeEdges`). Where rules cannot be told apart, the shares of all of them together
 * are, as long as their weights are the same; else the destinations concerned stay unknown.
 */
export function observeRules(
  index: TopologyIndex,
  placed: readonly PlacedRule[],
  shadows: ReadonlyMap<string, string>,
  telemetry: TelemetrySnapshot | null,
): ReadonlyMap<string, ObservedRule> {
  if (telemetry === null) return new Map();
  const edges = attributeEdges(index, placed, shadows, telemetry);
  const tallies = tallyEdges(placed, edges);
  const pools = poolRules(tallies, edges);
  const observed = new Map<string, ObservedRule>();
  for (const rule of placed) {
    const shadow = shadows.get(rule.id);
    const found = tallies.get(rule);
    if (shadow !== undefined || found === undefined) {
      observed.set(rule.id, notObserved(rule, shadow));
      continue;
    }
    observed.set(rule.id, pools.get(rule) ?? alone(rule, found));
  }
  return observed;
}

function alone(rule: PlacedRule, found: Tally): ObservedRule {
  const { perSecond, twins, isUncounted } = found;
  if (twins !== null) {
    const name = rule.rule.destinations[twins[1]]?.host ?? '';
    return notObserved(
      rule,
      `Two destinations of this rule reach the same workloads (${name}), so metrics cannot tell them apart.`,
    );
  }
  const [rival] = found.rivals;
  if (rival !== undefined) {
    return { ...notObserved(rule, sharedReason(rule, rival, found)), perSecond };
  }
  if (isUncounted) {
    return { ...notObserved(rule, 'The metrics do not count its connections.'), perSecond };
  }
  const total = perSecond.reduce<number>((sum, rate) => sum + (rate ?? 0), 0);
  const shares = perSecond.map((rate) => (rate === null || total === 0 ? null : rate / total));
  return { perSecond, shares, totalPerSecond: total, reason: '' };
}

function sharedReason(rule: PlacedRule, rival: PlacedRule, { arrived }: Tally): string {
  const together = rule.rule.destinations
    .map(({ subset, host }, position) => `${subset ?? host} ${perSecondText(arrived[position])}`)
    .join(', ');
  return `Rule ${ruleLabel(rival, rule)} sends other requests to the same workloads, and metrics do not say which rule a request took. All rules together: ${together}.`;
}

function perSecondText(rate: number | undefined): string {
  return `${Number((rate ?? 0).toPrecision(3))}/s`;
}
