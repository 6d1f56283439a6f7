import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { grpcCall, httpCall, tcpCall } from '@/demo/scenario/calls';
import { gatewayApi, networking, security, service } from '@/demo/scenario/manifests';
import { liveMesh, type LiveMesh, type LiveMeshOptions } from '@/demo/traffic/testing/live-mesh';
import type { RecordingRegistry } from '@/demo/traffic/testing/recording-registry';
import { serverRoute, serverSubsets, toSubset } from '@/demo/traffic/testing/small-mesh';

const REQUESTS = 'istio_requests_total';
const DURATION = 'istio_request_duration_milliseconds';
const OPENED = 'istio_tcp_connections_opened_total';

let mesh: LiveMesh;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 15, 12) });
});

afterEach(() => {
  mesh.close();
  vi.useRealTimers();
});

/** Runs a mesh for a while, writes the objects, and gives what was counted from two seconds later on. */
async function afterWriting(
  objects: readonly KubernetesObject[],
  options: LiveMeshOptions = {},
  seconds = 10,
): Promise<RecordingRegistry> {
  mesh = liveMesh((ms) => vi.advanceTimersByTimeAsync(ms), options);
  await vi.advanceTimersByTimeAsync(3000);
  mesh.write(...objects);
  return mesh.growthAfterTwoSeconds(seconds);
}

/** Share of the requests with labels `of` that also have `labels`. */
function shareOf(
  registry: RecordingRegistry,
  labels: Record<string, string>,
  of: Record<string, string> = { reporter: 'source' },
): number {
  const total = registry.total(REQUESTS, of);
  expect(total).toBeGreaterThan(300);
  return registry.total(REQUESTS, { ...of, ...labels }) / total;
}

const v2 = { destination_workload: 'server-v2' };
const toServer = [{ destination: { host: 'server' } }];
const rule = (more: object): KubernetesObject => serverRoute([{ ...more, route: toServer }]);
const destinationRule = (trafficPolicy: unknown): KubernetesObject =>
  networking(
    'DestinationRule',
    { name: 'server', namespace: 'back' },
    { host: 'server', trafficPolicy },
  );
const versionService = (version: string): KubernetesObject =>
  service('back', `server-${version}`, { app: 'server', version }, [{ name: 'http', port: 8080 }]);
const httpRoute = (
  rules: readonly unknown[],
  namespace = 'back',
  name = 'server',
): KubernetesObject =>
  gatewayApi(
    'HTTPRoute',
    { name, namespace },
    { parentRefs: [{ group: '', kind: 'Service', name: 'server', namespace: 'back' }], rules },
  );
const backend = (version: string, weight?: number): object => ({
  name: `server-${version}`,
  namespace: 'back',
  port: 8080,
  ...(weight === undefined ? {} : { weight }),
});

