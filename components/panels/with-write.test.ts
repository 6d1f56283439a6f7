import { expect, test } from 'vitest';
import { toWeightChange } from '@/components/panels/weight-change';
import { withWrite } from '@/components/panels/with-write';
import { sampleSplit } from '@/tests/support/sample-graph-parts';

const split = sampleSplit('bookinfo', 'reviews', [
  { label: 'v1', weight: 90, observedShare: 0.9 },
  { label: 'v2', weight: 10, observedShare: 0.1 },
]);
const other = { ...split, rulePointer: '/spec/http/7', id: 'other' };
const latest = { change: toWeightChange(split, [60, 40]), receivedAtMs: 10_000 };

test('what was written a moment ago stands in place of what was read before', () => {
  const [now, rest] = withWrite([split, other], latest, 10_500);
  expect(now?.destinations.map(({ weight, share }) => [weight, share])).toEqual([
    [60, 0.6],
    [40, 0.4],
  ]);
  // Old traffic says nothing of new weights.
  expect(now?.agreement).toBe('unknown');
  expect(rest).toBe(other);
});

test('the next change starts from what was written, not from what was read', () => {
  const [now = split] = withWrite([split], latest, 10_500);
  expect(toWeightChange(now, [50, 50]).seen.map(({ weight }) => weight)).toEqual([60, 40]);
});

test('what was read later counts, whoever wrote it', () => {
  expect(withWrite([split], latest, 15_000)).toEqual([split]);
  expect(withWrite([split], null, 0)).toEqual([split]);
});
