import { afterEach, describe, expect, it } from 'vitest';
import { startPrometheusApi } from '@/demo/prometheus/api-server';
import {
  askPrometheus,
  differenceOf,
  type ComparableAnswer,
} from '@/tests/support/compare-prometheus';
import { startRealPrometheus } from '@/tests/support/real-prometheus';
import { SeededMetrics } from '@/tests/support/sample-metrics';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const QUERIES = [
  '{__name__=~"istio.*|temperature|weight|strange|odd_bucket"}[5m]',
  'sum by (reporter, response_code) (rate(istio_requests_total[20s]))',
  'histogram_quantile(0.9, sum by (le) (rate(istio_request_duration_milliseconds_bucket[20s])))',
];

describe('a real Prometheus that scrapes the embedded one', () => {
  it('stores the very samples that the embedded one answers from', async () => {
    const metrics = new SeededMetrics(3);
    const firstMs = Date.now() - 60_000;
    metrics.advance(firstMs);
    const embedded = await startPrometheusApi({ store: metrics.store, host: '127.0.0.1', port: 0 });
    closing.push(embedded.close);
    const real = await startRealPrometheus({
      scrapeUrl: `${embedded.url}/metrics`,
      scrapeIntervalMs: 100,
    });
    closing.push(real.close);
    for (let snapshot = 1; snapshot <= 8; snapshot++) {
      const atMs = firstMs + snapshot * 5000;
      await untilScraped(real.url, atMs - 5000);
      metrics.advance(atMs);
    }
    const lastMs = firstMs + 40_000;
    await untilScraped(real.url, lastMs);
    for (const query of QUERIES) {
      const asked = { query, time: String(lastMs / 1000) };
      const expected = await askPrometheus(real.url, 'query', asked);
      expect(expected.samples.size).toBeGreaterThan(0);
      const found = await askPrometheus(embedded.url, 'query', asked);
      expect(differenceOf(expected, found)).toBeNull();
    }
    for (const path of ['metadata?metric=istio_requests_total', 'metadata?metric=temperature']) {
      const [expected, found] = await Promise.all(
        [real, embedded].map(async ({ url }) => (await fetch(`${url}/api/v1/${path}`)).text()),
      );
      expect(JSON.parse(found ?? '')).toEqual(JSON.parse(expected ?? ''));
    }
  });
});

async function untilScraped(url: string, atMs: number): Promise<void> {
  const asked = { query: 'timestamp(constant)', time: String(atMs / 1000) };
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer: ComparableAnswer = await askPrometheus(url, 'query', asked);
    if ([...answer.samples.values()].some((seconds) => seconds * 1000 === atMs)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the snapshot at ${atMs} was not scraped`);
}
