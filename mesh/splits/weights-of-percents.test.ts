import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moveBoundary } from '@/mesh/splits/redistribute';
import { toPercents } from '@/mesh/splits/to-percents';
import { weightsOfPercents } from '@/mesh/splits/weights-of-percents';

const sum = (weights: readonly number[]) => weights.reduce((total, weight) => total + weight, 0);

/** Weights as somebody wrote them, and the percents after one boundary of what they show was moved. */
const moves = fc
  .tuple(
    fc.array(fc.nat({ max: 2000 }), { minLength: 2, maxLength: 6 }),
    fc.constantFrom(null, 100, 1000, 10_000),
    fc.nat({ max: 4 }),
    fc.integer({ min: -100, max: 100 }),
  )
  .map(([parts, total, boundary, delta]) => {
    const current = total === null || sum(parts) === 0 ? parts : scaled(parts, total);
    return { current, percents: moveBoundary(toPercents(current), boundary, delta) };
  });

/** Whole weights with a given total: the last takes what rounding leaves. */
function scaled(parts: readonly number[], total: number): readonly number[] {
  const floors = parts.map((part) => Math.floor((part / sum(parts)) * total));
  const rest = total - sum(floors);
  return floors.map((part, index) => (index === 0 ? part + rest : part));
}

describe('weights written for percents that were moved', () => {
  test('are whole, never negative, and total what they did, or 100', () => {
    fc.assert(
      fc.property(moves, ({ current, percents }) => {
        const wanted = weightsOfPercents(current, percents);
        const total = sum(current);
        expect(wanted).toHaveLength(current.length);
        expect(wanted.every((weight) => Number.isInteger(weight) && weight >= 0)).toBe(true);
        expect(sum(wanted)).toBe(total > 100 && total % 100 === 0 ? total : 100);
      }),
    );
  });

  test('show the percents that were asked for, to within rounding', () => {
    fc.assert(
      fc.property(moves, ({ current, percents }) => {
        const shown = toPercents(weightsOfPercents(current, percents));
        shown.forEach((percent, index) => {
          expect(Math.abs(percent - (percents[index] ?? 0))).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  test('leave destinations alone that did not move, where the total is kept', () => {
    fc.assert(
      fc.property(moves, ({ current, percents }) => {
        const total = sum(current);
        fc.pre(total > 100 && total % 100 === 0);
        const before = toPercents(current);
        const wanted = weightsOfPercents(current, percents);
        percents.forEach((percent, index) => {
          if (percent === before[index]) expect(wanted[index]).toBe(current[index]);
        });
      }),
    );
  });

  test.each([
    ['out of 100', [90, 10], [50, 50], [50, 50]],
    ['out of 1000', [900, 100], [50, 50], [500, 500]],
    ['thirds', [1, 1, 1], [50, 17, 33], [50, 17, 33]],
    ['a third version that did not move', [595, 400, 5], [50, 50, 0], [498, 497, 5]],
    ['nothing configured', [0, 0], [70, 30], [70, 30]],
    ['more than Gateway API takes', [1_000_000, 1_000_000], [100, 0], [100, 0]],
  ])('%s', (_, current, percents, wanted) => {
    expect(weightsOfPercents(current, percents)).toEqual(wanted);
  });
});
