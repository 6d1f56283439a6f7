import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';

type Written = WeightChange['seen'][number];

/** The change of a split to `wanted` weights, guarded by what the split shows now. */
export function toWeightChange(split: TrafficSplit, wanted: readonly number[]): WeightChange {
  return {
    object: split.object,
    apiVersion: split.apiVersion,
    rulePointer: split.rulePointer,
    ruleText: split.ruleText,
    seen: split.destinations.map(({ host, subset, port, weight }) => ({
      host,
      subset,
      port,
      weight,
    })),
    wanted: [...wanted],
  };
}

/**
 * The same wish on top of what stands there now, after a conflict; `null` when the rule has other destinations than
 * those the wish was made for, so that it means nothing any more.
 */
export function rebaseChange(
  change: WeightChange,
  current: readonly Written[],
): WeightChange | null {
  const isSame =
    current.length === change.seen.length &&
    change.seen.every((seen, index) => sameDestination(seen, current[index]));
  return isSame ? { ...change, seen: current } : null;
}

/** The split that a change is about; `null` when it is gone. */
export function splitOfChange(
  splits: readonly TrafficSplit[],
  change: WeightChange,
): TrafficSplit | null {
  const { object, rulePointer } = change;
  return (
    splits.find(
      (split) =>
        split.rulePointer === rulePointer &&
        split.object.group === object.group &&
        split.object.kind === object.kind &&
        split.object.namespace === object.namespace &&
        split.object.name === object.name,
    ) ?? null
  );
}

/**
 * Requests per second that a destination would get if all that the split now carries were divided by `wanted`. `null`
 * when the split's traffic is not measured or the weights total zero.
 */
export function predictedPerSecond(
  split: TrafficSplit,
  wanted: readonly (number | null)[],
  index: number,
): number | null {
  const observed = split.destinations.map(({ observedPerSecond }) => observedPerSecond);
  if (observed.every((value) => value === null)) return null;
  const carried = observed.reduce<number>((sum, value) => sum + (value === null ? 0 : value), 0);
  const total = wanted.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
  const weight = wanted[index];
  return total === 0 || weight === undefined || weight === null ? null : (carried * weight) / total;
}

function sameDestination(a: Written, b: Written | undefined): boolean {
  return b !== undefined && a.host === b.host && a.subset === b.subset && a.port === b.port;
}
