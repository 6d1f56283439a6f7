import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpCall, grpcCall, tcpCall } from '@/demo/scenario/calls';
import { gatewayApi, networking, security, service } from '@/demo/scenario/manifests';
import { standardScenario } from '@/demo/scenario/standard-scenario';
import { FakeCluster } from '@/demo/traffic/testing/fake-cluster';
import { RecordingRegistry } from '@/demo/traffic/testing/recording-registry';
import {
  clientTls,
  serverMtls,
  serverRoute,
  serverSubsets,
  smallMesh,
  toSubset,
} from '@/demo/traffic/testing/small-mesh';
import { TrafficEngine } from '@/demo/traffic/traffic-engine';

const REQUESTS = 'istio_requests_total';

/** Whether `observed` of `total` is within four standard deviations of `share`. */
function expectShare(observed: number, total: number, share: number): void {
  const sigma = Math.sqrt(total * share * (1 - share));
  expect(Math.abs(observed - total * share)).toBeLessThan(4 * sigma + 1e-9);
}

describe('weights', () => {
  it('split requests 90 to 10 within four sigma, on both reporters alike', () => {
    const mesh = smallMesh({
      objects: [
        serverSubsets(),
        serverRoute([{ route: [toSubset('v1', 90), toSubset('v2', 10)] }]),
      ],
    });
    mesh.run(60);
    const total = mesh.registry.total(REQUESTS, { reporter: 'source' });
    expect(total).toBeGreaterThan(4000);
    for (const reporter of ['source', 'destination']) {
      const canary = mesh.registry.total(REQUESTS, { reporter, destination_workload: 'server-v2' });
      expectShare(canary, total, 0.1);
    }
  });

  it('take effect with the next step after the object changed', () => {
    const mesh = smallMesh({
      objects: [
        serverSubsets(),
        serverRoute([{ route: [toSubset('v1', 90), toSubset('v2', 10)] }]),
      ],
    });
    mesh.run(20);
    const canary = { reporter: 'source', destination_workload: 'server-v2' };
    const before = {
      canary: mesh.registry.total(REQUESTS, canary),
      all: mesh.registry.total(REQUESTS, { reporter: 'source' }),
    };
    mesh.cluster.put(serverRoute([{ route: [toSubset('v1', 50), toSubset('v2', 50)] }]));
    mesh.run(20);
    const all = mesh.registry.total(REQUESTS, { reporter: 'source' }) - before.all;
    expectShare(mesh.registry.total(REQUESTS, canary) - before.canary, all, 0.5);
  });

  it('of a Gateway API route with a Service parent are relative and default to 1', () => {
    const backend = (version: string) =>
      service('back', `server-${version}`, { app: 'server', version }, [
        { name: 'http', port: 8080 },
      ]);
    const mesh = smallMesh({
      objects: [
        backend('v1'),
        backend('v2'),
        gatewayApi(
          'HTTPRoute',
          { name: 'server', namespace: 'back' },
          {
            parentRefs: [{ group: '', kind: 'Service', name: 'server' }],
            rules: [
              {
                backendRefs: [
                  { name: 'server-v1', port: 8080, weight: 3 },
                  { name: 'server-v2', port: 8080 },
                ],
              },
            ],
          },
        ),
      ],
    });
    mesh.run(40);
    const total = mesh.registry.total(REQUESTS, { reporter: 'source' });
    expectShare(
      mesh.registry.total(REQUESTS, { reporter: 'source', destination_service_name: 'server-v2' }),
      total,
      0.25,
    );
  });

  it('of a tcp route split bytes and connections', () => {
    const mesh = smallMesh({
      call: tcpCall('server.back', 9000, { requestBytes: 100, responseBytes: 1000 }),
      objects: [
        serverSubsets(),
        serverRoute([], { tcp: [{ route: [toSubset('v1', 80), toSubset('v2', 20)] }] }),
      ],
    });
    mesh.run(60);
    const received = 'istio_tcp_received_bytes_total';
    const share =
      mesh.registry.total(received, { reporter: 'source', destination_workload: 'server-v2' }) /
      mesh.registry.total(received, { reporter: 'source' });
    expect(share).toBeGreaterThan(0.16);
    expect(share).toBeLessThan(0.24);
  });
});

