import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { httpCall, tcpCall } from '@/demo/scenario/calls';
import { networking } from '@/demo/scenario/manifests';
import type { RecordingRegistry } from '@/demo/traffic/testing/recording-registry';
import {
  serverMtls,
  serverRoute,
  serverSubsets,
  smallMesh,
  toSubset,
  type SmallMeshOptions,
} from '@/demo/traffic/testing/small-mesh';

const REQUESTS = 'istio_requests_total';

function run(
  objects: readonly KubernetesObject[],
  options: SmallMeshOptions = {},
): RecordingRegistry {
  const mesh = smallMesh({ ...options, objects });
  mesh.run(10);
  return mesh.registry;
}

/** The different values of a label among the series that one side reports. */
function seen(registry: RecordingRegistry, label: string, reporter = 'source'): string[] {
  const values = registry.select(REQUESTS, { reporter }).map(({ labels }) => labels[label] ?? '');
  return [...new Set(values)].sort();
}

const sidecar = (hosts: readonly string[], more: object = {}): KubernetesObject =>
  networking('Sidecar', { name: 'default', namespace: 'front' }, { egress: [{ hosts }], ...more });
const meshConfig = (mesh: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: { mesh },
});
const only = { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } };
const v2Route = serverRoute([{ route: [toSubset('v2')] }]);

describe('a Sidecar', () => {
  it.each([
    [['*/*'], 'server'],
    [['back/*'], 'server'],
    [['*/server.back.svc.cluster.local'], 'server'],
    [['back/*.back.svc.cluster.local'], 'server'],
    [['./*'], 'PassthroughCluster'],
    [['~/*'], 'PassthroughCluster'],
    [['other/*', 'istio-system/*'], 'PassthroughCluster'],
    [['back/other.back.svc.cluster.local'], 'PassthroughCluster'],
  ])('that imports %j makes its client report %s', (hosts, name) => {
    expect(seen(run([sidecar(hosts)]), 'destination_service_name')).toEqual([name]);
  });

  it('sends what it passes through in plaintext and without rules, so STRICT servers refuse it', () => {
    const objects = [sidecar(['./*']), serverSubsets(), v2Route];
    const open = run(objects);
    expect(seen(open, 'response_code')).toEqual(['200']);
    expect(seen(open, 'destination_service')).toEqual(['server.back']);
    expect(seen(open, 'destination_workload', 'destination')).toEqual(['server-v1', 'server-v2']);
    expect(seen(open, 'connection_security_policy', 'destination')).toEqual(['none']);
    expect(seen(open, 'destination_service_name', 'destination')).toEqual(['server']);
    const strict = run([...objects, serverMtls('STRICT')]);
    expect(seen(strict, 'response_code')).toEqual(['503']);
    expect(seen(strict, 'response_code', 'destination')).toEqual([]);
  });

  it.each([
    ['REGISTRY_ONLY', only],
    ['a policy without a mode', { outboundTrafficPolicy: {} }],
  ])('with %s answers 502 for what it does not import', (_what, policy) => {
    const registry = run([sidecar(['./*'], policy)]);
    expect(seen(registry, 'destination_service_name')).toEqual(['BlackHoleCluster']);
    expect(seen(registry, 'response_code')).toEqual(['502']);
    expect(seen(registry, 'response_code', 'destination')).toEqual([]);
    const call = { call: httpCall('elsewhere.example.com', 80, '/') };
    expect(seen(run([sidecar(['*/*'], policy)], call), 'response_code')).toEqual(['502']);
  });

  it('refuses TCP to what it does not import, or passes it through', () => {
    const bytes = (policy: object, reporter: string): number =>
      run([sidecar(['./*'], policy)], { call: tcpCall('server.back', 9000, {}) }).total(
        'istio_tcp_received_bytes_total',
        {
          reporter,
          destination_service_name: reporter === 'source' ? 'PassthroughCluster' : 'server',
        },
      );
    expect(bytes({}, 'source')).toBeGreaterThan(0);
    expect(bytes({}, 'destination')).toBeGreaterThan(0);
    expect(bytes(only, 'source') + bytes(only, 'destination')).toBe(0);
  });

  it('knows where imported routes lead, and leaves out routes of other namespaces', () => {
    const route = (place: string): KubernetesObject =>
      networking(
        'VirtualService',
        { name: 'server', namespace: place },
        {
          hosts: ['server.back.svc.cluster.local'],
          http: [
            { route: [{ destination: { host: 'server.back.svc.cluster.local', subset: 'v2' } }] },
          ],
        },
      );
    const own = run([sidecar(['./*']), serverSubsets(), route('front')]);
    expect(seen(own, 'destination_workload')).toEqual(['server-v2']);
    const others = run([
      sidecar(['./*', 'back/server.back.svc.cluster.local']),
      serverSubsets(),
      route('elsewhere'),
    ]);
    expect(seen(others, 'destination_workload')).toEqual(['server-v1', 'server-v2']);
  });

  it('of the client’s labels wins over that of its namespace, and that over the root’s', () => {
    const at = (namespace: string, name: string, spec: object): KubernetesObject =>
      networking('Sidecar', { name, namespace }, spec);
    const closed = { egress: [{ hosts: ['./*'] }], ...only };
    const root = at('istio-system', 'default', closed);
    expect(seen(run([root]), 'response_code')).toEqual(['502']);
    const open = at('front', 'default', { egress: [{ hosts: ['*/*'] }] });
    expect(seen(run([root, open]), 'response_code')).toEqual(['200']);
    const selecting = at('front', 'client', {
      ...closed,
      workloadSelector: { labels: { app: 'client' } },
    });
    expect(seen(run([root, open, selecting]), 'response_code')).toEqual(['502']);
    const other = at('front', 'other', {
      ...closed,
      workloadSelector: { labels: { app: 'other' } },
    });
    expect(seen(run([root, open, other]), 'response_code')).toEqual(['200']);
  });

  it('imports by the port of its listener where that has one', () => {
    const listener = (number: number): KubernetesObject =>
      networking(
        'Sidecar',
        { name: 'default', namespace: 'front' },
        {
          egress: [{ port: { number, protocol: 'HTTP', name: 'http' }, hosts: ['*/*'] }],
          ...only,
        },
      );
    expect(seen(run([listener(8080)]), 'response_code')).toEqual(['200']);
    expect(seen(run([listener(9080)]), 'response_code')).toEqual(['502']);
  });

  it('says nothing to clients without a proxy', () => {
    const registry = run([sidecar(['./*'], only)], { clientInjected: false });
    expect(seen(registry, 'response_code', 'destination')).toEqual(['200']);
  });
});

