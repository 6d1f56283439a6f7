import { describe, expect, test } from 'vitest';
import { findCanaryCandidates } from '@/mesh/splits/find-canary-candidates';
import {
  aDestinationRule,
  anHttpRoute,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
  type TopologyParts,
} from '@/mesh/testing/topology-builders';
import type { CanaryCandidate } from '@/mesh/splits/canary';
import type { ConfigObject } from '@/mesh/topology/object';
import type { Service, Topology } from '@/mesh/topology/topology';

const ISTIO = 'networking.istio.io';
const GATEWAY = 'gateway.networking.k8s.io';
const SERVED = ['VirtualService', 'DestinationRule'].map((kind) => `${ISTIO}/${kind}`);
const ALL = [...SERVED, `${GATEWAY}/HTTPRoute`, `${GATEWAY}/GRPCRoute`];

const two = [aWorkload('shop', 'cart-v1'), aWorkload('shop', 'cart-v2')];

function serving(parts: TopologyParts, kinds = ALL): Topology {
  const topology = aTopology(parts);
  const config = new Map<string, readonly ConfigObject[]>(kinds.map((kind) => [kind, []]));
  for (const [kind, objects] of topology.config) config.set(kind, objects);
  return { ...topology, config };
}

function find(parts: TopologyParts, kinds = ALL): readonly CanaryCandidate[] {
  return findCanaryCandidates(serving({ services: [aService('shop', 'cart')], ...parts }, kinds));
}

function reasons(candidate: CanaryCandidate | undefined): Record<string, string | null> {
  return Object.fromEntries(candidate?.apis.map((one) => [one.api, one.unavailable]) ?? []);
}

function matching(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}

describe('a candidate', () => {
  test('is a service with two versions and no route; each version has its workloads and pods', () => {
    const workloads = [
      aWorkload('shop', 'cart-v1', { readyPods: 3 }),
      aWorkload('shop', 'cart-v2'),
    ];
    const [candidate, ...others] = find({ workloads });
    expect(others).toEqual([]);
    expect(candidate).toMatchObject({
      id: 'shop/cart',
      host: 'cart.shop.svc.cluster.local',
      labelKey: 'version',
      destinationRule: null,
      unversioned: [],
    });
    expect(candidate?.versions).toEqual([
      {
        version: 'v1',
        workloads: ['shop/cart-v1'],
        readyPods: 3,
        subset: 'v1',
        hasSubset: false,
        service: 'cart-v1',
        servicePort: 9080,
        hasService: false,
      },
      {
        version: 'v2',
        workloads: ['shop/cart-v2'],
        readyPods: 1,
        subset: 'v2',
        hasSubset: false,
        service: 'cart-v2',
        servicePort: 9080,
        hasService: false,
      },
    ]);
  });

  test('counts versions as people do', () => {
    const workloads = ['v10', 'v9', 'v2'].map((version) => aWorkload('shop', `cart-${version}`));
    expect(find({ workloads })[0]?.versions.map(({ version }) => version)).toEqual([
      'v2',
      'v9',
      'v10',
    ]);
  });

  test('may be told apart by the canonical revision where there is no label version', () => {
    const key = 'service.istio.io/canonical-revision';
    const workloads = ['blue', 'green'].map((version) =>
      aWorkload('shop', `cart-${version}`, {
        app: 'cart',
        version,
        labels: { app: 'cart', [key]: version },
      }),
    );
    expect(find({ workloads })[0]).toMatchObject({ labelKey: key });
  });

  test('names the workloads that carry no version', () => {
    const bare = aWorkload('shop', 'cart-old', { app: 'cart', labels: { app: 'cart' } });
    expect(find({ workloads: [...two, bare] })[0]?.unversioned).toEqual(['shop/cart-old']);
  });
});

