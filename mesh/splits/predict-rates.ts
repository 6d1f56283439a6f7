import type { TrafficSplit } from '@/mesh/splits/split';

/**
 * Requests (TCP: connections) per second that each destination would get with `wantedWeights`, if the rule's traffic
 * stays what it is. `null` for every destination when the rule's traffic is not observable, or when the weights are all
 * zero; `null` for those that no weight is given for.
 */
export function predictRates(
  split: Pick<TrafficSplit, 'destinations'>,
  wantedWeights: readonly number[],
): readonly (number | null)[] {
  let total: number | null = 0;
  for (const { observedPerSecond } of split.destinations) {
    total = total === null || observedPerSecond === null ? null : total + observedPerSecond;
  }
  const sum = wantedWeights.reduce((running, weight) => running + weight, 0);
  return split.destinations.map((_, position) => {
    const weight = wantedWeights[position];
    if (total === null || weight === undefined || !(sum > 0)) return null;
    return (total * weight) / sum;
  });
}
