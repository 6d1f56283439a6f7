import { describe, expect, test } from 'vitest';
import { defaultCanaryWeights } from '@/mesh/splits/default-canary-weights';
import { findCanaryCandidates } from '@/mesh/splits/find-canary-candidates';
import { planCanaryStart } from '@/mesh/splits/plan-canary-start';
import { subsetRemovalPatch, undoOfStep } from '@/mesh/splits/undo-canary-step';
import {
  aConfigObject,
  aDestinationRule,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
  type TopologyParts,
} from '@/mesh/testing/topology-builders';
import type { CanaryApi, CanaryPlan, CanaryStart } from '@/mesh/splits/canary';
import type { JsonObject, JsonPatchOperation } from '@/mesh/json';
import type { ConfigObject } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';

const KINDS = [
  'networking.istio.io/VirtualService',
  'networking.istio.io/DestinationRule',
  'gateway.networking.k8s.io/HTTPRoute',
];
const workloads = [aWorkload('shop', 'cart-v1'), aWorkload('shop', 'cart-v2')];
const services = [aService('shop', 'cart')];

function serving(parts: TopologyParts = {}): Topology {
  const topology = aTopology({ workloads, services, ...parts });
  const config = new Map<string, readonly ConfigObject[]>(KINDS.map((kind) => [kind, []]));
  for (const [kind, objects] of topology.config) config.set(kind, objects);
  return { ...topology, config };
}

function aStart(api: CanaryApi = 'VirtualService', v1 = 90, v2 = 10): CanaryStart {
  const weights = [
    { version: 'v2', weight: v2 },
    { version: 'v1', weight: v1 },
  ];
  return { namespace: 'shop', service: 'cart', api, weights };
}

const versionOf = (kind: string) =>
  kind.startsWith('/') ? 'v1' : `${kind.slice(0, kind.indexOf('/'))}/v1`;

