import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { clientPolicy, type ClientPolicy } from '@/demo/traffic/routing/client-policy';
import { configObject, modelOf } from '@/demo/traffic/testing/config-fixtures';

const service = { host: 'pay.shop.svc.cluster.local', namespace: 'shop' };
const client = { namespace: 'web', labels: { app: 'front' } };
const rule = (place: string, spec: object, age = 0): KubernetesObject =>
  configObject('networking.istio.io/v1', 'DestinationRule', place, spec, age);
const tls = (mode: string): object => ({ trafficPolicy: { tls: { mode } } });
const policy = (
  objects: KubernetesObject[],
  subset: string | null = null,
  port = 80,
): ClientPolicy => clientPolicy(modelOf(...objects), client, service, subset, port);

describe('clientPolicy', () => {
  it('leaves TLS to automatic mTLS without a rule', () => {
    expect(policy([])).toEqual({
      tls: 'AUTO',
      subsetLabels: null,
      subsetMissing: false,
      maxConcurrent: null,
      maxConnections: null,
      outlier: null,
    });
  });

  it("prefers the client's namespace, then the service's, then the root's", () => {
    const root = rule('istio-system/r', { host: '*.local', ...tls('MUTUAL') });
    const own = rule('shop/r', { host: 'pay', ...tls('SIMPLE') });
    const callers = rule('web/r', { host: 'pay.shop.svc.cluster.local', ...tls('DISABLE') });
    expect(policy([root]).tls).toBe('MUTUAL');
    expect(policy([root, own]).tls).toBe('SIMPLE');
    expect(policy([root, own, callers]).tls).toBe('DISABLE');
  });

  it("does not merge across namespaces: subsets of the service's rule are gone behind the client's", () => {
    const own = rule('shop/r', {
      host: 'pay',
      subsets: [{ name: 'v1', labels: { version: 'v1' } }],
    });
    expect(policy([own], 'v1').subsetLabels).toEqual({ version: 'v1' });
    expect(policy([own, rule('web/r', { host: service.host })], 'v1').subsetMissing).toBe(true);
  });

  it('merges rules of one namespace and host: subsets of all, the traffic policy of the oldest that has one', () => {
    const merged = policy(
      [
        rule(
          'shop/young',
          { host: 'pay', ...tls('SIMPLE'), subsets: [{ name: 'v2', labels: { version: 'v2' } }] },
          5,
        ),
        rule('shop/old', { host: 'pay', ...tls('DISABLE') }, 1),
      ],
      'v2',
    );
    expect(merged).toMatchObject({ tls: 'DISABLE', subsetLabels: { version: 'v2' } });
  });

  it('takes the most specific host of a namespace alone', () => {
    const objects = [
      rule('shop/wild', { host: '*.shop.svc.cluster.local', ...tls('DISABLE') }, 1),
      rule('shop/exact', { host: 'pay' }, 5),
    ];
    expect(policy(objects).tls).toBe('AUTO');
  });

  it('lets a port block stand in for the top level and a subset override it', () => {
    const spec = {
      host: 'pay',
      trafficPolicy: {
        tls: { mode: 'ISTIO_MUTUAL' },
        portLevelSettings: [{ port: { number: 81 }, loadBalancer: { simple: 'RANDOM' } }],
      },
      subsets: [{ name: 'v1', labels: {}, trafficPolicy: { tls: { mode: 'DISABLE' } } }],
    };
    expect(policy([rule('shop/r', spec)]).tls).toBe('ISTIO_MUTUAL');
    expect(policy([rule('shop/r', spec)], null, 81).tls).toBe('AUTO');
    expect(policy([rule('shop/r', spec)], 'v1').tls).toBe('DISABLE');
  });

  it('is not seen where it is not exported, or by clients that its selector leaves out', () => {
    expect(policy([rule('shop/r', { host: 'pay', exportTo: ['.'], ...tls('DISABLE') })]).tls).toBe(
      'AUTO',
    );
    const chosen = (app: string): KubernetesObject =>
      rule('web/r', {
        host: service.host,
        workloadSelector: { matchLabels: { app } },
        ...tls('DISABLE'),
      });
    expect(policy([chosen('front')]).tls).toBe('DISABLE');
    expect(policy([chosen('back')]).tls).toBe('AUTO');
  });

  it('reads limits and outlier detection with their defaults', () => {
    const trafficPolicy = {
      connectionPool: { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 3 } },
      outlierDetection: { baseEjectionTime: '1m' },
    };
    expect(policy([rule('shop/r', { host: 'pay', trafficPolicy })])).toMatchObject({
      maxConcurrent: 8,
      outlier: {
        consecutive5xx: 5,
        consecutiveGateway: null,
        baseEjectionMs: 60_000,
        maxEjected: 0.1,
        minHealthy: 0,
      },
    });
  });
});
