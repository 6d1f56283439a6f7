import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@/mesh/json';
import { buildWorkloads } from '@/server/adapters/kubernetes/build-workloads';
import { imageVersion } from '@/server/adapters/kubernetes/image-version';
import { Interner } from '@/server/adapters/kubernetes/interner';
import { toSlimController } from '@/server/adapters/kubernetes/slim-controller';
import { toSlimPod } from '@/server/adapters/kubernetes/slim-pod';
import { toNamespace } from '@/server/adapters/kubernetes/slim-service';

function aPod(createdAt: string, proxy: JsonObject | null, metadata: JsonObject = {}) {
  const pod: JsonObject = {
    metadata: {
      name: `cart-${createdAt}`,
      namespace: 'shop',
      creationTimestamp: createdAt,
      labels: {},
      ownerReferences: [{ kind: 'StatefulSet', name: 'cart', controller: true }],
      ...metadata,
    },
    spec: {
      containers: [{ name: 'app' }],
      initContainers: proxy === null ? [] : [{ name: 'istio-proxy', ...proxy }],
    },
  };
  const slim = toSlimPod(pod, new Interner());
  if (slim === null) throw new Error('the pod has ended');
  return slim;
}

function cartOf(...pods: readonly ReturnType<typeof aPod>[]) {
  return buildWorkloads([], pods).get('shop/cart');
}

describe('what a workload tells of its proxies', () => {
  test('they are counted by version and revision, most pods first', () => {
    const rev = (revision: string) => ({ annotations: { 'istio.io/rev': revision } });
    const newer = { image: 'docker.io/istio/proxyv2:1.31.0-distroless' };
    const cart = cartOf(
      aPod('2026-01-01T00:00:00Z', { image: 'istio/proxyv2:1.30.3' }, rev('default')),
      aPod('2026-01-01T00:00:01Z', newer, rev('1-31')),
      aPod('2026-01-01T00:00:02Z', newer, rev('1-31')),
    );
    expect(cart?.proxies).toEqual([
      { version: '1.31.0', revision: '1-31', pods: 2 },
      { version: '1.30.3', revision: 'default', pods: 1 },
    ]);
    expect(cart?.barePodsAtMs).toBeNull();
  });

  test('a revision that older injectors left in a label counts, an image by digest has no version', () => {
    const labels = { labels: { 'istio.io/rev': 'old' } };
    const cart = cartOf(aPod('2026-01-01T00:00:00Z', { image: 'proxy@sha256:00' }, labels));
    expect(cart?.proxies).toEqual([{ version: null, revision: 'old', pods: 1 }]);
  });

  test('pods without one tell when they were made', () => {
    const cart = cartOf(
      aPod('2026-01-03T00:00:00Z', null),
      aPod('2026-01-02T00:00:00Z', null),
      aPod('2026-01-01T00:00:00Z', { image: 'istio/proxyv2:1.30.3' }),
    );
    expect(cart?.barePodsAtMs).toEqual({
      oldest: Date.UTC(2026, 0, 2),
      newest: Date.UTC(2026, 0, 3),
    });
  });

  test('istiod is known by its label, with the version of its image', () => {
    const controller = (app: string) =>
      toSlimController('Deployment', {
        metadata: { name: app, namespace: 'istio-system' },
        spec: {
          template: {
            metadata: { labels: { app } },
            spec: { containers: [{ image: 'registry:5000/istio/pilot:1.30.3' }] },
          },
        },
      });
    const workloads = buildWorkloads([controller('istiod'), controller('web')], []);
    expect(workloads.get('istio-system/istiod')?.istiod).toEqual({ version: '1.30.3' });
    expect(workloads.get('istio-system/web')?.istiod).toBeNull();
  });
});

test.each([
  ['istio/proxyv2:1.30.3', '1.30.3'],
  ['registry:5000/istio/proxyv2', null],
  ['registry:5000/istio/proxyv2:1.30.3-debug@sha256:00', '1.30.3'],
  [null, null],
])('the version of the image %s is %s', (image, version) => {
  expect(imageVersion(image)).toBe(version);
});

describe('when a namespace got its labels for the mesh', () => {
  const entry = (time: string, labels: JsonObject) => ({
    time,
    fieldsV1: { 'f:metadata': { 'f:labels': labels } },
  });
  const at = (...managedFields: JsonObject[]) =>
    toNamespace({ metadata: { name: 'shop', managedFields } }).meshLabelsAtMs;

  test('it is the last write of whoever set one of them', () => {
    const label = { 'f:istio-injection': {} };
    const other = entry('2026-01-09T00:00:00Z', { 'f:team': {} });
    expect(at(entry('2026-01-02T00:00:00Z', label), other)).toBe(Date.UTC(2026, 0, 2));
  });

  test('without such a label, and without managed fields, it is not known', () => {
    expect(at(entry('2026-01-09T00:00:00Z', { 'f:team': {} }))).toBeNull();
    expect(at()).toBeNull();
  });
});
