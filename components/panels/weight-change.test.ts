import { describe, expect, test } from 'vitest';
import { rebaseChange, splitOfChange, toWeightChange } from '@/components/panels/weight-change';
import type { SplitDestination, TrafficSplit } from '@/mesh/splits/split';

function destination(
  index: number,
  weight: number | null,
  observedPerSecond: number | null,
): SplitDestination {
  return {
    index,
    host: 'reviews',
    fqdn: 'reviews.bookinfo.svc.cluster.local',
    subset: `v${index + 1}`,
    port: null,
    label: `v${index + 1}`,
    weight,
    effectiveWeight: weight ?? 0,
    share: null,
    workloads: [],
    readyPods: 1,
    observedPerSecond,
    observedShare: null,
  };
}

const split: TrafficSplit = {
  id: 'VirtualService/bookinfo/reviews/spec/http/0',
  object: {
    group: 'networking.istio.io',
    kind: 'VirtualService',
    namespace: 'bookinfo',
    name: 'reviews',
  },
  apiVersion: 'networking.istio.io/v1',
  resourceVersion: '7',
  rulePointer: '/spec/http/0',
  ruleIndex: 0,
  ruleCount: 1,
  ruleName: null,
  ruleText: '{}',
  protocol: 'http',
  matches: [],
  hosts: [],
  parents: ['mesh'],
  handleHost: null,
  destinations: [destination(0, 90, 9), destination(1, null, 1)],
  mirrors: [],
  totalWeight: 90,
  agreement: 'agrees',
  agreementReason: '',
  warnings: [],
};

describe('a change of weights', () => {
  test('is guarded by the weights as written, absent ones included', () => {
    expect(toWeightChange(split, [50, 50]).seen.map(({ weight }) => weight)).toEqual([90, null]);
  });

  test('keeps a total that whole percents fit into, and the weights of destinations that did not move', () => {
    const weights = [595, 400, 5];
    const fine = { ...split, destinations: weights.map((weight, i) => destination(i, weight, 1)) };
    expect(toWeightChange(fine, [50, 50, 0]).wanted).toEqual([498, 497, 5]);
    expect(toWeightChange(split, [50, 50]).wanted).toEqual([50, 50]);
  });

  test('finds its split again', () => {
    const change = toWeightChange(split, [50, 50]);
    expect(splitOfChange([split], change)).toBe(split);
    expect(splitOfChange([], change)).toBeNull();
  });
});

describe('after a conflict', () => {
  const change = toWeightChange(split, [50, 50]);

  test('the wish stands on the current weights when the destinations are the same', () => {
    const current = change.seen.map((seen) => ({ ...seen, weight: 70 }));
    expect(rebaseChange(change, current)).toEqual({ ...change, seen: current });
  });

  test('the wish is dropped when a destination was added, removed or replaced', () => {
    expect(rebaseChange(change, change.seen.slice(1))).toBeNull();
    expect(rebaseChange(change, [])).toBeNull();
    expect(
      rebaseChange(
        change,
        change.seen.map((seen) => ({ ...seen, subset: 'v9' })),
      ),
    ).toBeNull();
  });
});
