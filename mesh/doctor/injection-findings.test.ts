import { describe, expect, test } from 'vitest';
import type { FindingRule } from '@/mesh/doctor/finding-rules';
import { anIstiod, doctorFacts, said } from '@/mesh/testing/doctor-facts';
import { aNamespace, aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import type { Namespace, Workload } from '@/mesh/topology/topology';

const INJECTED = { 'istio-injection': 'enabled' };

function bare(name: string, over: Partial<Workload> = {}): Workload {
  return aWorkload('shop', name, {
    proxy: 'none',
    proxiedPods: 0,
    proxies: [],
    barePodsAtMs: { oldest: 1000, newest: 2000 },
    ...over,
  });
}

function facts(namespace: Partial<Namespace>, ...workloads: readonly Workload[]) {
  const shop = { ...aNamespace('shop', INJECTED), ...namespace };
  return doctorFacts({
    topology: aTopology({ namespaces: [shop], workloads: [anIstiod(), ...workloads] }),
  });
}

/** Rules about pods without proxy that speak. */
function reasons(of: ReturnType<typeof facts>): readonly FindingRule[] {
  const rules: readonly FindingRule[] = [
    'pods-before-label',
    'pods-opted-out',
    'pods-on-host-network',
    'no-injector',
    'pods-without-reason',
  ];
  return rules.filter((rule) => said(of, rule).length > 0);
}

describe('pods without a proxy where the labels ask for one', () => {
  test('all with a proxy: nothing but that', () => {
    const sound = facts({}, aWorkload('shop', 'cart'));
    expect(reasons(sound)).toEqual([]);
    expect(said(sound, 'injection-complete')[0]?.seen).toMatch(/^1 pod /);
  });

  test.each([
    ['label', { labels: { 'sidecar.istio.io/inject': 'false' } }],
    ['annotation', { annotations: { 'sidecar.istio.io/inject': 'false' } }],
  ])('an opt-out by %s is a note', (_, over) => {
    expect(reasons(facts({}, bare('cart', over)))).toEqual(['pods-opted-out']);
  });

  test('a label beats an annotation, as for the injector', () => {
    const both = bare('cart', {
      labels: { 'sidecar.istio.io/inject': 'true' },
      annotations: { 'sidecar.istio.io/inject': 'false' },
    });
    expect(reasons(facts({}, both))).toEqual(['pods-without-reason']);
  });

  test('the host network is a reason of its own', () => {
    expect(reasons(facts({}, bare('agent', { hostNetwork: true })))).toEqual([
      'pods-on-host-network',
    ]);
  });

  test('pods older than the label are told with the restart that they need', () => {
    const old = facts({ meshLabelsAtMs: 5000 }, bare('cart'));
    expect(reasons(old)).toEqual(['pods-before-label']);
    expect(said(old, 'pods-before-label')[0]?.fix?.commands).toEqual([
      'kubectl -n shop rollout restart deployment/cart',
    ]);
  });

  test('a pod younger than the label is not excused by older ones, nor is one whose label has no time', () => {
    expect(reasons(facts({ meshLabelsAtMs: 1500 }, bare('cart')))).toEqual(['pods-without-reason']);
    expect(reasons(facts({ meshLabelsAtMs: null }, bare('cart')))).toEqual(['pods-without-reason']);
  });

  test('a revision that no istiod has is the reason where nothing else is', () => {
    const waiting = facts({ labels: { 'istio.io/rev': '1-28' } }, bare('cart'));
    expect(reasons(waiting)).toEqual(['no-injector']);
    const topology = aTopology({
      namespaces: [aNamespace('shop', { 'istio.io/rev': '1-28' })],
      workloads: [bare('cart')],
    });
    // Where no istiod can be seen, none can be missing.
    expect(reasons(doctorFacts({ topology }))).toEqual(['pods-without-reason']);
  });

  test('istio-injection wins over istio.io/rev, as in the webhook’s selectors', () => {
    const labels = { 'istio-injection': 'disabled', 'istio.io/rev': 'default' };
    expect(reasons(facts({ labels }, bare('cart')))).toEqual([]);
  });

  test('a pod that opts in by itself in a namespace without labels is expected to have one', () => {
    const labels = { 'sidecar.istio.io/inject': 'true' };
    expect(reasons(facts({ labels: {} }, bare('cart', { labels })))).toEqual([
      'pods-without-reason',
    ]);
    expect(reasons(facts({ labels: {} }, bare('cart')))).toEqual([]);
  });

  test('istiod itself asks for no proxy', () => {
    expect(reasons(facts({}))).toEqual([]);
  });

  test('in ambient mode a pod that was not captured is told, one that opts out is a note', () => {
    const labels = { 'istio.io/dataplane-mode': 'ambient' };
    expect(reasons(facts({ labels }, bare('cart')))).toEqual(['pods-without-reason']);
    const out = bare('cart', { labels: { 'istio.io/dataplane-mode': 'none' } });
    expect(reasons(facts({ labels }, out))).toEqual(['pods-opted-out']);
  });

  test('only the bare pods of a workload are counted', () => {
    const half = bare('cart', { pods: 5, proxiedPods: 3, proxy: 'sidecar' });
    const [found] = said(facts({}, half), 'pods-without-reason');
    expect(found?.title).toBe('2 pods have no proxy, and nothing says why');
    expect(found?.objects).toMatchObject([{ detail: '2 of 5 pods' }]);
  });
});

describe('labels of namespaces', () => {
  test('none in the mesh is a warning, unless a pod asks for itself', () => {
    expect(said(facts({ labels: {} }, bare('cart')), 'no-namespace-in-mesh')).toMatchObject([
      { severity: 'warning' },
    ]);
    const labels = { 'sidecar.istio.io/inject': 'true' };
    expect(said(facts({ labels: {} }, bare('cart', { labels })), 'no-namespace-in-mesh')).toEqual(
      [],
    );
    expect(said(facts({}), 'no-namespace-in-mesh')).toEqual([]);
  });

  test('sidecars and ambient mode together contradict each other; a revision beside ambient does not', () => {
    const ambient = { 'istio.io/dataplane-mode': 'ambient' };
    expect(said(facts({ labels: { ...ambient, ...INJECTED } }), 'two-modes')).toHaveLength(1);
    expect(said(facts({ labels: { ...ambient, 'istio.io/rev': 'default' } }), 'two-modes')).toEqual(
      [],
    );
  });
});