describe('within two seconds after a route was written', () => {
  it.each([
    [[90, 10], 0.1],
    [[50, 50], 0.5],
    [[1, 3], 0.75],
    [[0, 100], 1],
  ])('a VirtualService sends by its weights %j', async ([left, right], share) => {
    const routes = [toSubset('v1', left), toSubset('v2', right)];
    const registry = await afterWriting([serverSubsets(), serverRoute([{ route: routes }])]);
    for (const reporter of ['source', 'destination']) {
      expect(Math.abs(shareOf(registry, v2, { reporter }) - share)).toBeLessThan(0.05);
    }
  });

  it('an HTTPRoute sends by its weights', async () => {
    const registry = await afterWriting([
      versionService('v1'),
      versionService('v2'),
      httpRoute([{ backendRefs: [backend('v1', 1), backend('v2', 4)] }]),
    ]);
    expect(Math.abs(shareOf(registry, v2) - 0.8)).toBeLessThan(0.05);
    expect(shareOf(registry, { destination_service_name: 'server-v2' })).toBe(
      shareOf(registry, v2),
    );
  });

  const asked = httpCall('server.back', 8080, '/Api/items?user=jo', {
    method: 'POST',
    headers: { 'x-user': 'jo', 'x-beta': '1' },
  });

  it.each<[object, boolean]>([
    [{ uri: { exact: '/Api/items' } }, true],
    [{ uri: { exact: '/api/items' } }, false],
    [{ uri: { exact: '/api/items' }, ignoreUriCase: true }, true],
    [{ uri: { prefix: '/Api/it' } }, true],
    [{ uri: { regex: '/Api/[a-z]+' } }, true],
    [{ uri: { regex: '/Api' } }, false],
    [{ headers: { 'x-user': { exact: 'jo' } } }, true],
    [{ headers: { 'x-user': { exact: 'Jo' } } }, false],
    [{ headers: { 'X-User': { prefix: 'j' } } }, true],
    [{ headers: { 'x-user': { regex: '.o' } } }, true],
    [{ headers: { 'x-beta': {} } }, true],
    [{ headers: { 'x-gamma': {} } }, false],
    [{ withoutHeaders: { 'x-gamma': {} } }, true],
    [{ withoutHeaders: { 'x-user': { exact: 'jo' } } }, false],
    [{ method: { exact: 'POST' } }, true],
    [{ method: { exact: 'GET' } }, false],
    [{ authority: { prefix: 'server' } }, true],
    [{ authority: { exact: 'elsewhere' } }, false],
    [{ queryParams: { user: { exact: 'jo' } } }, true],
    [{ queryParams: { user: { exact: 'al' } } }, false],
    [{ port: 8080 }, true],
    [{ port: 80 }, false],
    [{ sourceLabels: { app: 'client' } }, true],
    [{ sourceLabels: { app: 'other' } }, false],
    [{ sourceNamespace: 'front' }, true],
    [{ sourceNamespace: 'back' }, false],
    [{ gateways: ['mesh'] }, true],
    [{ gateways: ['istio-system/public'] }, false],
  ])('a VirtualService match %j holds: %s', async (match, holds) => {
    const registry = await afterWriting(
      [
        serverSubsets(),
        serverRoute([{ match: [match], route: [toSubset('v2')] }, { route: [toSubset('v1')] }]),
      ],
      { calls: [asked] },
    );
    expect(shareOf(registry, v2)).toBe(holds ? 1 : 0);
  });

  it.each<[object, boolean]>([
    [{ path: { type: 'Exact', value: '/Api/items' } }, true],
    [{ path: { type: 'PathPrefix', value: '/Api' } }, true],
    [{ path: { type: 'PathPrefix', value: '/Api/it' } }, false],
    [{ path: { type: 'RegularExpression', value: '/Api/.*' } }, true],
    [{ headers: [{ name: 'X-User', value: 'jo' }] }, true],
    [{ headers: [{ type: 'RegularExpression', name: 'x-user', value: 'a.*' }] }, false],
    [{ queryParams: [{ name: 'user', value: 'jo' }] }, true],
    [{ method: 'POST' }, true],
    [{ method: 'GET' }, false],
  ])('an HTTPRoute match %j holds: %s', async (match, holds) => {
    const registry = await afterWriting(
      [
        versionService('v1'),
        versionService('v2'),
        httpRoute([
          { backendRefs: [backend('v1')] },
          { matches: [match], backendRefs: [backend('v2')] },
        ]),
      ],
      { calls: [asked] },
    );
    expect(shareOf(registry, v2)).toBe(holds ? 1 : 0);
  });

  it("an HTTPRoute of the client's own namespace goes before an older VirtualService", async () => {
    const old = serverRoute([{ route: [toSubset('v1')] }]);
    const registry = await afterWriting([
      serverSubsets(),
      versionService('v2'),
      { ...old, metadata: { ...old.metadata, creationTimestamp: '2020-01-01T00:00:00Z' } },
      httpRoute([{ backendRefs: [backend('v2')] }], 'front', 'mine'),
    ]);
    expect(shareOf(registry, v2)).toBe(1);
  });

  it.each([
    [
      'a VirtualService',
      [
        serverSubsets(),
        serverRoute([
          {
            route: [toSubset('v1')],
            mirror: { host: 'server', subset: 'v2' },
            mirrorPercentage: { value: 25 },
          },
        ]),
      ],
    ],
    [
      'an HTTPRoute',
      [
        versionService('v1'),
        versionService('v2'),
        httpRoute([
          {
            filters: [
              { type: 'RequestMirror', requestMirror: { backendRef: backend('v2'), percent: 25 } },
            ],
            backendRefs: [backend('v1')],
          },
        ]),
      ],
    ],
  ])('%s mirrors its percentage, which only the target counts', async (_kind, objects) => {
    const registry = await afterWriting(objects);
    expect(shareOf(registry, v2)).toBe(0);
    const copies = registry.total(REQUESTS, { reporter: 'destination', ...v2 });
    expect(copies / registry.total(REQUESTS, { reporter: 'source' })).toBeCloseTo(0.25, 1);
  });

  it('a route to a subset that is defined no more is 503 NC, one without pods 503 UH', async () => {
    const registry = await afterWriting([
      networking(
        'DestinationRule',
        { name: 'server', namespace: 'back' },
        { host: 'server', subsets: [{ name: 'v2', labels: { version: 'v9' } }] },
      ),
      serverRoute([{ route: [toSubset('v1', 50), toSubset('v2', 50)] }]),
    ]);
    const failing = (response_flags: string) =>
      shareOf(registry, { response_code: '503', response_flags, destination_workload: 'unknown' });
    expect(failing('NC')).toBeCloseTo(0.5, 1);
    expect(failing('NC') + failing('UH')).toBe(1);
  });
});

