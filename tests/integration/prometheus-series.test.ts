import { expect, test } from 'vitest';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { PrometheusClient } from '@/server/adapters/prometheus/client';
import { seriesQueries } from '@/server/adapters/prometheus/queries';
import type { SeriesSelector } from '@/server/ports';
import { startRealPrometheus } from '@/tests/support/real-prometheus';
import { silentObserver } from '@/tests/support/silent-observer';

const START_SECONDS = 1_780_000_000;

/** Minutes of counters that grow evenly, as a real Prometheus imports them. */
function history(series: readonly (readonly [labels: string, perSecond: number])[]): string {
  const lines = series.flatMap(([labels, perSecond]) =>
    Array.from({ length: 61 }, (_, step) => {
      const seconds = START_SECONDS + step * 5;
      return `istio_requests_total{reporter="source",${labels}} ${perSecond * step * 5} ${seconds}`;
    }),
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

/** The error ratio that a real Prometheus gives for these series, by Fanari's own query. */
async function errorRatio(series: Parameters<typeof history>[0]): Promise<number | null> {
  const real = await startRealPrometheus({ openMetrics: history(series) });
  try {
    const endpoint = new HttpEndpoint('prometheus', {
      url: real.url,
      bearerTokenFile: null,
      caFile: null,
      insecureSkipVerify: false,
      timeoutMs: 20_000,
    });
    const client = new PrometheusClient(endpoint, silentObserver);
    const traffic: SeriesSelector = {
      source: {},
      destination: {},
      destinationServices: [],
      destinationServiceName: null,
      protocol: null,
    };
    const query = seriesQueries(traffic, 60).errorRatio;
    const atMs = (START_SECONDS + 240) * 1000;
    const answer = await client.query('series', query, atMs, new AbortController().signal);
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value[0]?.value ?? null;
  } finally {
    await real.close();
  }
}

test('requests whose outcome the metrics do not tell are in neither part of an error ratio', async () => {
  const ratio = await errorRatio([
    ['request_protocol="http",response_code="200"', 6],
    ['request_protocol="http",response_code="503"', 1],
    ['request_protocol="http",destination_workload="other"', 100],
    ['request_protocol="grpc",response_code="200",grpc_response_status="0"', 2],
    ['request_protocol="grpc",response_code="200",grpc_response_status="14"', 1],
    ['request_protocol="grpc",response_code="200"', 100],
  ]);
  // Two of ten: 6 + 1 + 2 + 1 told, of which 503 and gRPC 14 failed.
  expect(ratio).toBeCloseTo(0.2, 9);
});

test('an error ratio is zero where all is told and nothing failed, and unknown where nothing is told', async () => {
  expect(await errorRatio([['request_protocol="http",response_code="200"', 6]])).toBe(0);
  expect(await errorRatio([['request_protocol="http"', 6]])).toBeNull();
});
