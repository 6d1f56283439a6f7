import type { PlacedRule } from '@/mesh/splits/placed-rule';

/** A rule for people, seen from another: its name or number, and its object where that is another one. */
export function ruleLabel(rival: PlacedRule, from: PlacedRule): string {
  const name = rival.rule.name ?? `number ${rival.rule.index + 1}`;
  if (rival.object === from.object) return name;
  const { kind, meta } = rival.object;
  return `${name} of ${kind} ${meta.name}`;
}
