import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SpanRecord } from '@/demo/jaeger/trace-store';
import { traceJson } from '@/demo/jaeger/trace-json';
import { Jaeger, type JaegerGeneration } from '@/tests/real/cluster/jaeger';
import { OtlpExporter } from '@/tests/real/traffic/otlp-exporter';
import { until } from '@/tests/support/start-fanari';

const traceId = randomBytes(16).toString('hex');
const startMicros = (Date.now() - 5000) * 1000;

/** A gateway that calls reviews, which fails. */
const SPANS: readonly SpanRecord[] = [
  span('1'.repeat(16), null, 'istio-ingressgateway.istio-system', 'client', {}),
  span('2'.repeat(16), '1'.repeat(16), 'reviews.bookinfo', 'server', { error: true }),
];

function span(
  spanId: string,
  parentSpanId: string | null,
  service: string,
  kind: 'client' | 'server',
  more: SpanRecord['tags'],
): SpanRecord {
  return {
    ...{ traceId, spanId, parentSpanId, service },
    operation: 'reviews.bookinfo.svc.cluster.local:9080/*',
    startMicros: startMicros + (parentSpanId === null ? 0 : 1200),
    durationMicros: parentSpanId === null ? 9000 : 6500,
    tags: { 'span.kind': kind, 'http.status_code': '503', ...more },
    processTags: { hostname: `${service}-pod`, ip: '10.0.0.1' },
  };
}

interface JaegerTrace {
  readonly traceID: string;
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  readonly spans: readonly {
    readonly spanID: string;
    readonly operationName: string;
    readonly startTime: number;
    readonly duration: number;
    readonly references: readonly { readonly refType: string; readonly spanID: string }[];
    readonly processID: string;
    readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  }[];
}

/** What clients of the query API rely on, whatever else a Jaeger adds. */
function essence({ traceID, processes, spans }: JaegerTrace): unknown {
  return {
    traceID,
    spans: spans
      .map(({ spanID, operationName, startTime, duration, references, processID, tags }) => ({
        ...{ spanID, operationName, startTime, duration },
        service: processes[processID]?.serviceName,
        parents: references.map(({ refType, spanID: parent }) => `${refType} ${parent}`),
        tags: tags
          .filter(({ key }) => SPANS.some((sent) => key in sent.tags))
          .map(({ key, value }) => `${key}=${String(value)}`)
          .toSorted(),
      }))
      .toSorted((a, b) => (a.spanID < b.spanID ? -1 : 1)),
  };
}

describe.each<JaegerGeneration>(['v1', 'v2'])('a real Jaeger %s', (generation) => {
  let jaeger: Jaeger;

  beforeAll(async () => {
    jaeger = await Jaeger.start(generation);
    const exporter = new OtlpExporter(jaeger.otlpUrl);
    exporter.add(SPANS);
    await exporter.drained();
    expect(exporter.faults).toEqual([]);
  });

  afterAll(() => jaeger.stop());

  async function ask(path: string): Promise<unknown> {
    const { data } = (await (await fetch(jaeger.url + path)).json()) as { readonly data: unknown };
    return data ?? [];
  }

  async function traces(path: string): Promise<readonly JaegerTrace[]> {
    return (await ask(path)) as readonly JaegerTrace[];
  }

  test('answers with the trace that it was sent as the embedded Jaeger would', async () => {
    const path = `/api/traces/${traceId}`;
    const trace = async () => (await traces(path))[0];
    await until('the trace', async () => (await trace())?.spans.length === SPANS.length);
    const found = await trace();
    if (found === undefined) throw new Error('the trace is gone');
    expect(essence(found)).toEqual(essence(traceJson(SPANS) as unknown as JaegerTrace));
  });

  test('finds it by the service, as Fanari asks', async () => {
    const query = new URLSearchParams({
      service: 'reviews.bookinfo',
      limit: '20',
      start: String(startMicros - 60_000_000),
      end: String(startMicros + 60_000_000),
    });
    const found = await traces(`/api/traces?${query.toString()}`);
    expect(found.map(({ traceID }) => traceID)).toEqual([traceId]);
    expect(await ask('/api/services')).toEqual(
      expect.arrayContaining(['istio-ingressgateway.istio-system', 'reviews.bookinfo']),
    );
  });
});
