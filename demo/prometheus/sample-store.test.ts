import { describe, expect, it } from 'vitest';
import { PromqlEngine } from '@/demo/prometheus/promql/engine';
import { SampleStore } from '@/demo/prometheus/sample-store';

async function valuesOf(store: SampleStore, query: string, atMs: number): Promise<number[]> {
  const result = await new PromqlEngine(store).instant(query, atMs);
  if (result.type === 'vector') return result.elements.map((element) => element.value);
  return result.type === 'matrix' ? result.series.flatMap((series) => series.values) : [];
}

function bare(options: { retentionMs?: number; maxBytes?: number } = {}): SampleStore {
  return new SampleStore({ selfLabels: null, ...options });
}

describe('SampleStore', () => {
  it('keeps what a series was worth at each snapshot, however it is written later', async () => {
    const store = bare();
    const requests = store.counter('requests_total', 'Requests.', { app: 'a' });
    for (let index = 1; index <= 3; index++) {
      requests.add(index);
      store.snapshot(index * 1000);
    }
    expect(await valuesOf(store, 'requests_total[10s]', 3000)).toEqual([1, 3, 6]);
  });

  it('gives the same series for the same labels in any order, empty ones being none', async () => {
    const store = bare();
    store.counter('requests_total', '', { a: '1', b: '2' }).add(1);
    store.counter('requests_total', '', { b: '2', a: '1', c: '' }).add(1);
    store.snapshot(1000);
    expect(await valuesOf(store, 'requests_total', 1000)).toEqual([2]);
    expect(store.seriesCount).toBe(1);
  });

  it('counts an observation in every bucket that holds it, in the sum and in the count', async () => {
    const store = bare();
    const duration = store.histogram('duration', '', [1, 5], {});
    duration.observe(1);
    duration.observe(3, 2);
    duration.observe(9);
    store.snapshot(1000);
    expect(await valuesOf(store, 'duration_bucket{le="1"}', 1000)).toEqual([1]);
    expect(await valuesOf(store, 'duration_bucket{le="5"}', 1000)).toEqual([3]);
    expect(await valuesOf(store, 'duration_bucket{le="+Inf"}', 1000)).toEqual([4]);
    expect(await valuesOf(store, 'duration_sum', 1000)).toEqual([16]);
    expect(await valuesOf(store, 'duration_count', 1000)).toEqual([4]);
  });

  it('has no sample of a series before its birth nor after its end', async () => {
    const store = bare();
    store.snapshot(1000);
    const handle = store.counter('late_total', '', {});
    handle.add(5);
    store.snapshot(2000);
    store.endSeries('late_total', {});
    store.snapshot(3000);
    handle.add(1);
    store.snapshot(4000);
    expect(await valuesOf(store, 'late_total[10s]', 4000)).toEqual([5, 1]);
    expect(await valuesOf(store, 'count_over_time(late_total[1s] offset 1s)', 4000)).toEqual([1]);
  });

  it('tells a measured NaN from no sample', async () => {
    const store = bare();
    store.gauge('level', '', {}).set(Number.NaN);
    store.snapshot(1000);
    expect(await valuesOf(store, 'level', 1000)).toEqual([Number.NaN]);
  });

  it('drops snapshots that are older than retention', async () => {
    const store = bare({ retentionMs: 5000 });
    store.gauge('level', '', {}).set(1);
    for (let timeMs = 1000; timeMs <= 60_000; timeMs += 1000) store.snapshot(timeMs);
    expect(await valuesOf(store, 'count_over_time(level[1h])', 60_000)).toEqual([6]);
    expect(store.effectiveRetentionMs()).toBe(5000);
  });

  it('shortens retention, and says so, rather than grow past its size', () => {
    const maxBytes = 100_000;
    const store = bare({ retentionMs: 3_600_000, maxBytes });
    const levels = Array.from({ length: 100 }, (_each, index) =>
      store.gauge('level', '', { i: String(index) }),
    );
    for (let second = 1; second <= 600; second++) {
      for (const level of levels) level.set(Math.sin(second));
      store.snapshot(second * 1000);
      expect(store.sampleBytes).toBeLessThanOrEqual(maxBytes);
    }
    const heldMs = 600_000 - (store.view().timesMs[0] ?? 0);
    expect(heldMs).toBeGreaterThan(60_000);
    expect(Math.abs(store.effectiveRetentionMs() - heldMs)).toBeLessThan(40_000);
  });

  it('keeps two hours of a thousand counters at one sample a second in under two bytes each', () => {
    const store = bare();
    const counters = Array.from({ length: 1000 }, (_each, index) =>
      store.counter('requests_total', '', { i: String(index) }),
    );
    for (let second = 1; second <= 7200; second++) {
      for (let index = second % 3; index < 1000; index += 3) counters[index]?.add(index % 20);
      store.snapshot(second * 1000);
    }
    expect(store.view().timesMs).toHaveLength(7200);
    expect(store.sampleBytes / 7_200_000).toBeLessThan(2);
  });

  it('forgets ended series when their samples are gone, so that churn costs nothing', async () => {
    const store = bare({ retentionMs: 5000 });
    for (let index = 0; index < 1000; index++) {
      const labels = { pod: `pod-${index}` };
      store.histogram('duration', '', [1, 2], labels).observe(1);
      store.snapshot((index + 1) * 1000);
      store.endSeries('duration', labels);
    }
    expect(store.seriesCount).toBeLessThan(50);
    expect(store.newestRow?.values.length).toBeLessThan(50);
    expect(await valuesOf(store, 'duration_count', 1_000_000)).toHaveLength(6);
  });

  it('takes writes of a series whose slots were given away', async () => {
    const store = bare({ retentionMs: 2000 });
    const handle = store.counter('first_total', '', {});
    handle.add(3);
    store.snapshot(1000);
    store.endSeries('first_total', {});
    for (let timeMs = 2000; timeMs < 9000; timeMs += 1000) store.snapshot(timeMs);
    store.counter('second_total', '', {}).add(7);
    handle.add(1);
    store.snapshot(10_000);
    expect(await valuesOf(store, 'first_total', 10_000)).toEqual([1]);
    expect(await valuesOf(store, 'second_total', 10_000)).toEqual([7]);
  });

  it('takes a snapshot of 350,000 series in far less time than a scrape interval', () => {
    const store = bare();
    const bounds = Array.from({ length: 19 }, (_each, index) => index + 1);
    for (let index = 0; index < 16_000; index++) {
      store.histogram('duration', '', bounds, { workload: `w-${index}` }).observe(5);
    }
    const startedMs = performance.now();
    for (let timeMs = 1000; timeMs <= 10_000; timeMs += 1000) store.snapshot(timeMs);
    expect(store.seriesCount).toBe(352_000);
    expect((performance.now() - startedMs) / 10).toBeLessThan(100);
  });

  it.each<[string, (store: SampleStore) => void]>([
    [
      'time that does not grow',
      (store) => {
        store.snapshot(1000);
        store.snapshot(1000);
      },
    ],
    [
      'a counter that falls',
      (store) => {
        store.counter('a', '', {}).add(-1);
      },
    ],
    [
      'one name of two types',
      (store) => {
        store.counter('a', '', {});
        store.gauge('a', '', {});
      },
    ],
    [
      'a name that a histogram has',
      (store) => {
        store.histogram('a', '', [1], {});
        store.counter('a_sum', '', {});
      },
    ],
    [
      'buckets that do not grow',
      (store) => {
        store.histogram('a', '', [2, 1], {});
      },
    ],
    [
      'other buckets for one name',
      (store) => {
        store.histogram('a', '', [1], {});
        store.histogram('a', '', [2], {});
      },
    ],
    [
      'a bad metric name',
      (store) => {
        store.counter('a-b', '', {});
      },
    ],
    [
      'a bad label name',
      (store) => {
        store.counter('a', '', { 'x.y': '1' });
      },
    ],
    [
      'le on a histogram',
      (store) => {
        store.histogram('a', '', [1], { le: '1' });
      },
    ],
  ])('refuses %s', (_what, act) => {
    expect(() => {
      act(bare());
    }).toThrow();
  });
});
