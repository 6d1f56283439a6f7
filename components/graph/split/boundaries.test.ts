import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryAt, moveBoundaryTo, pickBoundary } from '@/components/graph/split/boundaries';
import { distinctLabels } from '@/components/graph/split/distinct-labels';
import { percentsAfterKey } from '@/components/graph/split/split-keys';
import { toPercents } from '@/mesh/splits/to-percents';

const weights = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 2, maxLength: 6 });
const total = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0);

describe('toPercents', () => {
  it('gives whole percents that add up to 100 and stay within one of the exact share', () => {
    fc.assert(
      fc.property(weights, (list) => {
        const percents = toPercents(list);
        expect(total(percents)).toBe(100);
        const sum = total(list);
        percents.forEach((percent, index) => {
          expect(Number.isInteger(percent) && percent >= 0).toBe(true);
          if (sum > 0) expect(Math.abs(percent - ((list[index] ?? 0) / sum) * 100)).toBeLessThan(1);
        });
      }),
    );
  });

  it('keeps weights that are percents already', () => {
    expect(toPercents([80, 15, 5])).toEqual([80, 15, 5]);
    expect(toPercents([1, 1, 1])).toEqual([34, 33, 33]);
  });
});

describe('moveBoundaryTo', () => {
  it('changes only the two neighbours, keeps the sum and never goes below zero', () => {
    fc.assert(
      fc.property(weights, fc.nat(5), fc.integer({ min: -300, max: 300 }), (list, at, percent) => {
        const percents = toPercents(list);
        const index = at % (percents.length - 1);
        const moved = moveBoundaryTo(percents, index, percent);
        expect(total(moved)).toBe(100);
        expect(Math.min(...moved)).toBeGreaterThanOrEqual(0);
        moved.forEach((value, position) => {
          if (position !== index && position !== index + 1) expect(value).toBe(percents[position]);
        });
      }),
    );
  });
});

describe('pickBoundary', () => {
  it('takes the boundary that has room in the direction of the drag', () => {
    expect(pickBoundary([100, 0, 0], 1, 'left')).toBe(0);
    expect(pickBoundary([0, 0, 100], 0, 'right')).toBe(1);
    expect(pickBoundary([50, 30, 20], 1, 'left')).toBe(1);
  });
});

describe('percentsAfterKey', () => {
  const start = [80, 15, 5];
  it.each([
    ['ArrowRight', false, [81, 14, 5]],
    ['ArrowLeft', false, [79, 16, 5]],
    ['ArrowRight', true, [90, 5, 5]],
    ['PageDown', false, [70, 25, 5]],
    ['Home', false, [0, 95, 5]],
    ['End', false, [95, 0, 5]],
  ])('%s (shift %s) gives %j', (key, isShift, expected) => {
    expect(percentsAfterKey(start, 0, key, isShift)).toEqual(expected);
  });

  it('leaves other keys alone', () => {
    expect(percentsAfterKey(start, 0, 'a', false)).toBeNull();
    expect(boundaryAt(start, 1)).toBe(95);
  });
});

describe('distinctLabels', () => {
  it.each([
    [
      ['reviews-v1', 'reviews-v2'],
      ['v1', 'v2'],
    ],
    [
      ['v1', 'v2'],
      ['v1', 'v2'],
    ],
    [
      ['cart-blue', 'cart-black'],
      ['blue', 'black'],
    ],
    [
      ['cart', 'cart-canary'],
      ['cart', 'cart-canary'],
    ],
    [['reviews-v1'], ['reviews-v1']],
    [
      ['same-a', 'same-a'],
      ['a', 'a'],
    ],
  ])('of %j are %j', (labels, expected) => {
    expect(distinctLabels(labels)).toEqual(expected);
  });
});
