import { describe, expect, it } from 'vitest';
import type { SpanRecord } from '@/demo/jaeger/trace-store';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { grpcCall } from '@/demo/scenario/calls';
import { networking, security } from '@/demo/scenario/manifests';
import {
  serverRoute,
  smallMesh,
  toSubset,
  type SmallMeshOptions,
} from '@/demo/traffic/testing/small-mesh';
import { TraceSampler } from '@/demo/traffic/tracing/trace-sampler';

/** Spans of some hundred requests after the mesh has run for a while. */
function spansOf(options: SmallMeshOptions): SpanRecord[] {
  const mesh = smallMesh(options);
  mesh.run(10);
  const spans: SpanRecord[] = [];
  const sampler = new TraceSampler({ add: (added) => spans.push(...added) }, 3);
  sampler.follow(mesh.engine.effects);
  sampler.sample(mesh.engine.recompile(), 1_800_000_000_000, 100, 3);
  expect(spans.length).toBeGreaterThan(200);
  return spans;
}

const toServer = [{ destination: { host: 'server' } }];
const rule = (more: object): KubernetesObject[] => [serverRoute([{ ...more, route: toServer }])];
const policy = (trafficPolicy: object): KubernetesObject[] => [
  networking(
    'DestinationRule',
    { name: 'server', namespace: 'back' },
    { host: 'server', trafficPolicy },
  ),
];
const slow = { serviceMs: 1000 };

describe('spans of requests that do not simply succeed', () => {
  it.each<[string, SmallMeshOptions, Record<string, string>]>([
    [
      'UO',
      { objects: policy({ connectionPool: { http: { http2MaxRequests: 1 } } }), server: slow },
      { 'http.status_code': '503', error: 'true' },
    ],
    [
      'UH',
      {
        objects: policy({ outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 100 } }),
        server: { failures: [{ ratio: 1, status: 500 }] },
      },
      { 'http.status_code': '503', error: 'true' },
    ],
    [
      'UT',
      { objects: rule({ timeout: '0.1s' }), server: slow },
      { 'http.status_code': '504', error: 'true' },
    ],
    [
      'UT,URX',
      {
        objects: rule({ retries: { attempts: 1, perTryTimeout: '0.1s', retryOn: '5xx' } }),
        server: slow,
      },
      { 'http.status_code': '504', error: 'true' },
    ],
    [
      'URX',
      {
        objects: rule({ retries: { attempts: 1, retryOn: '5xx' } }),
        server: { failures: [{ ratio: 1, status: 502 }] },
      },
      { 'http.status_code': '502', error: 'true' },
    ],
    [
      'FI',
      { objects: rule({ fault: { abort: { httpStatus: 418, percentage: { value: 100 } } } }) },
      { 'http.status_code': '418', error: 'undefined' },
    ],
    [
      'DI',
      { objects: rule({ fault: { delay: { fixedDelay: '0.2s', percentage: { value: 100 } } } }) },
      { 'http.status_code': '200', error: 'undefined' },
    ],
    [
      'NR',
      { objects: rule({ match: [{ uri: { prefix: '/other' } }] }) },
      { 'http.status_code': '404', error: 'undefined' },
    ],
    [
      'NC',
      { objects: [serverRoute([{ route: [toSubset('v9')] }])] },
      { 'http.status_code': '503', error: 'true' },
    ],
    [
      'UC',
      {
        objects: [
          ...policy({ tls: { mode: 'DISABLE' } }),
          security(
            'PeerAuthentication',
            { name: 'default', namespace: 'back' },
            { mtls: { mode: 'STRICT' } },
          ),
        ],
      },
      { 'http.status_code': '503', error: 'true' },
    ],
  ])('carry flag %s', (flags, options, tags) => {
    const clients = spansOf(options).filter(({ tags: its }) => its['span.kind'] === 'client');
    const flagged = clients.filter(({ tags: its }) => its['response_flags'] === flags);
    expect(flagged.length / clients.length).toBeGreaterThan(0.9);
    for (const { tags: its } of flagged) {
      const found = Object.keys(tags).map((name) => [name, String(its[name])]);
      expect(Object.fromEntries(found)).toEqual(tags);
    }
  });

  it('at the server are cut short where the client gave up: code 0, flag DC', () => {
    const retries = { attempts: 1, perTryTimeout: '0.1s', retryOn: '5xx' };
    const spans = spansOf({ objects: rule({ retries }), server: slow });
    const [clients, servers] = ['client', 'server'].map((kind) =>
      spans.filter(({ tags }) => tags['span.kind'] === kind),
    );
    expect(servers?.length).toBe(2 * (clients?.length ?? 0));
    for (const { tags, durationMicros } of servers ?? []) {
      expect(tags).toMatchObject({ 'http.status_code': '0', response_flags: 'DC', error: true });
      expect(durationMicros).toBeLessThanOrEqual(100_000);
    }
    for (const { durationMicros } of clients ?? []) {
      expect(durationMicros).toBeGreaterThanOrEqual(200_000);
    }
  });

  it('of a refused gRPC call carry its status', () => {
    const spans = spansOf({
      call: grpcCall('server.back', 8080, 'x.Y/Z'),
      objects: [security('AuthorizationPolicy', { name: 'none', namespace: 'back' }, {})],
    });
    for (const { tags } of spans) {
      expect(tags).toMatchObject({
        'http.status_code': '200',
        'grpc.status_code': '7',
        error: true,
      });
    }
  });
});
