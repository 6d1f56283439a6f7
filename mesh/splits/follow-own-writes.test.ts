import { expect, test } from 'vitest';
import { followOwnWrites } from '@/mesh/splits/follow-own-writes';
import type { CanaryUndo } from '@/mesh/splits/canary';

const object = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  namespace: 'bookinfo',
  name: 'details',
};

const undo: CanaryUndo = {
  steps: [
    {
      action: 'delete',
      object,
      apiVersion: 'networking.istio.io/v1',
      uid: 'u',
      resourceVersion: '10',
      generation: 1,
    },
    { action: 'remove-subsets', object, apiVersion: 'v1', added: [], isNewList: true },
  ],
};

const write = (generation: number | null, atMs = 500, over: Partial<typeof object> = {}) => ({
  object: { ...object, ...over },
  resourceVersion: `1${generation ?? 'x'}`,
  generation,
  atMs,
});

const guard = (writes: Parameters<typeof followOwnWrites>[1]) => {
  const [first, ...rest] = followOwnWrites(undo, writes, 100).steps;
  expect(rest).toEqual(undo.steps.slice(1));
  return first?.action === 'delete' ? [first.generation, first.resourceVersion] : null;
};

test('the undo of a start follows one write after the other', () => {
  expect(guard([])).toEqual([1, '10']);
  expect(guard([write(2), write(3), write(4)])).toEqual([4, '14']);
});

test('it stops where somebody else wrote in between', () => {
  expect(guard([write(3)])).toEqual([1, '10']);
  expect(guard([write(2), write(4)])).toEqual([2, '12']);
});

test('writes to other objects, without a generation or from before the start are not followed', () => {
  expect(guard([write(2, 500, { name: 'reviews' }), write(null), write(2, 99)])).toEqual([1, '10']);
});
