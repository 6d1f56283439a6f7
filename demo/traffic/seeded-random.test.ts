import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '@/demo/traffic/seeded-random';

/** Mean and variance of many draws. */
function moments(draw: () => number, draws = 20_000): { mean: number; variance: number } {
  const values = Array.from({ length: draws }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws;
  return { mean, variance };
}

describe('SeededRandom', () => {
  it('repeats for a seed and differs between seeds', () => {
    const draws = (seed: number): number[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(draws(5)).toEqual(draws(5));
    expect(draws(5)).not.toEqual(draws(6));
  });

  it.each([0.3, 4, 29, 31, 400])('draws Poisson counts with mean and variance %d', (expected) => {
    const random = new SeededRandom(1);
    const { mean, variance } = moments(() => random.poisson(expected));
    expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(expected / 20_000));
    expect(variance / expected).toBeGreaterThan(0.93);
    expect(variance / expected).toBeLessThan(1.07);
  });

  it.each([
    [10, 0.5],
    [40, 0.1],
    [500, 0.01],
    [500, 0.3],
    [500, 0.995],
  ])(
    'draws binomial counts of %d trials at %d with the right mean and variance',
    (trials, share) => {
      const random = new SeededRandom(2);
      const { mean, variance } = moments(() => random.binomial(trials, share));
      const expected = trials * share * (1 - share);
      expect(Math.abs(mean - trials * share)).toBeLessThan(5 * Math.sqrt(expected / 20_000));
      expect(variance / expected).toBeGreaterThan(0.92);
      expect(variance / expected).toBeLessThan(1.08);
    },
  );

  it('splits a total without losing or inventing any part', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.integer(),
        (total, shares, seed) => {
          const parts = new SeededRandom(seed).multinomial(total, shares);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
          expect(parts.every((part) => part >= 0 && Number.isInteger(part))).toBe(true);
        },
      ),
    );
  });

  it('gives nothing to a share of zero', () => {
    const random = new SeededRandom(3);
    for (let draw = 0; draw < 200; draw += 1) {
      expect(random.multinomial(50, [1, 0, 1])[1]).toBe(0);
      expect(random.multinomial(50, [1, 1, 0])[2]).toBe(0);
    }
  });
});
