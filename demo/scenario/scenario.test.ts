import { describe, expect, it } from 'vitest';
import { readPath } from '@/demo/kubernetes/json';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { scaledScenario } from '@/demo/scenario/scaled-scenario';
import type { Scenario } from '@/demo/scenario/scenario';
import { standardScenario } from '@/demo/scenario/standard-scenario';
import { FakeCluster } from '@/demo/traffic/testing/fake-cluster';
import { RecordingRegistry } from '@/demo/traffic/testing/recording-registry';
import { TrafficEngine } from '@/demo/traffic/traffic-engine';

/** Requests and exchanges of a scenario, simulated for a while. */
function simulated(scenario: Scenario, seconds: number): RecordingRegistry {
  const registry = new RecordingRegistry();
  const reader = new FakeCluster(scenario.objects);
  const { application } = scenario;
  new TrafficEngine({ reader, registry, application, seed: 1 }).simulateHistory(
    5000,
    seconds * 1000,
    5000,
  );
  return registry;
}

const REQUESTS = 'istio_requests_total';

describe('the standard scenario', () => {
  const registry = simulated(standardScenario(), 600);
  const ratio = (labels: Record<string, string>, among: Record<string, string>): number =>
    registry.total(REQUESTS, { ...among, ...labels }) / registry.total(REQUESTS, among);

  it('is accepted whole by the object store', () => {
    const store = new ObjectStore();
    for (const object of standardScenario().objects) store.apply(object);
    expect(store.list('networking.istio.io', 'VirtualService').length).toBeGreaterThan(5);
  });

  it.each([
    ['istio-ingressgateway', 'productpage'],
    ['productpage-v1', 'details'],
    ['productpage-v1', 'reviews'],
    ['reviews-v2', 'ratings'],
    ['boutique-gateway-istio', 'frontend-v1'],
    ['loadgenerator', 'frontend-v2'],
    ['frontend-v1', 'checkoutservice'],
    ['checkoutservice-v1', 'paymentservice'],
    ['recommendationservice-v1', 'productcatalogservice'],
    ['currencyservice', 'rates.example.com'],
    ['shippingservice-v1', 'PassthroughCluster'],
  ])('has traffic from %s to %s', (source_workload, destination_service_name) => {
    expect(registry.total(REQUESTS, { source_workload, destination_service_name })).toBeGreaterThan(
      0,
    );
  });

  it('rolls reviews v2 out to a tenth of the readers', () => {
    const share = ratio(
      { destination_workload: 'reviews-v2' },
      {
        reporter: 'source',
        source_workload: 'productpage-v1',
        destination_service_name: 'reviews',
      },
    );
    // One reader in ten is the tester, who always sees v3.
    expect(share).toBeGreaterThan(0.07);
    expect(share).toBeLessThan(0.11);
  });

  it('has errors of several kinds', () => {
    const details = ratio(
      { response_code: '503' },
      { reporter: 'source', destination_workload: 'details-v1', source_workload: 'productpage-v1' },
    );
    expect(details).toBeGreaterThan(0.02);
    expect(details).toBeLessThan(0.04);
    expect(
      ratio(
        { response_flags: 'UC' },
        { source_workload: 'report-builder', destination_service_name: 'productpage' },
      ),
    ).toBe(1);
    expect(
      ratio(
        { response_code: '403' },
        { source_workload: 'report-builder', destination_service_name: 'details' },
      ),
    ).toBe(1);
    expect(
      registry.total(REQUESTS, { destination_service_name: 'emailservice', response_flags: 'FI' }),
    ).toBeGreaterThan(0);
  });

  it('lets a batch job without proxy through where plaintext is allowed, and only there', () => {
    const bare = registry.select(REQUESTS, { reporter: 'destination', source_workload: 'unknown' });
    expect(new Set(bare.map(({ labels }) => labels['destination_service_name']))).toEqual(
      new Set(['productcatalogservice']),
    );
  });

  it('has what a mesh has: both modes, gateways, an external service, pods without proxy', () => {
    const { objects } = standardScenario();
    const modes = objects
      .filter(({ kind }) => kind === 'PeerAuthentication')
      .map((object) => readPath(object, 'spec', 'mtls', 'mode'));
    expect(new Set(modes)).toEqual(new Set(['STRICT', 'PERMISSIVE']));
    const kinds = new Set(objects.map(({ kind }) => kind));
    for (const kind of [
      'Gateway',
      'VirtualService',
      'HTTPRoute',
      'DestinationRule',
      'ServiceEntry',
    ])
      expect(kinds).toContain(kind);
    const uninjected = objects.filter(
      ({ kind, metadata }) =>
        kind === 'Namespace' && metadata.labels?.['istio-injection'] === undefined,
    );
    expect(uninjected.map(({ metadata }) => metadata.name)).toContain('legacy');
    expect(
      registry.total(REQUESTS, { reporter: 'source', destination_service: 'rates.example.com' }),
    ).toBeGreaterThan(0);
  });

  it('keeps both databases to TCP, one encrypted and one not', () => {
    const tcp = (destination_service_name: string): (string | undefined)[] => [
      ...new Set(
        registry
          .select('istio_tcp_sent_bytes_total', {
            reporter: 'destination',
            destination_service_name,
          })
          .map(({ labels }) => labels['connection_security_policy']),
      ),
    ];
    expect(tcp('mongodb')).toEqual(['mutual_tls']);
    expect(tcp('redis-cart')).toEqual(['none']);
  });
});

describe('a scaled scenario', () => {
  it('repeats for a seed', () => {
    expect(scaledScenario(40, 5)).toEqual(scaledScenario(40, 5));
    expect(scaledScenario(40, 5)).not.toEqual(scaledScenario(40, 6));
  });

  it('has two workloads for each service, twenty services for each namespace, and about 2.5 edges a workload', () => {
    const scenario = scaledScenario(200, 1);
    const count = (kind: string): number =>
      scenario.objects.filter((object) => object.kind === kind).length;
    expect(count('Service')).toBe(200 + 3);
    expect(count('Deployment')).toBe(400 + 3);
    expect(count('PeerAuthentication')).toBe(10);
    const registry = simulated(scenario, 120);
    const edges = new Set(
      [
        ...registry.select(REQUESTS, { reporter: 'source' }),
        ...registry.select('istio_tcp_sent_bytes_total', { reporter: 'source' }),
      ].map(
        ({ labels }) =>
          `${labels['source_workload'] ?? ''}>${labels['destination_workload'] ?? ''}`,
      ),
    );
    expect(edges.size / 400).toBeGreaterThan(1.9);
    expect(edges.size / 400).toBeLessThan(3.1);
  }, 30_000);
});
