import { describe, expect, it } from 'vitest';
import type { AccessLogEntry } from '@/demo/kubernetes/access-log';
import { TraceMemory } from '@/demo/jaeger/trace-memory';
import type { SpanRecord } from '@/demo/jaeger/trace-store';
import { standardScenario } from '@/demo/scenario/standard-scenario';
import { compilePlan } from '@/demo/traffic/flow/compile-plan';
import { readMesh } from '@/demo/traffic/model/read-mesh';
import { FakeCluster } from '@/demo/traffic/testing/fake-cluster';
import { TraceSampler } from '@/demo/traffic/tracing/trace-sampler';

const AT_MS = 1_800_000_000_000;

function sampled(): { traces: SpanRecord[][]; spans: SpanRecord[]; log: AccessLogEntry[] } {
  const scenario = standardScenario();
  const plan = compilePlan([readMesh(new FakeCluster(scenario.objects))], scenario.application);
  const traces = new Map<string, SpanRecord[]>();
  const store = {
    add: (spans: readonly SpanRecord[]) => traces.set(spans[0]?.traceId ?? '', [...spans]),
  };
  const sampler = new TraceSampler(store, 11);
  const log: AccessLogEntry[] = [];
  sampler.accessLog((entry) => log.push(entry));
  sampler.sample(plan, AT_MS, 600, 4);
  return { traces: [...traces.values()], spans: [...traces.values()].flat(), log };
}

const { traces, spans, log } = sampled();

describe('sampled traces', () => {
  it('are about as many as asked for, all within the period', () => {
    expect(traces.length).toBeGreaterThan(1900);
    expect(traces.length).toBeLessThan(2600);
    for (const [first] of traces) {
      expect(first?.startMicros).toBeLessThanOrEqual(AT_MS * 1000 + 1000);
      expect(first?.startMicros).toBeGreaterThanOrEqual((AT_MS - 600_000) * 1000);
    }
  });

  it('are trees: one root, every other parent in the same trace, ids unique', () => {
    for (const trace of traces) {
      const ids = new Set(trace.map(({ spanId }) => spanId));
      expect(ids.size).toBe(trace.length);
      expect(trace.filter(({ parentSpanId }) => parentSpanId === null)).toHaveLength(1);
      for (const { parentSpanId } of trace) {
        if (parentSpanId !== null) expect(ids.has(parentSpanId)).toBe(true);
      }
    }
  });

  it('have children that lie within their parents, timeouts aside', () => {
    const late = new Set(
      traces.filter((trace) => trace.some(({ tags }) => tags['response_flags'] === 'UT')).flat(),
    );
    for (const trace of traces) {
      const byId = new Map(trace.map((span) => [span.spanId, span]));
      for (const span of trace) {
        const parent = byId.get(span.parentSpanId ?? '');
        if (parent === undefined || late.has(span)) continue;
        expect(span.startMicros).toBeGreaterThanOrEqual(parent.startMicros - 1);
        const end = span.startMicros + span.durationMicros;
        expect(end).toBeLessThanOrEqual(parent.startMicros + parent.durationMicros + 1000);
      }
    }
  });

  it("carry Envoy's and Istio's tags", () => {
    const span = spans.find(
      ({ service, tags }) => service === 'reviews.bookinfo' && tags['span.kind'] === 'server',
    );
    expect(span?.operation).toBe('reviews.bookinfo.svc.cluster.local:9080/*');
    expect(span?.tags).toMatchObject({
      component: 'proxy',
      'http.status_code': '200',
      response_flags: '-',
      upstream_cluster: 'inbound|9080||',
      'istio.canonical_service': 'reviews',
      'istio.namespace': 'bookinfo',
      'istio.mesh_id': 'cluster.local',
    });
    expect(span?.tags['node_id']).toMatch(/^sidecar~.*\.bookinfo~bookinfo\.svc\.cluster\.local$/);
  });

  it('split over versions as the routes say', () => {
    const reviews = spans.filter(
      ({ service, tags }) => service === 'reviews.bookinfo' && tags['span.kind'] === 'server',
    );
    const canary = reviews.filter(({ tags }) => tags['istio.canonical_revision'] === 'v2').length;
    expect(canary / reviews.length).toBeGreaterThan(0.05);
    expect(canary / reviews.length).toBeLessThan(0.14);
  });

  it('mark failures as errors, with the flags that the metrics have', () => {
    const flags = new Set(
      spans.filter(({ tags }) => tags['error'] === true).map(({ tags }) => tags['response_flags']),
    );
    for (const flag of ['-', 'UC', 'UT', 'DC']) expect(flags).toContain(flag);
    const details = spans.filter(({ service }) => service === 'details.bookinfo');
    const failed = details.filter(({ tags }) => tags['http.status_code'] === '503');
    expect(failed.length / details.length).toBeGreaterThan(0.01);
    expect(failed.every(({ tags }) => tags['error'] === true)).toBe(true);
  });

  it('show a try that was retried as spans of the servers alone', () => {
    const isFailedTry = ({ service, tags }: SpanRecord): boolean =>
      service === 'shippingservice.boutique' &&
      tags['span.kind'] === 'server' &&
      tags['grpc.status_code'] === '14';
    expect(spans.some(isFailedTry)).toBe(true);
  });

  it('show an injected delay in the duration of the client', () => {
    const delayed = spans.filter(({ tags }) => tags['response_flags'] === 'DI');
    expect(delayed.length).toBeGreaterThan(3);
    for (const span of delayed) expect(span.durationMicros).toBeGreaterThan(2_000_000);
  });

  it('repeat for a seed', () => {
    expect(sampled().spans).toEqual(spans);
  }, 30_000);
});

describe('access logs', () => {
  it('have a line at each proxy that a traced request passed', () => {
    expect(log).toHaveLength(spans.length);
    const line = log.find(({ pod }) => pod.startsWith('reviews-v2'));
    expect(line).toMatchObject({
      namespace: 'bookinfo',
      upstreamCluster: 'inbound|9080||',
      flags: '-',
    });
  });
});

describe('a trace store', () => {
  it('is written to in whole traces', () => {
    const store = new TraceMemory();
    for (const trace of traces.slice(0, 10)) store.add(trace);
    expect(
      traces
        .slice(0, 10)
        .every((trace) => store.get(trace[0]?.traceId ?? '')?.length === trace.length),
    ).toBe(true);
  });
});
