import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { httpCall, tcpCall } from '@/demo/scenario/calls';
import { security } from '@/demo/scenario/manifests';
import { istioSystem } from '@/demo/scenario/istio-system';
import { standardScenario } from '@/demo/scenario/standard-scenario';
import { FakeCluster } from '@/demo/traffic/testing/fake-cluster';
import { RecordingRegistry } from '@/demo/traffic/testing/recording-registry';
import { smallMesh, type SmallMeshOptions } from '@/demo/traffic/testing/small-mesh';
import { TrafficEngine } from '@/demo/traffic/traffic-engine';

const REQUESTS = 'istio_requests_total';

const ask = (namespace: string, more: object = {}): KubernetesObject =>
  security(
    'AuthorizationPolicy',
    { name: 'ask', namespace },
    { action: 'CUSTOM', provider: { name: 'sample-ext-authz-grpc' }, rules: [{}], ...more },
  );

function run(options: SmallMeshOptions): RecordingRegistry {
  const objects = [...istioSystem(), ...(options.objects ?? [])];
  const mesh = smallMesh({ ...options, objects });
  mesh.run(10);
  return mesh.registry;
}

const allow = httpCall('server.back', 8080, '/', { headers: { 'x-ext-authz': 'allow' } });

describe('what an external authorizer denies', () => {
  it('is a 403 to both proxies, and the server’s says UAEX', () => {
    const registry = run({ objects: [ask('back')] });
    const of = (reporter: string, flags: string): number =>
      registry.total(REQUESTS, { reporter, response_code: '403', response_flags: flags });
    expect(of('destination', 'UAEX')).toBeGreaterThan(500);
    expect(of('source', '-')).toBe(of('destination', 'UAEX'));
    expect(registry.total(REQUESTS, { response_code: '200' })).toBe(0);
  });

  it('passes when the request carries what it asks for', () => {
    const registry = run({ objects: [ask('back')], call: allow });
    expect(registry.total(REQUESTS, { response_code: '200' })).toBeGreaterThan(1000);
    expect(registry.total(REQUESTS, { response_code: '403' })).toBe(0);
  });

  it('ends TCP connections, with the flag in the server’s report', () => {
    const registry = run({ objects: [ask('back')], call: tcpCall('server.back', 9000, {}) });
    const opened = 'istio_tcp_connections_opened_total';
    const denied = { reporter: 'destination', response_flags: 'UAEX' };
    expect(registry.total(opened, denied)).toBeGreaterThan(500);
    expect(registry.total('istio_tcp_received_bytes_total', {})).toBe(0);
  });

  it('at a gateway is reported by the gateway, and reaches no server', () => {
    const scenario = standardScenario();
    const selector = { matchLabels: { app: 'istio-ingressgateway' } };
    const rules = [{ to: [{ operation: { ports: ['8080'] } }] }];
    const gateway = { reporter: 'source', source_workload: 'istio-ingressgateway' };
    const totals = [[], [ask('istio-system', { selector, rules })]].map((more) => {
      const registry = new RecordingRegistry();
      const reader = new FakeCluster([...scenario.objects, ...more]);
      const engine = new TrafficEngine({
        reader,
        registry,
        application: scenario.application,
        seed: 3,
      });
      for (let second = 1; second <= 10; second += 1) engine.step(second * 1000, 1);
      const denied = { ...gateway, response_code: '403', response_flags: 'UAEX' };
      return {
        all: registry.total(REQUESTS, gateway),
        denied: registry.total(REQUESTS, denied),
        named: registry.total(REQUESTS, { ...denied, destination_service_name: 'productpage' }),
      };
    });
    const [open, closed] = totals;
    expect(open?.all).toBeGreaterThan(50);
    expect(open?.denied).toBe(0);
    expect(closed?.all).toBeGreaterThan(50);
    expect(closed?.denied).toBe(closed?.all);
    expect(closed?.named).toBeGreaterThan(0);
  });
});