describe('labels', () => {
  const HTTP_LABELS = [
    'reporter',
    'source_workload',
    'source_workload_namespace',
    'source_principal',
    'source_app',
    'source_version',
    'source_canonical_service',
    'source_canonical_revision',
    'source_cluster',
    'destination_workload',
    'destination_workload_namespace',
    'destination_principal',
    'destination_app',
    'destination_version',
    'destination_canonical_service',
    'destination_canonical_revision',
    'destination_cluster',
    'destination_service',
    'destination_service_name',
    'destination_service_namespace',
    'request_protocol',
    'response_code',
    'grpc_response_status',
    'response_flags',
    'connection_security_policy',
  ];

  it("of HTTP metrics are exactly Istio's 25", () => {
    const mesh = smallMesh();
    mesh.run(5);
    const [client] = mesh.registry.select(REQUESTS, { reporter: 'source' });
    const [server] = mesh.registry.select(REQUESTS, { reporter: 'destination' });
    for (const series of [client, server]) {
      expect(Object.keys(series?.labels ?? {}).sort()).toEqual([...HTTP_LABELS].sort());
    }
  });

  it('of a call within mTLS name both ends, the security only at the server', () => {
    const mesh = smallMesh();
    mesh.run(5);
    const expected = {
      source_workload: 'client',
      source_workload_namespace: 'front',
      source_principal: 'spiffe://cluster.local/ns/front/sa/client',
      source_app: 'client',
      source_version: 'v1',
      destination_workload: 'server-v1',
      destination_workload_namespace: 'back',
      destination_principal: 'spiffe://cluster.local/ns/back/sa/server',
      destination_service: 'server.back.svc.cluster.local',
      destination_service_name: 'server',
      destination_service_namespace: 'back',
      request_protocol: 'http',
      response_code: '200',
      grpc_response_status: '',
      response_flags: '-',
    };
    expect(
      mesh.registry.select(REQUESTS, {
        ...expected,
        reporter: 'source',
        connection_security_policy: 'unknown',
      }),
    ).toHaveLength(1);
    expect(
      mesh.registry.select(REQUESTS, {
        ...expected,
        reporter: 'destination',
        connection_security_policy: 'mutual_tls',
      }),
    ).toHaveLength(1);
  });

  it('of a gRPC call carry 200 and the gRPC status', () => {
    const mesh = smallMesh({
      call: grpcCall('server.back', 8080, 'x.Y/Z'),
      server: { failures: [{ ratio: 1, status: 500, grpcStatus: 13 }] },
    });
    mesh.run(5);
    expect(
      mesh.registry.total(REQUESTS, {
        request_protocol: 'grpc',
        response_code: '200',
        grpc_response_status: '13',
      }),
    ).toBe(mesh.registry.total(REQUESTS, {}));
  });

  it('of TCP metrics count client to server as received', () => {
    const mesh = smallMesh({
      call: tcpCall('server.back', 9000, { requestBytes: 10, responseBytes: 10_000 }),
    });
    mesh.run(5);
    for (const reporter of ['source', 'destination']) {
      const received = mesh.registry.total('istio_tcp_received_bytes_total', { reporter });
      const sent = mesh.registry.total('istio_tcp_sent_bytes_total', { reporter });
      expect(sent).toBeGreaterThan(received * 100);
      expect(received).toBeGreaterThan(0);
    }
    expect(mesh.registry.select(REQUESTS, {})).toEqual([]);
  });
});

