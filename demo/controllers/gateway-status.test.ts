import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startControllers } from '@/demo/controllers/controllers';
import { arrayOf, objectOf, readPath, stringOf } from '@/demo/kubernetes/json';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { gatewayApi, namespace, service } from '@/demo/scenario/manifests';

const GROUP = 'gateway.networking.k8s.io';
let store: ObjectStore;
let controllers: { close(): void };

function route(backend: string): ReturnType<typeof gatewayApi> {
  return gatewayApi(
    'HTTPRoute',
    { name: 'web', namespace: 'shop' },
    {
      parentRefs: [
        { group: GROUP, kind: 'Gateway', name: 'entry' },
        { group: '', kind: 'Service', name: 'web', port: 80 },
      ],
      rules: [{ backendRefs: [{ name: backend, port: 80 }] }],
    },
  );
}

function conditions(...path: readonly string[]): Record<string, string>[] {
  const stored = store.get(GROUP, 'HTTPRoute', 'shop', 'web');
  return arrayOf(readPath(stored, 'status', 'parents')).map((parent) =>
    Object.fromEntries(
      arrayOf(readPath(parent, 'conditions')).map((condition): [string, string] => [
        stringOf(readPath(condition, 'type')),
        path.map((key) => String(readPath(condition, key))).join(' '),
      ]),
    ),
  );
}

beforeEach(() => {
  store = new ObjectStore();
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
  for (const object of [
    namespace('shop', true),
    service('shop', 'web', { app: 'web' }, [{ name: 'http', port: 80 }]),
    service('shop', 'entry-istio', { app: 'entry' }, [{ name: 'http', port: 80 }]),
    gatewayApi(
      'Gateway',
      { name: 'entry', namespace: 'shop' },
      { gatewayClassName: 'istio', listeners },
    ),
    route('web'),
  ]) {
    store.apply(object);
  }
  controllers = startControllers(store, { podReadyMs: 5, podTerminationMs: 5 });
});

afterEach(() => controllers.close());

describe('status of Gateway API objects', () => {
  it('accepts a route at each of its parents when parents and backends exist', () => {
    const good = { Accepted: 'True Accepted', ResolvedRefs: 'True ResolvedRefs' };
    expect(conditions('status', 'reason')).toEqual([good, good]);
  });

  it('programs a gateway and counts the routes attached to each listener', () => {
    const gateway = store.get(GROUP, 'Gateway', 'shop', 'entry');
    expect(readPath(gateway, 'status', 'addresses')).toEqual([
      { type: 'Hostname', value: 'entry-istio.shop.svc.cluster.local' },
    ]);
    expect(arrayOf(readPath(gateway, 'status', 'conditions'))).toMatchObject([
      { type: 'Accepted', status: 'True' },
      { type: 'Programmed', status: 'True', observedGeneration: 1 },
    ]);
    expect(arrayOf(readPath(gateway, 'status', 'listeners'))).toMatchObject([
      { name: 'http', attachedRoutes: 1 },
    ]);
  });

  it('gives a gateway the external address of its service, and the next one to the next service', async () => {
    for (const name of ['entry-istio', 'other']) {
      const balanced = service('shop', name, { app: name }, [{ name: 'http', port: 80 }]);
      store.apply({ ...balanced, spec: { ...objectOf(balanced['spec']), type: 'LoadBalancer' } });
    }
    const ingress = (name: string) =>
      readPath(store.get('', 'Service', 'shop', name), 'status', 'loadBalancer', 'ingress');
    await expect.poll(() => ingress('other')).toBeDefined();
    const [first, second] = ['entry-istio', 'other'].map((name) => arrayOf(ingress(name))[0]);
    expect(first).toEqual({ ip: '172.18.255.200', ipMode: 'VIP' });
    expect(second).toEqual({ ip: '172.18.255.201', ipMode: 'VIP' });
    await expect
      .poll(() => readPath(store.get(GROUP, 'Gateway', 'shop', 'entry'), 'status', 'addresses'))
      .toEqual([{ type: 'IPAddress', value: '172.18.255.200' }]);
  });

  it('takes the external address from a service that needs none any more', async () => {
    const plain = service('shop', 'web', { app: 'web' }, [{ name: 'http', port: 80 }]);
    store.apply({ ...plain, spec: { ...objectOf(plain['spec']), type: 'LoadBalancer' } });
    const balancer = () =>
      readPath(store.get('', 'Service', 'shop', 'web'), 'status', 'loadBalancer');
    await expect.poll(balancer).toHaveProperty('ingress');
    store.apply({ ...plain, status: { loadBalancer: balancer() } });
    await expect.poll(balancer).toEqual({});
  });

  it('names a missing backend and follows the generation when the route changes', async () => {
    store.apply(route('nowhere'));
    const broken = {
      Accepted: '2 Accepted',
      ResolvedRefs: '2 BackendNotFound',
    };
    await expect.poll(() => conditions('observedGeneration', 'reason')).toEqual([broken, broken]);
  });

  it('rejects a route at a parent that is gone', async () => {
    store.delete(GROUP, 'Gateway', 'shop', 'entry');
    await expect
      .poll(() => conditions('reason').map((one) => one['Accepted']))
      .toEqual(['NoMatchingParent', 'Accepted']);
  });
});
