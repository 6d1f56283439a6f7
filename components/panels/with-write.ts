import { isUnread } from '@/components/panels/written-text';
import { splitOfChange } from '@/components/panels/weight-change';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';

/**
 * Splits as they are now: where they were read before the latest write came back through the watch, with the weights
 * that it wrote, so that nothing jumps back and the next change starts from them. `readAtMs` as in `isUnread`.
 */
export function withWrite(
  splits: readonly TrafficSplit[],
  latest: { readonly change: WeightChange; readonly receivedAtMs: number } | null,
  readAtMs: number,
): readonly TrafficSplit[] {
  const old = latest === null ? null : splitOfChange(splits, latest.change);
  if (latest === null || old === null || !isUnread(latest, old, readAtMs)) return splits;
  const written = writtenSplit(old, latest.change.wanted);
  return splits.map((split) => (split === old ? written : split));
}

function writtenSplit(split: TrafficSplit, wanted: WeightChange['wanted']): TrafficSplit {
  const absent = split.object.group === 'gateway.networking.k8s.io' ? 1 : 0;
  const isLone = split.object.kind === 'VirtualService' && split.destinations.length === 1;
  const effective = split.destinations.map((_, index) =>
    isLone ? 100 : (wanted[index] ?? absent),
  );
  const totalWeight = effective.reduce((sum, weight) => sum + weight, 0);
  return {
    ...split,
    totalWeight,
    destinations: split.destinations.map((destination, index) => ({
      ...destination,
      weight: wanted[index] ?? null,
      effectiveWeight: effective[index] ?? 0,
      share: totalWeight > 0 ? (effective[index] ?? 0) / totalWeight : null,
    })),
    agreement: 'unknown',
    agreementReason: 'The weights were written a moment ago.',
  };
}