describe('ends without a proxy', () => {
  it('a client without proxy is unknown to the server and reports nothing itself', () => {
    const mesh = smallMesh({ clientInjected: false });
    mesh.run(5);
    expect(mesh.registry.select(REQUESTS, { reporter: 'source' })).toEqual([]);
    const reports = mesh.registry.select(REQUESTS, { reporter: 'destination' });
    expect(reports.length).toBeGreaterThan(0);
    for (const { labels } of reports) {
      expect(labels).toMatchObject({
        source_workload: 'unknown',
        source_principal: 'unknown',
        source_canonical_revision: 'latest',
        connection_security_policy: 'none',
      });
    }
  });

  it('a server without proxy is reported by its client only, without app and version', () => {
    const mesh = smallMesh({ serverInjected: false });
    mesh.run(5);
    expect(mesh.registry.select(REQUESTS, { reporter: 'destination' })).toEqual([]);
    expect(
      mesh.registry.select(REQUESTS, { destination_workload: 'server-v1' })[0]?.labels,
    ).toMatchObject({
      destination_app: 'unknown',
      destination_canonical_service: 'server',
      destination_principal: 'unknown',
    });
  });

  it('a client without proxy is cut off by STRICT, and no metric tells of it', () => {
    const mesh = smallMesh({ clientInjected: false, objects: [serverMtls('STRICT')] });
    mesh.run(5);
    expect(mesh.registry.select(REQUESTS, {})).toEqual([]);
  });
});

