import { describe, expect, test } from 'vitest';
import { clockOffset } from '@/mesh/clock-offset';
import {
  aClusterDiagnosis,
  aMetricDiagnosis,
  doctorFacts,
  said,
} from '@/mesh/testing/doctor-facts';

describe('clocks', () => {
  test('a Date tells whole seconds, so that even a swift answer leaves a second open', () => {
    // Sent at 10 000.2 s, answered at 10 000.3 s by a clock that says 10 000 s and is right.
    const offset = clockOffset(10_000_000, 10_000_200, 10_000_300);
    expect(offset).toEqual({ minMs: -300, maxMs: 800 });
    expect(offset.minMs <= 0 && offset.maxMs >= 0).toBe(true);
  });

  test.each([
    // Half a minute away at least: the shortest window is looked for where there is nothing.
    [{ minMs: 31_000, maxMs: 32_100 }, 'error', 'ahead by 31.6 s (± 0.6 s)'],
    [{ minMs: -6100, maxMs: -5000 }, 'warning', 'behind by 5.5 s (± 0.6 s)'],
  ])('%j is told as %s, with its uncertainty', (clock, severity, text) => {
    const [found] = said(doctorFacts({ metrics: aMetricDiagnosis({ clock }) }), 'clock-differs');
    expect(found).toMatchObject({
      severity,
      title: 'The clock of Prometheus differs from Fanari’s',
    });
    expect(found?.seen).toContain(text);
  });

  test('what a slow answer leaves open is not called a difference', () => {
    const clock = { minMs: -9000, maxMs: 900 };
    const facts = doctorFacts({ cluster: aClusterDiagnosis({ clock }) });
    expect(said(facts, 'clock-differs')).toEqual([]);
    expect(said(facts, 'clocks-agree')[0]?.seen).toContain('± 5.0 s');
  });

  test('a clock that was not told is unknown', () => {
    const facts = doctorFacts({ cluster: aClusterDiagnosis({ clock: null }) });
    expect(said(facts, 'clock-unknown')).toMatchObject([{ severity: 'unknown' }]);
    expect(said(doctorFacts(), 'clock-unknown')).toEqual([]);
  });

  test('of what does not answer no clock is missed', () => {
    const metrics = aMetricDiagnosis({ fault: 'away', clock: null });
    expect(said(doctorFacts({ metrics }), 'clock-unknown')).toEqual([]);
  });
});
