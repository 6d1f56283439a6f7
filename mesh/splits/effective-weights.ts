import { isGatewayRoute } from '@/mesh/splits/read-route-rules';
import type { PlacedRule } from '@/mesh/splits/placed-rule';

/** Weights that count: absent, Gateway API counts 1; Istio counts 0, and ignores the weight of a lone destination. */
export function effectiveWeights({
  object,
  rule: { destinations },
}: Pick<PlacedRule, 'object' | 'rule'>): readonly number[] {
  if (isGatewayRoute(object)) return destinations.map(({ weight }) => weight ?? 1);
  if (destinations.length === 1) return [100];
  return destinations.map(({ weight }) => weight ?? 0);
}