describe('no candidate', () => {
  test.each<[string, TopologyParts]>([
    ['is a service with one version', { workloads: two.slice(0, 1) }],
    [
      'is one whose pods carry no version label, though there are two workloads',
      {
        workloads: ['a', 'b'].map((name) =>
          aWorkload('shop', name, { app: 'cart', labels: { app: 'cart' } }),
        ),
      },
    ],
    [
      'is a Service without selector',
      { workloads: two, services: [aService('shop', 'cart', { selector: null })] },
    ],
    [
      'is a gateway',
      { workloads: two.map((workload) => ({ ...workload, proxy: 'gateway' as const })) },
    ],
    [
      'is one that a VirtualService of another namespace routes',
      {
        workloads: two,
        config: [aVirtualService('other', 'x', { hosts: ['cart.shop.svc.cluster.local'] })],
      },
    ],
    [
      'is one that a wildcard routes',
      {
        workloads: two,
        config: [aVirtualService('shop', 'x', { hosts: ['*.svc.cluster.local'] })],
      },
    ],
    [
      'is one that an HTTPRoute has for its parent',
      {
        workloads: two,
        config: [
          anHttpRoute('shop', 'x', { parentRefs: [{ group: '', kind: 'Service', name: 'cart' }] }),
        ],
      },
    ],
  ])('%s', (_what, parts) => {
    expect(find(parts)).toEqual([]);
  });

  test('but routes of gateways alone leave it one', () => {
    const config = [
      aVirtualService('shop', 'x', { hosts: ['cart.example.com'], gateways: ['front'] }),
      anHttpRoute('shop', 'y', {
        parentRefs: [
          { kind: 'Gateway', name: 'front' },
          { group: '', kind: 'Service', name: 'other' },
        ],
      }),
    ];
    expect(find({ workloads: two, config })).toHaveLength(1);
  });
});

describe('the APIs', () => {
  test('are those that the cluster serves', () => {
    expect(find({ workloads: two }, SERVED)[0]?.apis).toEqual([
      { api: 'VirtualService', name: 'cart', unavailable: null },
    ]);
    expect(find({ workloads: two }, [])[0]?.apis).toEqual([]);
  });

  test('of a headless service do not include VirtualService, because subsets would not steer it', () => {
    const services = [aService('shop', 'cart', { headless: true })];
    const found = reasons(find({ workloads: two, services })[0]);
    expect(found['VirtualService']).toMatch(/headless/);
    expect(found['HTTPRoute']).toBeNull();
  });

  test('follow the protocol of the ports', () => {
    const on = (name: string): Service =>
      aService('shop', 'cart', {
        ports: [{ name, port: 1, targetPort: 1, protocol: 'TCP', appProtocol: null }],
      });
    const of = (name: string) => reasons(find({ workloads: two, services: [on(name)] })[0]);
    expect(of('grpc-api')).toMatchObject({ GRPCRoute: null, HTTPRoute: matching(/GRPCRoute/) });
    expect(of('http')).toMatchObject({ HTTPRoute: null, GRPCRoute: matching(/gRPC/) });
    expect(of('tcp-redis')).toMatchObject({ VirtualService: null, HTTPRoute: matching(/HTTP/) });
    expect(of('https')).toMatchObject({
      VirtualService: matching(/TLS/),
      HTTPRoute: matching(/HTTP/),
    });
  });

  test('use Services that already reach one version each, and see names that are taken', () => {
    const own = aService('shop', 'cart-stable', { selector: { app: 'cart', version: 'v1' } });
    const services = [aService('shop', 'cart'), own];
    const [reusing] = find({ workloads: two, services });
    expect(reusing?.versions[0]).toMatchObject({ service: 'cart-stable', hasService: true });
    expect(reusing?.versions[1]).toMatchObject({ service: 'cart-v2', hasService: false });

    const taken = aService('shop', 'cart-v2', { selector: { app: 'else' } });
    const [clashing] = find({ workloads: two, services: [...services, taken] });
    expect(reasons(clashing)['HTTPRoute']).toMatch(/cart-v2/);
    expect(reasons(clashing)['VirtualService']).toBeNull();
  });

  test('name the route differently when its name is taken by a route of other hosts', () => {
    const config = [aVirtualService('shop', 'cart', { hosts: ['else.example.com'] })];
    expect(find({ workloads: two, config })[0]?.apis[0]).toMatchObject({
      name: 'cart-canary',
      unavailable: null,
    });
  });
});

describe('an existing DestinationRule', () => {
  test('lends the subsets that it has; a name with other labels is not used', () => {
    const rule = aDestinationRule('shop', 'mine', {
      host: 'cart',
      subsets: [
        { name: 'stable', labels: { version: 'v1' } },
        { name: 'v2', labels: { version: 'v2', tier: 'gold' } },
      ],
    });
    const [candidate] = find({ workloads: two, config: [rule] });
    expect(candidate?.destinationRule).toMatchObject({ name: 'mine' });
    expect(candidate?.versions.map(({ subset, hasSubset }) => [subset, hasSubset])).toEqual([
      ['stable', true],
      ['v2-2', false],
    ]);
  });
});