describe('within two seconds after faults, timeouts or retries were written', () => {
  it('an abort is FI for its percentage, a delay DI for its own', async () => {
    const fault = {
      delay: { fixedDelay: '0.4s', percentage: { value: 50 } },
      abort: { httpStatus: 418, percentage: { value: 40 } },
    };
    const registry = await afterWriting([rule({ fault })]);
    const flags = (response_flags: string, response_code: string): number =>
      shareOf(registry, { response_flags, response_code });
    expect(flags('FI', '418')).toBeCloseTo(0.2, 1);
    expect(flags('DI,FI', '418')).toBeCloseTo(0.2, 1);
    expect(flags('DI', '200')).toBeCloseTo(0.3, 1);
    expect(flags('-', '200')).toBeCloseTo(0.3, 1);
  });

  it('an aborted gRPC call has HTTP 200 and the gRPC status', async () => {
    const fault = { abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 100 } } };
    const call = grpcCall('server.back', 8080, 'x.Y/Z');
    const registry = await afterWriting([rule({ fault })], { calls: [call] });
    expect(
      shareOf(registry, {
        response_code: '200',
        grpc_response_status: '14',
        response_flags: 'FI',
      }),
    ).toBe(1);
  });

  const slow = { server: { serviceMs: 1000 } };

  it('a timeout is 504 UT at the client and 0 DC at the server', async () => {
    const registry = await afterWriting([rule({ timeout: '0.1s' })], slow);
    expect(shareOf(registry, { response_code: '504', response_flags: 'UT' })).toBe(1);
    const server = { reporter: 'destination' };
    expect(shareOf(registry, { response_code: '0', response_flags: 'DC' }, server)).toBe(1);
  });

  it('a timeout of one try is UT at once where such tries are not retried', async () => {
    const retries = { attempts: 3, perTryTimeout: '0.1s', retryOn: 'connect-failure' };
    const registry = await afterWriting([rule({ retries })], slow);
    expect(shareOf(registry, { response_code: '504', response_flags: 'UT' })).toBe(1);
    expect(registry.total(REQUESTS, { reporter: 'destination' })).toBe(
      registry.total(REQUESTS, { reporter: 'source' }),
    );
  });

  it.each(['5xx', 'gateway-error', 'reset'])(
    'a timeout of every try under retryOn %s is UT,URX after as many tries, which the server counts',
    async (retryOn) => {
      const retries = { attempts: 3, perTryTimeout: '0.1s', retryOn };
      const registry = await afterWriting([rule({ retries })], slow);
      expect(shareOf(registry, { response_code: '504', response_flags: 'UT,URX' })).toBe(1);
      const requests = registry.total(REQUESTS, { reporter: 'source' });
      expect(registry.total(REQUESTS, { reporter: 'destination', response_flags: 'DC' })).toBe(
        4 * requests,
      );
      const [duration] = registry.select(DURATION, { reporter: 'source' });
      const milliseconds = duration?.observed.map(({ value }) => value) ?? [];
      expect(Math.min(...milliseconds)).toBeGreaterThanOrEqual(400);
    },
  );

  it('tries that are sometimes late mostly succeed when they are tried again', async () => {
    // Half of the tries take longer than the median.
    const retries = { attempts: 2, perTryTimeout: '1s', retryOn: '5xx' };
    const registry = await afterWriting([rule({ retries })], slow);
    expect(shareOf(registry, { response_code: '200' })).toBeCloseTo(0.875, 1);
    const tries =
      registry.total(REQUESTS, { reporter: 'destination' }) /
      registry.total(REQUESTS, { reporter: 'source' });
    expect(tries).toBeCloseTo(1.75, 0);
  });

  it("no more tries are begun than the whole request's timeout allows, and it is UT then", async () => {
    const retries = { attempts: 9, perTryTimeout: '0.1s', retryOn: '5xx' };
    const registry = await afterWriting([rule({ timeout: '0.25s', retries })], slow);
    expect(shareOf(registry, { response_code: '504', response_flags: 'UT' })).toBe(1);
    expect(registry.total(REQUESTS, { reporter: 'destination' })).toBe(
      3 * registry.total(REQUESTS, { reporter: 'source' }),
    );
  });

  it.each([
    ['5xx', 500, true],
    ['gateway-error', 500, false],
    ['gateway-error', 502, true],
    ['retriable-4xx', 409, true],
    ['retriable-4xx', 404, false],
    ['418', 418, true],
    ['connect-failure', 503, false],
    ['', 503, false],
  ])('retryOn "%s" tries status %i again: %s', async (retryOn, status, isRetried) => {
    const retries = { attempts: 2, ...(retryOn === '' ? {} : { retryOn }) };
    const registry = await afterWriting([rule({ retries })], {
      server: { failures: [{ ratio: 1, status }] },
    });
    const response_flags = isRetried ? 'URX' : '-';
    expect(shareOf(registry, { response_code: String(status), response_flags })).toBe(1);
    expect(registry.total(REQUESTS, { reporter: 'destination' })).toBe(
      (isRetried ? 3 : 1) * registry.total(REQUESTS, { reporter: 'source' }),
    );
  });
});

