import { expect, test } from 'vitest';
import { carriesTraffic, noShareReason } from '@/components/ui/no-share-reason';
import type { SourceGap } from '@/mesh/gap';

const gap = (source: SourceGap['source']): SourceGap => ({
  source,
  kind: 'unreachable',
  what: 'traffic figures',
  message: 'It does not answer',
  sinceMs: 1,
});

test('with Prometheus away nothing is said of traffic, neither that there is none', () => {
  expect(noShareReason([gap('prometheus')], false)).toBe('traffic not known');
  expect(noShareReason([gap('prometheus')], true)).toBe('traffic not known');
});

test('no traffic is told from traffic without a policy, whatever else is missing', () => {
  expect(noShareReason([gap('jaeger')], false)).toBe('no traffic seen');
  expect(noShareReason([], true)).toBe('no policy reported');
});

test('a connection that stays open carries traffic, a counter that stands still does not', () => {
  expect(carriesTraffic({ rps: 0, protocol: 'http' })).toBe(false);
  expect(carriesTraffic({ rps: null, protocol: 'http' })).toBe(false);
  expect(carriesTraffic({ rps: 0.1, protocol: 'grpc' })).toBe(true);
  expect(carriesTraffic({ rps: 0, protocol: 'tcp' })).toBe(true);
});