describe('exportTo', () => {
  it.each([
    ['.', 'PassthroughCluster'],
    ['back', 'PassthroughCluster'],
    ['~', 'PassthroughCluster'],
    ['back, front', 'server'],
    ['*', 'server'],
  ])('%s of a Service makes its client report %s', (exportTo, name) => {
    const mesh = smallMesh();
    const [service] = mesh.cluster.list('', 'Service');
    if (service === undefined) throw new Error('no service');
    mesh.cluster.put({
      ...service,
      metadata: { ...service.metadata, annotations: { 'networking.istio.io/exportTo': exportTo } },
    });
    mesh.run(5);
    expect(seen(mesh.registry, 'destination_service_name')).toEqual([name]);
  });

  it('of Services is private where the mesh says so', () => {
    const registry = run([meshConfig('defaultServiceExportTo: ["."]')]);
    expect(seen(registry, 'destination_service_name')).toEqual(['PassthroughCluster']);
  });

  it('of VirtualServices is private where the mesh says so, unless they say otherwise', () => {
    const privately = meshConfig('defaultVirtualServiceExportTo: ["."]');
    const both = ['server-v1', 'server-v2'];
    expect(seen(run([serverSubsets(), v2Route]), 'destination_workload')).toEqual(['server-v2']);
    expect(seen(run([privately, serverSubsets(), v2Route]), 'destination_workload')).toEqual(both);
    const exported = serverRoute([{ route: [toSubset('v2')] }], { exportTo: ['*'] });
    expect(seen(run([privately, serverSubsets(), exported]), 'destination_workload')).toEqual([
      'server-v2',
    ]);
  });

  it.each([
    ['["."]', ['503']],
    ['["*"]', ['200']],
    // istiod looks for "." alone here: a name leaves rules public.
    ['["elsewhere"]', ['200']],
  ])('of DestinationRules by the mesh’s default %s answers %j for a subset', (names, codes) => {
    const objects = [
      meshConfig(`defaultDestinationRuleExportTo: ${names}`),
      serverSubsets(),
      v2Route,
    ];
    expect(seen(run(objects), 'response_code')).toEqual(codes);
  });
});
