import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moveBoundary, redistribute } from '@/mesh/splits/redistribute';
import { predictRates } from '@/mesh/splits/predict-rates';

const sum = (weights: readonly number[]) => weights.reduce((total, weight) => total + weight, 0);

const weights = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 8 });

describe('redistribute', () => {
  test('keeps the sum, whole numbers, and nothing negative, whatever is asked', () => {
    fc.assert(
      fc.property(
        weights,
        fc.nat({ max: 9 }),
        fc.double({ min: -1e7, max: 1e7, noNaN: true }),
        (before, index, wanted) => {
          const after = redistribute(before, index, wanted);
          expect(after).toHaveLength(before.length);
          expect(sum(after)).toBe(sum(before));
          expect(after.every((weight) => Number.isInteger(weight) && weight >= 0)).toBe(true);
        },
      ),
    );
  });

  test('the others share in proportion', () => {
    expect(redistribute([50, 30, 20], 0, 0)).toEqual([0, 60, 40]);
    expect(redistribute([90, 10], 1, 50)).toEqual([50, 50]);
  });

  test('remainders go to the largest fraction', () => {
    expect(redistribute([10, 60, 30], 0, 11)).toEqual([11, 59, 30]);
  });

  test('others that have nothing share evenly', () => {
    expect(redistribute([100, 0, 0], 0, 50)).toEqual([50, 25, 25]);
  });

  test('a lone weight stays', () => {
    expect(redistribute([100], 0, 20)).toEqual([100]);
  });
});

describe('moveBoundary', () => {
  test('keeps the sum and touches only the neighbours', () => {
    fc.assert(
      fc.property(
        weights,
        fc.nat({ max: 9 }),
        fc.integer({ min: -2_000_000, max: 2_000_000 }),
        (before, boundary, delta) => {
          const after = moveBoundary(before, boundary, delta);
          expect(sum(after)).toBe(sum(before));
          after.forEach((weight, position) => {
            expect(weight).toBeGreaterThanOrEqual(0);
            if (position !== boundary && position !== boundary + 1)
              expect(weight).toBe(before[position]);
          });
        },
      ),
    );
  });

  test('dragging to the right gives to the left', () => {
    expect(moveBoundary([50, 30, 20], 0, 5)).toEqual([55, 25, 20]);
    expect(moveBoundary([50, 30, 20], 1, 99)).toEqual([50, 50, 0]);
  });
});

describe('predictRates', () => {
  const observed = (rate: number | null) => ({ observedPerSecond: rate });

  test('the same traffic by the wanted weights', () => {
    const split = { destinations: [observed(9), observed(1)] };
    expect(predictRates(split as never, [50, 50])).toEqual([5, 5]);
  });

  test('nothing is predicted from traffic that cannot be observed, or for weights of zero', () => {
    expect(predictRates({ destinations: [observed(9), observed(null)] } as never, [1, 1])).toEqual([
      null,
      null,
    ]);
    expect(predictRates({ destinations: [observed(9), observed(1)] } as never, [0, 0])).toEqual([
      null,
      null,
    ]);
  });
});