describe('within two seconds after a DestinationRule was written', () => {
  it.each([
    ['DISABLE', {}, { response_code: '200' }],
    ['ISTIO_MUTUAL', {}, { response_code: '200' }],
    ['ISTIO_MUTUAL', { bare: ['back'] }, { response_code: '503', response_flags: 'UF,URX' }],
    ['SIMPLE', {}, { response_code: '503', response_flags: 'UF,URX' }],
  ])('TLS mode %s with %j gives %j', async (mode, options, labels) => {
    const registry = await afterWriting([destinationRule({ tls: { mode } })], options);
    expect(shareOf(registry, labels)).toBe(1);
  });

  it('HTTP requests beyond its pool are 503 UO and reach nobody', async () => {
    const policy = { connectionPool: { http: { http2MaxRequests: 5 } } };
    const registry = await afterWriting([destinationRule(policy)], { server: { serviceMs: 500 } });
    const refused = {
      response_code: '503',
      response_flags: 'UO',
      destination_workload: 'unknown',
      destination_service_name: 'server',
    };
    expect(shareOf(registry, refused)).toBeGreaterThan(0.9);
    expect(registry.total(REQUESTS, { reporter: 'destination' })).toBe(
      registry.total(REQUESTS, { reporter: 'source', response_flags: '-' }),
    );
  });

  it('maxConnections alone makes HTTP requests wait, not fail', async () => {
    const policy = { connectionPool: { tcp: { maxConnections: 1 } } };
    const registry = await afterWriting([destinationRule(policy)], { server: { serviceMs: 500 } });
    expect(shareOf(registry, { response_code: '200' })).toBe(1);
  });

  it('TCP connections beyond maxConnections are refused with UO by the client', async () => {
    const policy = { connectionPool: { tcp: { maxConnections: 2 } } };
    const registry = await afterWriting([destinationRule(policy)], {
      calls: [tcpCall('server.back', 9000)],
      server: { serviceMs: 20 },
    });
    const refused = { reporter: 'source', response_flags: 'UO', destination_workload: 'unknown' };
    expect(registry.total(OPENED, refused)).toBeGreaterThan(500);
    expect(registry.total('istio_tcp_sent_bytes_total', refused)).toBe(0);
    expect(registry.total(OPENED, { reporter: 'destination', response_flags: 'UO' })).toBe(0);
    expect(
      registry.total('istio_tcp_sent_bytes_total', { reporter: 'source', response_flags: '-' }),
    ).toBeGreaterThan(0);
  });

  const outlier = (more: object): KubernetesObject =>
    destinationRule({
      outlierDetection: { baseEjectionTime: '300s', maxEjectionPercent: 100, ...more },
    });
  const failing = (status: number): LiveMeshOptions => ({
    server: { failures: [{ ratio: 1, status }] },
  });

  it('with every pod ejected requests are 503 UH', async () => {
    const registry = await afterWriting([outlier({ consecutive5xxErrors: 3 })], failing(500));
    expect(
      shareOf(registry, {
        response_code: '503',
        response_flags: 'UH',
        destination_workload: 'unknown',
      }),
    ).toBe(1);
  });

  it('below minHealthPercent ejected pods are used all the same', async () => {
    const registry = await afterWriting(
      [outlier({ consecutive5xxErrors: 3, minHealthPercent: 50 })],
      failing(500),
    );
    expect(shareOf(registry, { response_code: '500', response_flags: '-' })).toBe(1);
  });

  it('gateway errors alone are counted where only their threshold is set', async () => {
    const rule = outlier({ consecutive5xxErrors: 0, consecutiveGatewayErrors: 3 });
    const plain = await afterWriting([rule], failing(500));
    expect(shareOf(plain, { response_flags: 'UH' })).toBe(0);
    mesh.close();
    const gateway = await afterWriting([rule], failing(502));
    expect(shareOf(gateway, { response_flags: 'UH' })).toBe(1);
  });

  it('slow callers eject only after as many errors in a row', async () => {
    mesh = liveMesh((ms) => vi.advanceTimersByTimeAsync(ms), {
      ...failing(500),
      ratePerSecond: 2,
    });
    mesh.write(outlier({ consecutive5xxErrors: 40 }));
    const early = await mesh.growthAfterTwoSeconds(10);
    expect(early.total(REQUESTS, { response_flags: 'UH' })).toBe(0);
    const late = await mesh.growthAfterTwoSeconds(120);
    expect(late.total(REQUESTS, { response_flags: 'UH' })).toBeGreaterThan(0);
  });
});

