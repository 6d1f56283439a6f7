import { describe, expect, it } from 'vitest';
import { sourceRate } from '@/demo/traffic/flow/source-rate';

const DAY_MS = 86_400_000;
const MINUTES = Array.from({ length: 1440 }, (_, minute) => minute * 60_000);

describe('the rate of a source', () => {
  const rates = MINUTES.map((atMs) => sourceRate(100, atMs, 0.3));

  it('is its mean over a day', () => {
    expect(rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toBeCloseTo(100, 0);
  });

  it('is higher in the afternoon than in the night, and moves from minute to minute by little', () => {
    const hour = (from: number): number =>
      rates.slice(from * 60, from * 60 + 60).reduce((sum, rate) => sum + rate, 0) / 60;
    expect(hour(13)).toBeGreaterThan(1.15 * hour(1));
    const steps = rates.slice(1).map((rate, index) => Math.abs(rate - (rates[index] ?? rate)));
    expect(Math.max(...steps)).toBeLessThan(30);
    expect(steps.filter((step) => step > 1).length).toBeGreaterThan(1000);
    expect(Math.min(...rates)).toBeGreaterThan(50);
    expect(Math.max(...rates)).toBeLessThan(150);
  });

  it('is a function of time alone, and sources do not move in step', () => {
    expect(sourceRate(100, 5 * DAY_MS + 1234, 0.3)).toBe(sourceRate(100, 5 * DAY_MS + 1234, 0.3));
    const others = MINUTES.map((atMs) => sourceRate(100, atMs, 0.47));
    const opposed = rates.filter((rate, index) => rate > 100 !== (others[index] ?? 0) > 100);
    expect(opposed.length).toBeGreaterThan(100);
  });
});
