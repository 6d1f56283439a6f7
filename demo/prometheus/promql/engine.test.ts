import { describe, expect, it } from 'vitest';
import { PromqlEngine } from '@/demo/prometheus/promql/engine';
import { SampleStore } from '@/demo/prometheus/sample-store';

/** One gauge series per entry, a sample every ten seconds from 0; `null`: no sample. */
function engineWith(series: Readonly<Record<string, readonly (number | null)[]>>): PromqlEngine {
  const store = new SampleStore({ selfLabels: null });
  const length = Math.max(...Object.values(series).map((values) => values.length));
  for (let index = 0; index < length; index++) {
    for (const [text, values] of Object.entries(series)) {
      const [name = '', ...pairs] = text.split(/[{},]/).filter((part) => part !== '');
      const labels = Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]));
      const value = values[index] ?? null;
      if (value === null) store.endSeries(name, labels);
      else store.gauge(name, '', labels).set(value);
    }
    store.snapshot(index * 10_000);
  }
  return new PromqlEngine(store);
}

async function answer(
  engine: PromqlEngine,
  query: string,
  seconds: number,
): Promise<Record<string, number>> {
  const result = await engine.instant(query, seconds * 1000);
  if (result.type === 'scalar') return { scalar: result.value };
  if (result.type !== 'vector') throw new Error(`a ${result.type}`);
  return Object.fromEntries(
    result.elements.map(({ labels, value }) => [
      labels
        .entries()
        .map((pair) => pair.join('='))
        .join(),
      value,
    ]),
  );
}

describe('rate', () => {
  it('adds what a reset took away', async () => {
    const engine = engineWith({ m: [0, 10, 20, 5, 15, 25, 35] });
    expect(await answer(engine, 'increase(m[1m])', 60)).toEqual({ '': 55 });
  });

  it('does not stretch a counter back past the moment when it was zero', async () => {
    const engine = engineWith({ m: [null, null, 1, 11, 21, 31] });
    // Samples at 20..50 s grow by 30 in 30 s; zero was one second before the first, and the end is met exactly.
    const found = await answer(engine, 'increase(m[50s])', 50);
    expect(found['']).toBeCloseTo(31, 10);
  });

  it('stretches by half an interval where the edge of the range is far', async () => {
    const engine = engineWith({ m: [1000, 1010, 1020, 1030, null, null, null] });
    const found = await answer(engine, 'increase(m[60s])', 60);
    // 30 over 30 s of samples, which begin on the edge and end 30 s before it.
    expect(found['']).toBeCloseTo(35, 10);
  });

  it('needs two samples', async () => {
    const engine = engineWith({ m: [1, 2] });
    expect(await answer(engine, 'rate(m[9s])', 10)).toEqual({});
  });

  it('counts samples on both edges of the range', async () => {
    const engine = engineWith({ m: [1, 2, 3, 4] });
    expect(await answer(engine, 'count_over_time(m[20s])', 30)).toEqual({ '': 3 });
  });
});

describe('an instant selector', () => {
  const engine = engineWith({ m: [1, ...Array.from({ length: 60 }, () => null)] });

  it('finds a sample that is exactly five minutes old', async () => {
    expect(await answer(engine, 'm', 300)).toEqual({ '__name__=m': 1 });
  });

  it('finds none that is older', async () => {
    expect(await answer(engine, 'm', 300.001)).toEqual({});
  });
});

describe('histogram_quantile', () => {
  const engine = engineWith({
    'h{le=1}': [1],
    'h{le=2}': [3],
    'h{le=4}': [4],
    'h{le=+Inf}': [5],
  });

  it.each([
    [0.2, 1],
    [0.4, 1.5],
    [0.7, 3],
    [0.95, 4],
    [1.1, Number.POSITIVE_INFINITY],
    [-1, Number.NEGATIVE_INFINITY],
  ])('interpolates: %d is %d', async (quantile, expected) => {
    const found = await answer(engine, `histogram_quantile(${quantile}, h)`, 0);
    expect(found['']).toBeCloseTo(expected, 10);
  });
});

describe('vector matching', () => {
  const engine = engineWith({
    'a{x=1,y=1}': [1],
    'a{x=1,y=2}': [2],
    'a{x=2,y=1}': [3],
    'b{x=1,z=p}': [10],
    'b{x=3,z=q}': [20],
  });

  it('gives many-to-one results the labels of the many and those included', async () => {
    expect(await answer(engine, 'a * on (x) group_left (z) b', 0)).toEqual({
      'x=1,y=1,z=p': 10,
      'x=1,y=2,z=p': 20,
    });
  });

  it('refuses to guess which of several matches is meant', async () => {
    await expect(answer(engine, 'a * on (x) b', 0)).rejects.toThrow(
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    );
    await expect(answer(engine, 'b * on (x) a', 0)).rejects.toThrow(
      'many-to-many matching not allowed: matching labels must be unique on one side',
    );
  });

  it('refuses two elements with the same labels', async () => {
    await expect(answer(engine, 'label_replace(a, "y", "", "", "")', 0)).rejects.toThrow(
      'vector cannot contain metrics with the same labelset',
    );
  });

  it('keeps for "unless" what has no match and for "and" what has one', async () => {
    expect(await answer(engine, 'a unless on (x) b', 0)).toEqual({ '__name__=a,x=2,y=1': 3 });
    expect(Object.keys(await answer(engine, 'a and on (x) b', 0))).toHaveLength(2);
  });
});

describe('a range query', () => {
  it('keeps a series in one piece when it comes from either side of "or"', async () => {
    const engine = engineWith({ 'a{x=1}': [1, 2, 3, 4] });
    const query = 'sum by (x) (a > 2) or sum by (x) (a * 10)';
    const result = await engine.range(query, { startMs: 0, endMs: 30_000, stepMs: 10_000 });
    expect(result).toMatchObject({ series: [{ values: [10, 20, 3, 4] }] });
  });

  it('takes new series into account in the next query', async () => {
    const store = new SampleStore({ selfLabels: null });
    const engine = new PromqlEngine(store);
    store.gauge('m', '', { x: '1', y: 'a' }).set(1);
    store.snapshot(1000);
    expect(await answer(engine, 'sum by (y) (m)', 1)).toEqual({ 'y=a': 1 });
    store.gauge('m', '', { x: '2', y: 'a' }).set(5);
    store.gauge('m', '', { x: '3', y: 'b', fresh: 'z' }).set(7);
    store.snapshot(2000);
    expect(await answer(engine, 'sum by (y) (m)', 2)).toEqual({ 'y=a': 6, 'y=b': 7 });
    expect(await answer(engine, 'sum without (x) (m)', 2)).toEqual({ 'y=a': 6, 'fresh=z,y=b': 7 });
    expect(await answer(engine, 'm * 1', 1)).toEqual({ 'x=1,y=a': 1 });
  });
});

describe('limits', () => {
  it('ends a query that takes too long', async () => {
    const engine = engineWith({ m: [1] });
    const limits = { timeoutMs: 30, signal: null };
    const range = { startMs: 0, endMs: 1e12, stepMs: 1 };
    await expect(engine.range('m + m', range, limits)).rejects.toMatchObject({ type: 'timeout' });
  });

  it('ends a query that nobody waits for', async () => {
    const engine = engineWith({ m: [1] });
    const gone = new AbortController();
    const limits = { timeoutMs: 60_000, signal: gone.signal };
    const running = engine.range('m + m', { startMs: 0, endMs: 1e12, stepMs: 1 }, limits);
    gone.abort();
    await expect(running).rejects.toMatchObject({ type: 'canceled' });
  });
});
