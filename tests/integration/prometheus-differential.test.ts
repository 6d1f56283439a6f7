import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPrometheusApi, type PrometheusApi } from '@/demo/prometheus/api-server';
import { DIFFERENTIAL_QUERIES } from '@/tests/integration/prometheus-queries';
import { askPrometheus, differenceOf } from '@/tests/support/compare-prometheus';
import { toOpenMetrics } from '@/tests/support/open-metrics';
import { startRealPrometheus, type RealPrometheus } from '@/tests/support/real-prometheus';
import {
  SEEDED_SNAPSHOTS,
  SEEDED_START_MS,
  SEEDED_STEP_MS,
  seededStore,
} from '@/tests/support/sample-metrics';

let embedded: PrometheusApi;
let real: RealPrometheus;

beforeAll(async () => {
  const store = seededStore(7);
  real = await startRealPrometheus({ openMetrics: toOpenMetrics(store) });
  embedded = await startPrometheusApi({ store, host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await embedded.close();
  await real.close();
});

async function differences(
  path: string,
  queries: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Promise<string[]> {
  const found: string[] = [];
  for (const query of queries) {
    const asked = { query, ...parameters };
    const [expected, answer] = await Promise.all([
      askPrometheus(real.url, path, asked),
      askPrometheus(embedded.url, path, asked),
    ]);
    const orderMatters = path === 'query' && /^(sort|sort_desc)\((temperature|level)/.test(query);
    const difference = differenceOf(expected, answer, { orderMatters });
    if (difference !== null) found.push(`${query}: ${difference}`);
  }
  return found;
}

const END_MS = SEEDED_START_MS + (SEEDED_SNAPSHOTS - 1) * SEEDED_STEP_MS;

describe('the embedded Prometheus answers as a real one holding the same samples', () => {
  it.each([
    ['on the newest sample', END_MS],
    ['between two samples', SEEDED_START_MS + 1_111_111],
    ['on a full minute', Date.UTC(2026, 0, 15, 8, 20)],
    ['shortly after the first sample', SEEDED_START_MS + 12_345],
    ['after the last sample, within lookback', END_MS + 200_000],
    ['after everything', END_MS + 900_000],
  ])('to instant queries %s', async (_when, atMs) => {
    const time = String(atMs / 1000);
    expect(await differences('query', DIFFERENTIAL_QUERIES, { time })).toEqual([]);
  });

  it.each([
    ['steps that fall on samples', SEEDED_START_MS + 600_000, 15],
    ['steps that fall between samples', SEEDED_START_MS - 61_500, 47.3],
  ])('to range queries with %s', async (_which, startMs, stepSeconds) => {
    const range = {
      start: String(startMs / 1000),
      end: String((startMs + stepSeconds * 60_000) / 1000),
      step: String(stepSeconds),
    };
    expect(await differences('query_range', DIFFERENTIAL_QUERIES, range)).toEqual([]);
  });
});
