import { describe, expect, it } from 'vitest';
import { aggregateEdges } from '@/components/graph/fold/aggregate-edges';
import {
  httpRates,
  mtlsOf,
  NO_RATES,
  sampleEdge,
  tcpRates,
} from '@/tests/support/sample-graph-parts';

const quiet = sampleEdge('a', 'b', httpRates(10, 0, 5));
const failing = sampleEdge('a', 'c', httpRates(30, 0.2, 5));
const unmeasured = sampleEdge('a', 'd', NO_RATES, { mtls: mtlsOf('unknown') });

describe('aggregateEdges', () => {
  it('adds rates and weighs error ratios by them', () => {
    const figures = aggregateEdges([quiet, failing]);
    expect(figures.rps).toBe(40);
    expect(figures.errorRatio).toBeCloseTo(6 / 40, 12);
    expect(figures.health).toBe('failing');
  });

  it('is unknown, not zero, when nothing was measured', () => {
    const figures = aggregateEdges([unmeasured, unmeasured]);
    expect([figures.rps, figures.errorRatio, figures.bytesPerSecond]).toEqual([null, null, null]);
  });

  it('adds what is known when a part is unknown', () => {
    expect(aggregateEdges([quiet, unmeasured]).rps).toBe(10);
  });

  it('never makes a latency or a share out of several edges', () => {
    const one = aggregateEdges([quiet]);
    const two = aggregateEdges([quiet, quiet]);
    expect(one.latencyMsP95).toBe(quiet.latencyMsP95);
    expect([two.latencyMsP95, two.share]).toEqual([null, null]);
  });

  it('is never encrypted while a part is unknown', () => {
    const encrypted = sampleEdge('a', 'b', httpRates(10, 0, 5), { mtls: mtlsOf('encrypted') });
    expect(aggregateEdges([encrypted, unmeasured]).verdict).toBe('unknown');
  });

  it('counts TCP bytes in both directions', () => {
    expect(aggregateEdges([sampleEdge('a', 'b', tcpRates(1000))]).bytesPerSecond).toBe(1000);
  });
});