describe('failures', () => {
  const failing = (objects: Parameters<typeof smallMesh>[0]) => {
    const mesh = smallMesh(objects);
    mesh.run(20);
    return mesh.registry;
  };
  const expectAll = (registry: RecordingRegistry, labels: Record<string, string>) => {
    const total = registry.total(REQUESTS, { reporter: 'source' });
    expect(total).toBeGreaterThan(1000);
    expect(registry.total(REQUESTS, { reporter: 'source', ...labels })).toBe(total);
  };

  it('DestinationRule DISABLE against STRICT is reset: 503 UC, unseen by the server', () => {
    const registry = failing({ objects: [serverMtls('STRICT'), clientTls('DISABLE')] });
    expectAll(registry, { response_code: '503', response_flags: 'UC' });
    expect(registry.select(REQUESTS, { reporter: 'destination' })).toEqual([]);
  });

  it('ISTIO_MUTUAL to a server without proxy cannot connect: 503 UF and retries used up', () => {
    const registry = failing({ serverInjected: false, objects: [clientTls('ISTIO_MUTUAL')] });
    expectAll(registry, { response_code: '503', response_flags: 'UF,URX' });
  });

  it('DISABLE to PERMISSIVE works in plaintext, and the server says so', () => {
    const registry = failing({ objects: [clientTls('DISABLE')] });
    expectAll(registry, { response_code: '200' });
    expect(
      registry.total(REQUESTS, { reporter: 'destination', connection_security_policy: 'none' }),
    ).toBe(registry.total(REQUESTS, { reporter: 'destination' }));
  });

  it('a subset that no DestinationRule defines is 503 NC with an unknown destination', () => {
    const registry = failing({ objects: [serverRoute([{ route: [toSubset('v9')] }])] });
    expectAll(registry, {
      response_code: '503',
      response_flags: 'NC',
      destination_workload: 'unknown',
    });
  });

  it('a subset without pods is 503 UH', () => {
    const registry = failing({
      objects: [
        networking(
          'DestinationRule',
          { name: 'server', namespace: 'back' },
          { host: 'server', subsets: [{ name: 'v9', labels: { version: 'v9' } }] },
        ),
        serverRoute([{ route: [toSubset('v9')] }]),
      ],
    });
    expectAll(registry, {
      response_code: '503',
      response_flags: 'UH',
      destination_service_name: 'server',
      destination_workload: 'unknown',
    });
  });

  it('a VirtualService that matches nothing answers 404 NR by itself', () => {
    const registry = failing({
      objects: [
        serverRoute([
          { match: [{ uri: { prefix: '/other' } }], route: [{ destination: { host: 'server' } }] },
        ]),
      ],
    });
    expectAll(registry, {
      response_code: '404',
      response_flags: 'NR',
      destination_service: 'server.back:8080',
    });
  });

  it('a host outside the registry passes through, or meets the black hole under REGISTRY_ONLY', () => {
    const call = httpCall('api.elsewhere.example', 80, '/');
    expectAll(failing({ call }), {
      destination_service_name: 'PassthroughCluster',
      response_code: '200',
    });
    const registryOnly = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system' },
      data: { mesh: 'outboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n' },
    };
    expectAll(failing({ call, objects: [registryOnly] }), {
      destination_service_name: 'BlackHoleCluster',
      response_code: '502',
    });
  });

  it('an AuthorizationPolicy that denies is 403 at both ends', () => {
    const registry = failing({
      objects: [
        security(
          'AuthorizationPolicy',
          { name: 'nobody', namespace: 'back' },
          { action: 'DENY', rules: [{ from: [{ source: { namespaces: ['front'] } }] }] },
        ),
      ],
    });
    expectAll(registry, { response_code: '403', response_flags: '-' });
    expect(registry.total(REQUESTS, { reporter: 'destination', response_code: '403' })).toBe(
      registry.total(REQUESTS, { reporter: 'source' }),
    );
  });

  it('an injected abort has flag FI and never reaches the server; its share is the percentage', () => {
    const registry = failing({
      objects: [
        serverRoute([
          {
            fault: { abort: { httpStatus: 418, percentage: { value: 30 } } },
            route: [{ destination: { host: 'server' } }],
          },
        ]),
      ],
    });
    const total = registry.total(REQUESTS, { reporter: 'source' });
    const aborted = registry.total(REQUESTS, {
      reporter: 'source',
      response_code: '418',
      response_flags: 'FI',
    });
    expectShare(aborted, total, 0.3);
    expect(registry.total(REQUESTS, { reporter: 'destination' })).toBe(total - aborted);
  });

  it('an injected delay has flag DI and makes those requests slow at the client only', () => {
    const registry = failing({
      objects: [
        serverRoute([
          {
            fault: { delay: { fixedDelay: '2s', percentage: { value: 50 } } },
            route: [{ destination: { host: 'server' } }],
          },
        ]),
      ],
    });
    expectShare(
      registry.total(REQUESTS, { reporter: 'source', response_flags: 'DI' }),
      registry.total(REQUESTS, { reporter: 'source' }),
      0.5,
    );
    const slowest = (labels: Record<string, string>) =>
      Math.min(
        ...registry
          .select('istio_request_duration_milliseconds', labels)
          .flatMap(({ observed }) => observed.map(({ value }) => value)),
      );
    expect(slowest({ response_flags: 'DI' })).toBeGreaterThan(500);
  });

  it('a timeout is 504 UT for the client, and code 0 DC for the server whose caller went away', () => {
    const registry = failing({
      server: { serviceMs: 10_000 },
      objects: [serverRoute([{ timeout: '0.5s', route: [{ destination: { host: 'server' } }] }])],
    });
    expectAll(registry, { response_code: '504', response_flags: 'UT' });
    expect(
      registry.total(REQUESTS, {
        reporter: 'destination',
        response_code: '0',
        response_flags: 'DC',
      }),
    ).toBe(registry.total(REQUESTS, { reporter: 'source' }));
  });

  it('retries hide failures from the client while the server counts every try', () => {
    const registry = failing({
      server: { failures: [{ ratio: 0.3, status: 503 }] },
      objects: [
        serverRoute([
          {
            retries: { attempts: 2, retryOn: '5xx' },
            route: [{ destination: { host: 'server' } }],
          },
        ]),
      ],
    });
    const total = registry.total(REQUESTS, { reporter: 'source' });
    // 0.3^3 of the requests fail three times; 1 + 0.3 + 0.09 tries are made for each on average.
    expectShare(
      registry.total(REQUESTS, { reporter: 'source', response_flags: 'URX' }),
      total,
      0.027,
    );
    const tries = registry.total(REQUESTS, { reporter: 'destination' }) / total;
    expect(tries).toBeGreaterThan(1.3);
    expect(tries).toBeLessThan(1.48);
  });

  it('requests beyond the connection pool are 503 UO', () => {
    const registry = failing({
      server: { serviceMs: 1000 },
      objects: [
        networking(
          'DestinationRule',
          { name: 'server', namespace: 'back' },
          { host: 'server', trafficPolicy: { connectionPool: { http: { http2MaxRequests: 10 } } } },
        ),
      ],
    });
    const total = registry.total(REQUESTS, { reporter: 'source' });
    const refused = registry.total(REQUESTS, {
      reporter: 'source',
      response_code: '503',
      response_flags: 'UO',
    });
    // About 100 requests a second that take over a second each, and room for ten.
    expect(refused / total).toBeGreaterThan(0.85);
    expect(refused / total).toBeLessThan(0.95);
  });

  it('outlier detection keeps a client away from pods that only fail', () => {
    const mesh = smallMesh({
      objects: [
        networking(
          'DestinationRule',
          { name: 'server', namespace: 'back' },
          {
            host: 'server',
            trafficPolicy: {
              outlierDetection: {
                consecutive5xxErrors: 3,
                baseEjectionTime: '300s',
                maxEjectionPercent: 50,
              },
            },
          },
        ),
      ],
      server: { failures: [{ ratio: 1, status: 503 }] },
    });
    mesh.run(30);
    // Half of two pods may be ejected: after the first seconds only one of them is asked.
    const counts = ['server-v1', 'server-v2'].map((destination_workload) =>
      mesh.registry.total(REQUESTS, { reporter: 'source', destination_workload }),
    );
    expect(Math.min(...counts)).toBeLessThan(Math.max(...counts) / 8);
  });

  it('a mirror sends its percentage to the target, counted by the target only', () => {
    const registry = failing({
      objects: [
        serverSubsets(),
        serverRoute([
          {
            route: [toSubset('v1')],
            mirror: { host: 'server', subset: 'v2' },
            mirrorPercentage: { value: 40 },
          },
        ]),
      ],
    });
    expectAll(registry, { destination_workload: 'server-v1' });
    expectShare(
      registry.total(REQUESTS, { reporter: 'destination', destination_workload: 'server-v2' }),
      registry.total(REQUESTS, { reporter: 'source' }),
      0.4,
    );
  });
});

