import { describe, expect, test } from 'vitest';
import { narrowToNamespaces } from '@/mesh/telemetry/narrow-to-namespaces';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';

function latency(source: string | null, destination: string | null, service: string | null) {
  const end = (namespace: string | null) => ({
    ...{ workload: null, namespace, app: null, version: null },
  });
  return {
    reporter: 'source' as const,
    source: end(source),
    destination: end(destination),
    destinationService: service,
    buckets: [],
    totalPerSecond: 1,
    sumMsPerSecond: null,
  };
}

function kept(samples: readonly ReturnType<typeof latency>[], ...namespaces: readonly string[]) {
  const snapshot = {
    ...{ atMs: 1, windowSeconds: 60, latencyBoundsMs: [] },
    ...{ requests: [], requestBytes: [], responseBytes: [], tcp: [], latency: samples },
  } as unknown as TelemetrySnapshot;
  return narrowToNamespaces(snapshot, new Set(namespaces)).latency;
}

describe('traffic of some namespaces', () => {
  const within = latency('a', 'a', 'web.a.svc.cluster.local');
  const into = latency('b', 'a', 'web.a.svc.cluster.local');
  const outOf = latency('a', 'b', 'api.b.svc.cluster.local');
  const elsewhere = latency('b', 'c', 'api.c.svc.cluster.local');

  test('is what begins or ends in one of them, and nothing else', () => {
    const all = [within, into, outOf, elsewhere];
    expect(kept(all, 'a')).toEqual([within, into, outOf]);
    expect(kept(all, 'a', 'c')).toEqual(all);
    expect(kept(all, 'd')).toEqual([]);
  });

  test('is also what a client could not deliver, by the name of the Service alone', () => {
    const undelivered = latency('b', null, 'web.a.svc.cluster.local');
    const external = latency('b', null, 'api.a.example.com');
    expect(kept([undelivered, external], 'a')).toEqual([undelivered]);
  });

  test('is all of it where no namespace is named', () => {
    expect(kept([within, elsewhere])).toEqual([within, elsewhere]);
  });
});
