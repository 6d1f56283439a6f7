import { describe, expect, test } from 'vitest';
import { writtenText } from '@/components/panels/written-text';
import { findSplits } from '@/mesh/splits/find-splits';
import { aTopology, aVirtualService } from '@/mesh/testing/topology-builders';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';

const [sample] = findSplits({
  topology: aTopology({
    config: [
      aVirtualService('bookinfo', 'reviews', {
        hosts: ['reviews'],
        http: [
          {
            route: [
              { destination: { host: 'reviews', subset: 'v1' }, weight: 50 },
              { destination: { host: 'reviews', subset: 'v2' }, weight: 50 },
            ],
          },
        ],
      }),
    ],
  }),
  telemetry: null,
});
if (sample === undefined) throw new Error('no split');
const split: TrafficSplit = sample;

const change: WeightChange = {
  object: split.object,
  apiVersion: split.apiVersion,
  rulePointer: split.rulePointer,
  ruleText: split.ruleText,
  seen: [],
  wanted: [50, 50],
};
const WRITTEN_MS = 1_000_000;
const at = (afterMs: number, over: Partial<TrafficSplit> = {}, wanted = [50, 50]) =>
  writtenText(
    { change: { ...change, wanted }, receivedAtMs: WRITTEN_MS },
    { ...split, ...over },
    WRITTEN_MS + afterMs,
    60,
  );

describe('what is said of weights that were written', () => {
  test('until they are read back nothing is said of traffic', () => {
    expect(at(500, {}, [10, 90])).toMatchObject({ words: 'set; reading it back', isRead: false });
    expect(at(500, { agreement: 'agrees' }, [10, 90]).isRead).toBe(false);
  });

  test('other weights after that are somebody else’s, and are named', () => {
    expect(at(5000, {}, [10, 90]).words).toBe('was changed again since, to 50 / 50');
  });

  test('traffic from before explains a difference for as long as the window', () => {
    expect(at(20_000, { agreement: 'differs' }).words).toContain('1 min');
    expect(at(20_000, { agreement: 'agrees' })).toMatchObject({ status: 'healthy' });
  });

  test('waiting ends: after the window a difference is a failure with its reason', () => {
    const late = at(95_000, { agreement: 'differs', agreementReason: 'v1 gets 90 %' });
    expect(late).toMatchObject({ status: 'failing', reason: 'v1 gets 90 %' });
  });

  test('what cannot be compared says so and why, and is not waited for', () => {
    const text = at(20_000, { agreement: 'unknown', agreementReason: '3 requests' });
    expect(text).toMatchObject({ status: 'unknown', reason: '3 requests' });
    expect(text.words).not.toContain('wait');
  });

  test('a rule that is not in view is not called unset', () => {
    expect(writtenText({ change, receivedAtMs: 1 }, null, 0, 60).words).toBe('set; not in view');
  });
});