describe('conservation', () => {
  it('what leaves a client equals what its destinations and failures add up to, for any weights and faults', () => {
    fc.assert(
      fc.property(
        fc.record({
          weights: fc.tuple(
            fc.integer({ min: 0, max: 100 }),
            fc.integer({ min: 0, max: 100 }),
            fc.integer({ min: 1, max: 50 }),
          ),
          abort: fc.integer({ min: 0, max: 100 }),
          failing: fc.double({ min: 0, max: 1, noNaN: true }),
          seed: fc.integer({ min: 0, max: 1000 }),
        }),
        ({ weights: [v1, v2, missing], abort, failing, seed }) => {
          const mesh = smallMesh({
            seed,
            server: { failures: [{ ratio: failing, status: 500 }] },
            objects: [
              serverSubsets(),
              serverRoute([
                {
                  fault: { abort: { httpStatus: 418, percentage: { value: abort } } },
                  route: [toSubset('v1', v1), toSubset('v2', v2), toSubset('v9', missing)],
                },
              ]),
            ],
          });
          mesh.run(3);
          const client = mesh.registry.total(REQUESTS, { reporter: 'source' });
          const reached = mesh.registry.total(REQUESTS, { reporter: 'destination' });
          const stopped =
            mesh.registry.total(REQUESTS, { reporter: 'source', response_flags: 'FI' }) +
            mesh.registry.total(REQUESTS, { reporter: 'source', response_flags: 'NC' });
          expect(reached + stopped).toBe(client);
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);
});

describe('history', () => {
  const run = (seed: number): [string, number][] => {
    const scenario = standardScenario();
    const registry = new RecordingRegistry();
    const reader = new FakeCluster(scenario.objects);
    new TrafficEngine({
      reader,
      registry,
      application: scenario.application,
      seed,
    }).simulateHistory(1_000_000, 1_300_000, 5000);
    expect(registry.snapshots).toHaveLength(61);
    return [...registry.series.entries()].map(([key, { value }]) => [key, value]);
  };

  it('is the same for the same seed and another for another', () => {
    const first = run(3);
    expect(run(3)).toEqual(first);
    expect(run(4)).not.toEqual(first);
  }, 30_000);
});