function plan(parts: TopologyParts = {}, start = aStart()): CanaryPlan {
  const result = planCanaryStart(serving(parts), start, versionOf);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function rules(parts: TopologyParts): readonly string[] {
  return plan(parts).warnings.map(({ rule }) => rule);
}

/** What an API server does with the few operations that such a patch has. */
function patched(object: JsonObject, patch: readonly JsonPatchOperation[]): JsonObject {
  const copy = structuredClone(object) as Record<string, Record<string, unknown>>;
  for (const operation of patch) {
    const [, , field = '', place] = operation.path.split('/');
    const spec = copy['spec'] ?? {};
    const list = spec['subsets'] as unknown[];
    if (operation.op === 'test') {
      const at = field === '' ? spec : place === undefined ? spec[field] : list[Number(place)];
      expect(at).toEqual(operation.value);
    } else if (operation.op === 'add' && place === '-') list.push(operation.value);
    else if (operation.op === 'add') spec[field] = structuredClone(operation.value);
    else if (place === undefined) delete spec['subsets'];
    else list.splice(Number(place), 1);
  }
  return copy as JsonObject;
}

describe('a start with VirtualService', () => {
  test('creates the subsets before the route, with the weights wanted', () => {
    expect(plan().steps).toMatchObject([
      {
        action: 'create',
        manifest: {
          apiVersion: 'networking.istio.io/v1',
          kind: 'DestinationRule',
          metadata: { name: 'cart', namespace: 'shop' },
          spec: {
            host: 'cart',
            subsets: [
              { name: 'v1', labels: { version: 'v1' } },
              { name: 'v2', labels: { version: 'v2' } },
            ],
          },
        },
      },
      {
        action: 'create',
        manifest: {
          kind: 'VirtualService',
          spec: {
            hosts: ['cart'],
            http: [
              {
                route: [
                  { destination: { host: 'cart', subset: 'v1' }, weight: 90 },
                  { destination: { host: 'cart', subset: 'v2' }, weight: 10 },
                ],
              },
            ],
          },
        },
      },
    ]);
    expect(plan().warnings).toEqual([]);
  });

  test('splits a TCP service by port', () => {
    const port = { name: 'tcp', port: 6379, targetPort: 1, protocol: 'TCP', appProtocol: null };
    const { steps } = plan({ services: [aService('shop', 'cart', { ports: [port] })] });
    expect(steps[1]).toMatchObject({
      manifest: { spec: { tcp: [{ match: [{ port: 6379 }] }] } },
    });
  });

  test.each([
    ['with a subset', [{ name: 'stable', labels: { version: 'v1' } }]],
    ['with an empty list', []],
    ['without a list', undefined],
  ])('keeps a DestinationRule %s byte for byte, also after the undo', (_what, subsets) => {
    const spec: JsonObject = {
      host: 'cart.shop.svc.cluster.local',
      trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } },
      ...(subsets === undefined ? {} : { subsets }),
      unknownField: [1, { deep: null }],
    };
    const rule = aDestinationRule('shop', 'mine', spec);
    const [step, route, ...rest] = plan({ config: [rule] }).steps;
    expect(rest).toEqual([]);
    expect(route?.object).toMatchObject({ kind: 'VirtualService' });
    if (step?.action !== 'add-subsets') throw new Error('it must be changed, not created');
    const after = patched({ spec }, step.patch);
    const { subsets: added, ...others } = after['spec'] as JsonObject;
    const { subsets: _before, ...kept } = spec;
    expect(JSON.stringify(others)).toBe(JSON.stringify(kept));
    expect(added).toEqual(
      subsets?.length === 1
        ? [...subsets, { name: 'v2', labels: { version: 'v2' } }]
        : [
            { name: 'v1', labels: { version: 'v1' } },
            { name: 'v2', labels: { version: 'v2' } },
          ],
    );
    const undo = undoOfStep(step, { uid: 'u', resourceVersion: '2', generation: 1 });
    if (undo.action !== 'remove-subsets') throw new Error('it must not be deleted');
    expect(patched(after, subsetRemovalPatch(undo))).toEqual({ spec });
  });

  test('needs no change of a DestinationRule that has all subsets', () => {
    const subsets = ['v1', 'v2'].map((version) => ({ name: version, labels: { version } }));
    const rule = aDestinationRule('shop', 'mine', { host: 'cart', subsets });
    expect(plan({ config: [rule] }).steps.map(({ object }) => object.kind)).toEqual([
      'VirtualService',
    ]);
  });

  test('repeats the policy of a wildcard rule that the new rule would shadow, and says so', () => {
    const trafficPolicy = { tls: { mode: 'ISTIO_MUTUAL' } };
    const rule = aDestinationRule('shop', 'all', {
      host: '*.shop.svc.cluster.local',
      trafficPolicy,
    });
    const { steps, warnings } = plan({ config: [rule] });
    expect(steps[0]).toMatchObject({ action: 'create', manifest: { spec: { trafficPolicy } } });
    expect(warnings).toMatchObject([{ rule: 'policy-copied', object: { name: 'all' } }]);
  });
});

describe('a start with HTTPRoute', () => {
  test('creates a Service for each version before the route', () => {
    const { steps } = plan({}, aStart('HTTPRoute'));
    expect(steps.map(({ object }) => `${object.kind} ${object.name}`)).toEqual([
      'Service cart-v1',
      'Service cart-v2',
      'HTTPRoute cart',
    ]);
    expect(steps[0]).toMatchObject({
      apiVersion: 'v1',
      manifest: {
        spec: {
          selector: { app: 'cart', version: 'v1' },
          ports: [{ name: 'http', port: 9080, targetPort: 9080, protocol: 'TCP' }],
        },
      },
    });
    expect(steps[2]).toMatchObject({
      manifest: {
        apiVersion: 'gateway.networking.k8s.io/v1',
        spec: {
          parentRefs: [{ group: '', kind: 'Service', name: 'cart', port: 9080 }],
          rules: [
            {
              backendRefs: [
                { name: 'cart-v1', port: 9080, weight: 90 },
                { name: 'cart-v2', port: 9080, weight: 10 },
              ],
            },
          ],
        },
      },
    });
  });

  test('of a headless service puts Services with an address of their own behind it', () => {
    const headless = [aService('shop', 'cart', { headless: true })];
    const { steps } = plan({ services: headless }, aStart('HTTPRoute'));
    expect(JSON.stringify(steps)).not.toContain('clusterIP');
    const refused = planCanaryStart(serving({ services: headless }), aStart(), versionOf);
    expect(refused).toMatchObject({ ok: false, error: { kind: 'api-unavailable' } });
  });
});

