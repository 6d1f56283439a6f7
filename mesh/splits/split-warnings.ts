import { refOf } from '@/mesh/topology/object';
import { EXPORTED_TO_NOBODY } from '@/mesh/splits/find-shadows';
import { ownerWarnings } from '@/mesh/splits/owner-warnings';
import type { PlacedRule } from '@/mesh/splits/placed-rule';
import type { SplitDestination, SplitWarning } from '@/mesh/splits/split';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/**
 * What to say before somebody changes the weights of a rule: who else writes them, which destinations cannot take
 * traffic, and whether the rule is used at all. Neither API wants a total of 100; only an Argo Rollout does, which
 * writes weights out of 100.
 */
export function splitWarnings(
  index: TopologyIndex,
  placed: PlacedRule,
  destinations: readonly SplitDestination[],
  shadow: string | null,
): readonly SplitWarning[] {
  const object = refOf(placed.object);
  const owners = ownerWarnings(index, placed);
  const warnings: SplitWarning[] = [...owners];
  if (shadow !== null) {
    const rule = shadow === EXPORTED_TO_NOBODY ? 'exported-to-nobody' : 'shadowed-by-other-route';
    warnings.push({ rule, message: shadow, object, blocks: false });
  }
  for (const destination of destinations) {
    const warning = destinationWarning(placed, destination);
    if (warning !== null) warnings.push(warning);
  }
  const total = destinations.reduce((sum, { effectiveWeight }) => sum + effectiveWeight, 0);
  if (total === 0) {
    const message = 'All weights are zero: every request of this rule fails.';
    warnings.push({ rule: 'all-weights-zero', message, object, blocks: false });
  } else if (total !== 100 && owners.some(({ rule }) => rule === 'owned-by-argo-rollouts')) {
    const message = `The weights total ${total}; Argo Rollouts counts in shares of 100.`;
    warnings.push({ rule: 'weights-not-100', message, object, blocks: false });
  }
  return warnings;
}

function destinationWarning(
  placed: PlacedRule,
  destination: SplitDestination,
): SplitWarning | null {
  const target = placed.targets[destination.index];
  const object = refOf(placed.object);
  if (target === undefined) return null;
  const { host, subset, label } = destination;
  if (!target.hostExists) {
    const message = `Nothing in the cluster has the host ${host}; requests sent there fail.`;
    return { rule: 'service-not-found', message, object, blocks: false };
  }
  if (!target.subsetExists) {
    const message = `No DestinationRule for ${host} defines subset ${subset ?? ''}; requests sent there fail with 503.`;
    return { rule: 'subset-not-defined', message, object, blocks: false };
  }
  if (destination.readyPods === 0) {
    const message = `${label} has no ready pod; requests sent there fail with 503.`;
    return { rule: 'no-endpoints', message, object, blocks: false };
  }
  return null;
}
