import { expect, test } from 'vitest';
import { lostWrite, type AppliedChange } from '@/components/panels/own-writes';
import type { WriteConflict } from '@/contract/problem';
import { followOwnWrites } from '@/mesh/splits/follow-own-writes';
import type { WeightChange } from '@/mesh/splits/split';

const object = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  namespace: 'bookinfo',
  name: 'details',
};
const apiVersion = 'networking.istio.io/v1';
const weights = (...values: number[]) =>
  values.map((weight, index) => ({ host: 'details', subset: `v${index + 1}`, port: null, weight }));
const change: WeightChange = {
  object,
  apiVersion,
  rulePointer: '/spec/http/0',
  ruleText: '{}',
  seen: weights(100, 0),
  wanted: [80, 20],
};
const undone: AppliedChange = {
  change,
  undo: { ...change, seen: weights(80, 20), wanted: [100, 0] },
  atMs: 5_000,
  receivedAtMs: 5_100,
};
const conflict: WriteConflict = {
  resourceVersion: '13',
  generation: 3,
  current: weights(100, 0),
  isAsWanted: true,
  changedBy: 'fanari',
  // Whole seconds, and so before the change that it follows.
  changedAtMs: 4_000,
};

test('an undo whose answer was lost is a write that the undo of a start follows', () => {
  const lost = lostWrite(undone, conflict);
  expect(lost).toMatchObject({ object, generation: 3, resourceVersion: '13' });
  const start = { action: 'delete', object, apiVersion, uid: 'u', resourceVersion: '10' } as const;
  const log = [{ object, resourceVersion: '12', generation: 2, atMs: 5_000 }];
  const { steps } = followOwnWrites(
    { steps: [{ ...start, generation: 1 }] },
    lost === null ? log : [...log, lost],
    4_900,
  );
  expect(steps).toEqual([{ ...start, generation: 3, resourceVersion: '13' }]);
});

test('what somebody else wrote, or what is not as wanted, is no write of one’s own', () => {
  expect(lostWrite(undone, { ...conflict, changedBy: 'kubectl-edit' })).toBeNull();
  expect(lostWrite(undone, { ...conflict, changedBy: null })).toBeNull();
  expect(lostWrite(undone, { ...conflict, isAsWanted: false })).toBeNull();
});
