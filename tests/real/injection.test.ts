import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import type { Workload } from '@/mesh/topology/topology';
import type { ApiObject } from '@/tests/real/cluster/api-client';
import { Istiod } from '@/tests/real/cluster/istiod';
import { Machinery } from '@/tests/real/cluster/machinery';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import { deployment, namespace, service, SHOP } from '@/tests/real/objects';
import { until } from '@/tests/support/start-fanari';
import { ownView } from '@/tests/support/own-view';

const LIMIT_MS = 60_000;
type Labels = Readonly<Record<string, string>>;

let cluster: RealCluster;
let machinery: Machinery;
let istiods: readonly Istiod[];
let fanari: Fanari;

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  machinery = await Machinery.start(cluster);
  istiods = [await Istiod.start(cluster), await Istiod.start(cluster, 'canary')];
  for (const object of [namespace(), service('reviews'), deployment('v1', 2)]) {
    await cluster.admin.apply(object);
  }
  fanari = startFanariOn(cluster.kubeconfig('admin'));
  await until('two ready pods', () => workload()?.readyPods === 2, LIMIT_MS);
});

afterAll(async () => {
  fanari.stop();
  for (const istiod of istiods) await istiod.stop();
  await machinery.stop();
  await cluster.stop();
});

function workload(place = SHOP): Workload | undefined {
  return ownView(fanari).sources.cluster.topology().workloads.get(`${place}/v1`);
}

async function pods(place = SHOP): Promise<readonly ApiObject[]> {
  const { body } = await cluster.admin.get(`/api/v1/namespaces/${place}/pods`);
  return body['items'] as readonly ApiObject[];
}

async function label(place: string, labels: Readonly<Record<string, string | null>>) {
  const patch = { metadata: { labels } };
  const path = `/api/v1/namespaces/${place}`;
  const reply = await cluster.admin.call('PATCH', path, patch, 'application/merge-patch+json');
  expect(reply.status, reply.text).toBe(200);
}

/** The Deployment in another namespace, with more labels on its pods. */
function deploymentIn(place: string, labels: Labels): ApiObject {
  const plain = deployment('v1', 1);
  const { template, ...rest } = plain.spec as { readonly template: { readonly metadata: object } };
  const own = (template.metadata as { readonly labels: Labels }).labels;
  const metadata = { ...template.metadata, labels: { ...own, ...labels } };
  return {
    ...plain,
    metadata: { ...plain.metadata, namespace: place },
    spec: { ...rest, template: { ...template, metadata } },
  };
}

describe('the injector of a real istiod', () => {
  test('gives pods a proxy once the namespace is labelled and the Deployment restarted, and Fanari sees it', async () => {
    expect(workload()).toMatchObject({ proxy: 'none', proxiedPods: 0 });
    await label(SHOP, { 'istio-injection': 'enabled' });
    await istiods[0]?.untilInjecting(cluster, SHOP);
    expect(workload()).toMatchObject({ proxy: 'none', proxiedPods: 0 });
    await cluster.admin.apply(deployment('v1', 2, 'restarted'));
    await until('two pods with a proxy', () => workload()?.proxiedPods === 2, LIMIT_MS);
    expect(JSON.stringify(await pods())).toContain('istio-proxy');
    await until('the old pods gone', () => workload()?.pods === 2, LIMIT_MS);
    expect(workload()).toMatchObject({ proxy: 'sidecar', pods: 2, readyPods: 2 });
  });

  test('of another revision takes over by its label and a restart: the proxies are its own, and stay seen', async () => {
    await label(SHOP, { 'istio-injection': null, 'istio.io/rev': 'canary' });
    await istiods[1]?.untilInjecting(cluster, SHOP);
    await cluster.admin.apply(deployment('v1', 2, 'restarted for canary'));
    const areCanary = async () =>
      (await pods()).length === 2 &&
      (await pods()).every(({ metadata }) => metadata.annotations?.['istio.io/rev'] === 'canary');
    await until('two pods of the revision', areCanary, LIMIT_MS);
    await until('the old pods gone', () => workload()?.pods === 2, LIMIT_MS);
    expect(workload()).toMatchObject({ proxy: 'sidecar', proxiedPods: 2 });
  });

  test.each<[string, Labels, Labels, Workload['proxy']]>([
    ['no label', {}, {}, 'none'],
    ['a label of the pods alone', {}, { 'sidecar.istio.io/inject': 'true' }, 'sidecar'],
    ['a revision on the pods alone', {}, { 'istio.io/rev': 'canary' }, 'sidecar'],
    ['a revision that nobody serves', { 'istio.io/rev': 'gone' }, {}, 'none'],
    ['the default revision', { 'istio.io/rev': 'default' }, {}, 'sidecar'],
    [
      'pods that want none in a labelled namespace',
      { 'istio-injection': 'enabled' },
      { 'sidecar.istio.io/inject': 'false' },
      'none',
    ],
  ])('with %s, Fanari shows what istiod did', async (what, onNamespace, onPods, proxy) => {
    const place = what.replaceAll(' ', '-');
    const { metadata, ...kind } = namespace(place);
    await cluster.admin.apply({ ...kind, metadata: { ...metadata, labels: onNamespace } });
    const istiod = istiods[onPods['istio.io/rev'] === 'canary' ? 1 : 0];
    if (proxy === 'sidecar') await istiod?.untilInjecting(cluster, place, onPods);
    await cluster.admin.apply(deploymentIn(place, onPods));
    await until('a ready pod', () => workload(place)?.readyPods === 1, LIMIT_MS);
    expect(workload(place)).toMatchObject({ proxy, proxiedPods: proxy === 'sidecar' ? 1 : 0 });
    expect(JSON.stringify(await pods(place)).includes('istio-proxy')).toBe(proxy === 'sidecar');
  });
});
