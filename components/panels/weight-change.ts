import { refKey } from '@/mesh/topology/object';
import { weightsOfPercents } from '@/mesh/splits/weights-of-percents';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';

type Written = WeightChange['seen'][number];

/** The change of a split to the shares in `percents` (whole, adding up to 100), guarded by what the split shows now. */
export function toWeightChange(split: TrafficSplit, percents: readonly number[]): WeightChange {
  const current = split.destinations.map(({ effectiveWeight }) => effectiveWeight);
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
    wanted: weightsOfPercents(current, percents),
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
      (split) => split.rulePointer === rulePointer && refKey(split.object) === refKey(object),
    ) ?? null
  );
}

function sameDestination(a: Written, b: Written | undefined): boolean {
  return b !== undefined && a.host === b.host && a.subset === b.subset && a.port === b.port;
}