describe('after a start', () => {
  test('the service is no candidate, and its undo deletes exactly what was created', () => {
    const [, route] = plan().steps;
    if (route?.action !== 'create') throw new Error('the route is created');
    const stored = aVirtualService('shop', 'cart', route.manifest['spec'] as JsonObject);
    expect(findCanaryCandidates(serving({ config: [stored] }))).toEqual([]);
    expect(undoOfStep(route, { uid: 'u1', resourceVersion: '7', generation: 1 })).toEqual({
      action: 'delete',
      object: route.object,
      apiVersion: 'networking.istio.io/v1',
      uid: 'u1',
      resourceVersion: '7',
      generation: 1,
    });
  });
});

describe('weights', () => {
  test.each([
    ['a version without weight', [{ version: 'v1', weight: 100 }]],
    ['nothing at all', aStart('VirtualService', 0, 0).weights],
    ['a negative one', aStart('VirtualService', 101, -1).weights],
    ['a fraction', aStart('VirtualService', 99.5, 0.5).weights],
    ['a version twice', [...aStart().weights, { version: 'v1', weight: 1 }]],
  ])('are refused with %s', (_what, weights) => {
    const result = planCanaryStart(serving(), { ...aStart(), weights }, versionOf);
    expect(result).toMatchObject({ ok: false, error: { kind: 'invalid-weights' } });
  });

  test('are at first all with the version that has most ready pods, the lowest of equals', () => {
    const of = (...ready: number[]) => {
      const many = ready.map((readyPods, at) =>
        aWorkload('shop', `cart-v${at + 1}`, { readyPods }),
      );
      const [candidate] = findCanaryCandidates(serving({ workloads: many }));
      return defaultCanaryWeights(candidate?.versions ?? []).map(({ weight }) => weight);
    };
    expect(of(1, 3, 1)).toEqual([0, 100, 0]);
    expect(of(2, 2)).toEqual([100, 0]);
    expect(of(0, 0)).toEqual([100, 0]);
  });
});

describe('warnings', () => {
  test('a Flagger Canary of the service blocks', () => {
    const canary = aConfigObject('flagger.app/Canary', 'shop', 'c', {
      targetRef: { name: 'cart' },
    });
    expect(plan({ config: [canary] }).warnings).toMatchObject([
      { rule: 'owned-by-flagger', blocks: true },
    ]);
  });

  test('a weighted version without ready pod', () => {
    const down = [aWorkload('shop', 'cart-v1'), aWorkload('shop', 'cart-v2', { readyPods: 0 })];
    expect(rules({ workloads: down })).toEqual(['no-endpoints']);
  });

  test('a route that sends to the service past the new one', () => {
    const route = { destination: { host: 'cart' } };
    const config = [
      aVirtualService('shop', 'front', {
        hosts: ['shop.example.com'],
        gateways: ['front'],
        http: [{ route: [route] }],
      }),
    ];
    expect(rules({ config })).toEqual(['routed-past']);
  });

  test('clients that have a DestinationRule of their own for the service', () => {
    const config = [aDestinationRule('other', 'x', { host: 'cart.shop.svc.cluster.local' })];
    expect(rules({ config })).toEqual(['other-destination-rule']);
  });

  test('pods without version, and pods in the ambient mesh without waypoint', () => {
    const bare = aWorkload('shop', 'old', { app: 'cart', labels: { app: 'cart' } });
    expect(rules({ workloads: [...workloads, bare] })).toEqual(['unversioned-workloads']);
    const ambient = workloads.map((one) => ({ ...one, proxy: 'ambient' as const }));
    expect(rules({ workloads: ambient })).toEqual(['needs-waypoint']);
  });
});