describe('within two seconds after a policy was written', () => {
  const mtls = (namespace: string, spec: object): KubernetesObject =>
    security('PeerAuthentication', { name: 'default', namespace }, spec);
  const selector = { matchLabels: { app: 'server' } };

  it.each([
    ['mesh', mtls('istio-system', { mtls: { mode: 'STRICT' } })],
    ['namespace', mtls('back', { mtls: { mode: 'STRICT' } })],
    ['workload', mtls('back', { selector, mtls: { mode: 'STRICT' } })],
    ['port', mtls('back', { selector, portLevelMtls: { 8080: { mode: 'STRICT' } } })],
  ])(
    'STRICT for the %s cuts off clients without proxy and plaintext ones',
    async (_what, policy) => {
      const bare = await afterWriting([policy], { bare: ['front'] });
      expect(bare.select(REQUESTS, {})).toEqual([]);
      mesh.close();
      const plain = await afterWriting([policy, destinationRule({ tls: { mode: 'DISABLE' } })]);
      expect(shareOf(plain, { response_code: '503', response_flags: 'UC' })).toBe(1);
      expect(plain.select(REQUESTS, { reporter: 'destination' })).toEqual([]);
    },
  );

  it('DISABLE for a namespace makes callers speak plaintext', async () => {
    const registry = await afterWriting([mtls('back', { mtls: { mode: 'DISABLE' } })]);
    const server = { reporter: 'destination' };
    expect(shareOf(registry, { connection_security_policy: 'none' }, server)).toBe(1);
    expect(shareOf(registry, { source_principal: 'unknown' })).toBe(1);
  });

  it('PERMISSIVE for a workload goes before STRICT for its namespace', async () => {
    const registry = await afterWriting(
      [
        mtls('back', { mtls: { mode: 'STRICT' } }),
        security(
          'PeerAuthentication',
          { name: 'server', namespace: 'back' },
          { selector, mtls: { mode: 'PERMISSIVE' } },
        ),
      ],
      { bare: ['front'] },
    );
    const server = { reporter: 'destination' };
    expect(shareOf(registry, { connection_security_policy: 'none' }, server)).toBe(1);
  });

  const authorization = (spec: object, namespace = 'back'): KubernetesObject =>
    security('AuthorizationPolicy', { name: 'server', namespace }, spec);
  const from = (source: object): object => ({ rules: [{ from: [{ source }] }] });
  const to = (operation: object): object => ({ rules: [{ to: [{ operation }] }] });
  const client = 'cluster.local/ns/front/sa/client';

  it.each<[object, boolean]>([
    [{}, false],
    [{ action: 'DENY' }, true],
    [{ rules: [{}] }, true],
    [{ action: 'DENY', rules: [{}] }, false],
    [from({ principals: [client] }), true],
    [from({ principals: ['cluster.local/ns/front/sa/other'] }), false],
    [from({ namespaces: ['front'] }), true],
    [from({ namespaces: ['back'] }), false],
    [from({ notNamespaces: ['front'] }), false],
    [{ action: 'DENY', ...from({ principals: ['*/sa/client'] }) }, false],
    [{ action: 'DENY', ...from({ namespaces: ['other'] }) }, true],
    [to({ paths: ['/api/*'] }), true],
    [to({ paths: ['/admin'] }), false],
    [{ action: 'DENY', ...to({ paths: ['/api/*'] }) }, false],
    [to({ methods: ['GET'] }), true],
    [to({ methods: ['POST'] }), false],
    [to({ ports: ['8080'] }), true],
    [to({ ports: ['9000'] }), false],
    [{ selector: { matchLabels: { app: 'other' } } }, true],
  ])('AuthorizationPolicy %j lets the client in: %s', async (spec, isAllowed) => {
    const calls = [httpCall('server.back', 8080, '/api/items')];
    const registry = await afterWriting([authorization(spec)], { calls });
    for (const reporter of ['source', 'destination']) {
      const response_code = isAllowed ? '200' : '403';
      expect(shareOf(registry, { response_code, response_flags: '-' }, { reporter })).toBe(1);
    }
  });

  it('a policy of the root namespace counts for every workload', async () => {
    const registry = await afterWriting([authorization({}, 'istio-system')]);
    expect(shareOf(registry, { response_code: '403' })).toBe(1);
  });

  it('principals never match what came in plaintext', async () => {
    const registry = await afterWriting([
      destinationRule({ tls: { mode: 'DISABLE' } }),
      authorization(from({ principals: ['*'] })),
    ]);
    expect(shareOf(registry, { response_code: '403' })).toBe(1);
  });
});
