import { describe, expect, it } from 'vitest';
import {
  drawMany,
  drawMs,
  exceedance,
  fixedLatency,
  latencyOf,
  meanMs,
  mixture,
  sequence,
  SPREAD,
} from '@/demo/traffic/latency';
import { SeededRandom } from '@/demo/traffic/seeded-random';

describe('latency', () => {
  it('exceeds its median half of the time and its 95th percentile one time in twenty', () => {
    expect(exceedance(latencyOf(20), 20)).toBeCloseTo(0.5, 5);
    expect(exceedance(latencyOf(20), 20 * Math.exp(1.6448536 * SPREAD))).toBeCloseTo(0.05, 5);
  });

  it('draws with the mean that it states', () => {
    const random = new SeededRandom(1);
    const latency = mixture([
      { share: 3, latency: latencyOf(10) },
      { share: 1, latency: latencyOf(200) },
    ]);
    if (latency === null) throw new Error('a mixture of two parts exists');
    let sum = 0;
    for (let draw = 0; draw < 20_000; draw += 1) sum += drawMs(latency, random);
    expect(sum / 20_000 / meanMs(latency)).toBeGreaterThan(0.96);
    expect(sum / 20_000 / meanMs(latency)).toBeLessThan(1.04);
  });

  it('adds up when things are done one after another', () => {
    const first = [
      { share: 0.5, fixedMs: 0, medianMs: 10 },
      { share: 0.5, fixedMs: 0, medianMs: 30 },
    ];
    expect(sequence(first, latencyOf(5))).toEqual([
      { share: 0.5, fixedMs: 0, medianMs: 15 },
      { share: 0.5, fixedMs: 0, medianMs: 35 },
    ]);
  });

  it('stays small and keeps its mean however many parts it is made of', () => {
    let latency = latencyOf(1);
    for (let part = 0; part < 12; part += 1) {
      latency = sequence(latency, [
        { share: 0.7, fixedMs: 0, medianMs: 2 },
        { share: 0.3, fixedMs: 0, medianMs: 50 },
      ]);
    }
    expect(latency.length).toBeLessThanOrEqual(6);
    const median = latency.reduce((sum, mode) => sum + mode.share * mode.medianMs, 0);
    expect(median / (1 + 12 * (0.7 * 2 + 0.3 * 50))).toBeCloseTo(1, 2);
  });

  it('keeps an injected delay as it is', () => {
    const delayed = sequence(fixedLatency(2000), latencyOf(5));
    expect(exceedance(delayed, 2000)).toBe(1);
    expect(exceedance(delayed, 2100)).toBeLessThan(1e-6);
    const random = new SeededRandom(9);
    for (let draw = 0; draw < 500; draw += 1) expect(drawMs(delayed, random)).toBeGreaterThan(2000);
  });

  it('visits exactly as many draws as asked for', () => {
    const random = new SeededRandom(4);
    for (const count of [1, 8, 9, 17, 1000]) {
      let visited = 0;
      drawMany(
        [
          { share: 0.4, fixedMs: 0, medianMs: 5 },
          { share: 0.6, fixedMs: 0, medianMs: 9 },
        ],
        count,
        random,
        (_, part) => {
          visited += part;
        },
      );
      expect(visited).toBe(count);
    }
  });
});
