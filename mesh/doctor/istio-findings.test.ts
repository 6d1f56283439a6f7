import { describe, expect, test } from 'vitest';
import {
  aClusterDiagnosis,
  anIstiod,
  doctorFacts,
  kindsBut,
  said,
} from '@/mesh/testing/doctor-facts';
import { aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import type { ProxyBuild, Workload } from '@/mesh/topology/topology';

function withPlanes(...workloads: readonly Workload[]) {
  return doctorFacts({ topology: aTopology({ workloads }) });
}

function proxied(name: string, ...proxies: readonly ProxyBuild[]): Workload {
  const pods = proxies.reduce((sum, proxy) => sum + proxy.pods, 0);
  return aWorkload('shop', name, { pods, proxiedPods: pods, proxies });
}

describe('control planes', () => {
  test('no istiod and no proxy: Istio is not installed, if Deployments can be read', () => {
    const topology = aTopology({
      workloads: [aWorkload('shop', 'cart', { proxy: 'none', proxiedPods: 0, proxies: [] })],
    });
    const facts = doctorFacts({ topology, istioVersion: null });
    expect(said(facts, 'no-istiod')).toMatchObject([{ severity: 'error' }]);
    const cluster = aClusterDiagnosis({
      kinds: kindsBut({ 'apps/Deployment': { reading: 'refused' } }),
    });
    expect(said({ ...facts, clusters: [cluster] }, 'no-istiod')).toMatchObject([
      { severity: 'unknown' },
    ]);
  });

  test('proxies without an istiod that is seen: it is somewhere else', () => {
    const topology = aTopology({ workloads: [aWorkload('shop', 'cart')] });
    const found = said(doctorFacts({ topology, istioVersion: null }), 'no-istiod');
    expect(found).toMatchObject([{ severity: 'info' }]);
  });

  test('an istiod that may not be seen is not said to be missing, and its namespace is not named', () => {
    const topology = aTopology({ workloads: [aWorkload('shop', 'cart')] });
    const found = said(doctorFacts({ topology }), 'no-istiod');
    expect(found).toMatchObject([{ severity: 'unknown' }]);
    expect(JSON.stringify(found)).not.toContain('istio-system');
  });

  test('several revisions are listed with their versions and readiness', () => {
    const [found] = said(withPlanes(anIstiod(), anIstiod('1-31', '1.31.0')), 'istiod-versions');
    expect(found).toMatchObject({ severity: 'info', title: 'Istio 1.31.0, 1.30.3 in 2 revisions' });
    expect(found?.seen).toContain('revision 1-31: 1.31.0 (istio-system/istiod-1-31, 1 of 1 ready)');
  });

  test('an image by digest leaves the version unknown', () => {
    expect(said(withPlanes(anIstiod('default', null)), 'istiod-versions')).toMatchObject([
      { severity: 'unknown' },
    ]);
  });

  test('an istiod without ready pods is an error', () => {
    expect(said(withPlanes({ ...anIstiod(), readyPods: 0 }), 'istiod-not-ready')).toMatchObject([
      { severity: 'error' },
    ]);
    expect(said(withPlanes(anIstiod()), 'istiod-not-ready')).toEqual([]);
  });

  test('two versions under one revision are told', () => {
    const other = { ...anIstiod('default', '1.29.0'), name: 'istiod-old' };
    expect(said(withPlanes(anIstiod(), other), 'revision-of-two-versions')).toHaveLength(1);
    expect(
      said(withPlanes(anIstiod(), anIstiod('1-31', '1.31.0')), 'revision-of-two-versions'),
    ).toEqual([]);
  });

  test('defaults that are assumed in place of the mesh config are told', () => {
    const topology = aTopology({ workloads: [anIstiod()], mesh: { found: false } });
    expect(said(doctorFacts({ topology }), 'mesh-config-not-found')).toMatchObject([
      { severity: 'warning' },
    ]);
  });
});

describe('proxies beside their control plane', () => {
  const build = (version: string | null, revision: string | null = 'default', pods = 1) => {
    return { version, revision, pods };
  };

  test.each([
    ['1.30.3', null],
    ['1.30.1', 'info'],
    ['1.29.5', 'warning'],
    ['1.27.0', 'warning'],
  ])('a proxy %s under 1.30.3 is %s', (version, severity) => {
    const found = said(withPlanes(anIstiod(), proxied('cart', build(version))), 'proxy-behind');
    expect(found.map((entry) => entry.severity)).toEqual(severity === null ? [] : [severity]);
  });

  test('pods are counted by build, and the workloads to restart are named', () => {
    const workload = proxied('cart', build('1.29.5', 'default', 3), build('1.30.3', 'default', 2));
    const [found] = said(withPlanes(anIstiod(), workload), 'proxy-behind');
    expect(found).toMatchObject({ title: '3 pods have proxies older than the control plane' });
    expect(found?.seen).toBe('1.29.5 of revision default under 1.30.3: 3 pods.');
    expect(found?.fix?.commands[0]).toBe(
      'kubectl -n shop rollout restart deployment,statefulset,daemonset',
    );
  });

  test('a proxy newer than its control plane is a warning', () => {
    const found = said(withPlanes(anIstiod(), proxied('cart', build('1.31.0'))), 'proxy-ahead');
    expect(found).toMatchObject([{ severity: 'warning' }]);
  });

  test('each proxy is held against the control plane of its own revision', () => {
    const planes = [anIstiod(), anIstiod('1-31', '1.31.0')];
    const facts = withPlanes(...planes, proxied('cart', build('1.31.0', '1-31'), build('1.30.3')));
    expect(said(facts, 'proxies-current')).toHaveLength(1);
    expect(said(facts, 'proxy-ahead')).toEqual([]);
  });

  test('a revision that no istiod has is told', () => {
    const found = said(
      withPlanes(anIstiod(), proxied('cart', build('1.28.1', '1-28'))),
      'proxy-of-lost-revision',
    );
    expect(found).toMatchObject([{ severity: 'warning' }]);
    expect(found[0]?.seen).toContain('Seen are: default');
  });

  test('images by digest are unknown, and then not every proxy is current', () => {
    const facts = withPlanes(
      anIstiod(),
      proxied('cart', build(null)),
      proxied('pay', build('1.30.3')),
    );
    expect(said(facts, 'proxy-version-unknown')).toMatchObject([{ severity: 'unknown' }]);
    expect(said(facts, 'proxies-current')).toEqual([]);
  });
});

describe('several clusters', () => {
  const clusters = new Map(
    [
      ['west', 'west'],
      ['east', 'east'],
      ['edge', null],
    ].map(([name = '', primary = null]) => [
      name ?? '',
      { name: name ?? '', primary, mesh: aTopology().mesh },
    ]),
  );
  const istiod = (cluster: string, version: string): Workload => {
    return { ...anIstiod('default', version), cluster };
  };
  const cart = (cluster: string, version: string): Workload => {
    const proxies = [{ version, revision: 'default', pods: 1 }];
    return { ...proxied('cart', ...proxies), cluster };
  };
  const facts = (...workloads: readonly Workload[]) =>
    doctorFacts({
      topology: {
        ...aTopology(),
        clusters,
        workloads: new Map(workloads.map((workload, at) => [String(at), workload])),
      },
    });

  test('one revision in two of them is no clash, and each proxy is held against its own', () => {
    const both = facts(
      ...[istiod('west', '1.30.3'), istiod('east', '1.29.5')],
      ...[cart('west', '1.30.3'), cart('east', '1.29.5')],
    );
    expect(said(both, 'revision-of-two-versions')).toEqual([]);
    expect(said(both, 'proxies-current')).toHaveLength(1);
  });

  test('an old proxy is named with its cluster; one whose primary is not known is unknown', () => {
    const mixed = facts(istiod('west', '1.30.3'), cart('west', '1.28.0'), cart('edge', '1.28.0'));
    expect(said(mixed, 'proxy-behind')).toMatchObject([
      { objects: [{ ref: { cluster: 'west' } }] },
    ]);
    expect(said(mixed, 'proxy-version-unknown')).toMatchObject([
      { objects: [{ ref: { cluster: 'edge' } }] },
    ]);
  });
});
