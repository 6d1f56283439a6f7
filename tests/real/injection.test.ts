import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import type { Workload } from '@/mesh/topology/topology';
import { Istiod } from '@/tests/real/cluster/istiod';
import { Machinery } from '@/tests/real/cluster/machinery';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import { deployment, namespace, service, SHOP } from '@/tests/real/objects';
import { until } from '@/tests/support/start-fanari';
import { ownView } from '@/tests/support/own-view';

let cluster: RealCluster;
let machinery: Machinery;
let istiod: Istiod;
let fanari: Fanari;

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  machinery = await Machinery.start(cluster);
  istiod = await Istiod.start(cluster);
  for (const object of [namespace(), service('reviews'), deployment('v1', 2)]) {
    await cluster.admin.apply(object);
  }
  fanari = startFanariOn(cluster.kubeconfig('admin'));
  await until('two ready pods', () => workload()?.readyPods === 2, 60_000);
});

afterAll(async () => {
  fanari.stop();
  await istiod.stop();
  await machinery.stop();
  await cluster.stop();
});

function workload(): Workload | undefined {
  return ownView(fanari).sources.cluster.topology().workloads.get(`${SHOP}/v1`);
}

async function pods(): Promise<string> {
  return (await cluster.admin.get(`/api/v1/namespaces/${SHOP}/pods`)).text;
}

describe('the injector of a real istiod', () => {
  test('gives pods a proxy once the namespace is labelled and the Deployment restarted, and Fanari sees it', async () => {
    expect(workload()).toMatchObject({ proxy: 'none', proxiedPods: 0 });
    const label = { metadata: { labels: { 'istio-injection': 'enabled' } } };
    const path = `/api/v1/namespaces/${SHOP}`;
    await cluster.admin.call('PATCH', path, label, 'application/merge-patch+json');
    expect(workload()).toMatchObject({ proxy: 'none', proxiedPods: 0 });
    await cluster.admin.apply(deployment('v1', 2, 'restarted'));
    await until('two pods with a proxy', () => workload()?.proxiedPods === 2, 60_000);
    expect(await pods()).toContain('istio-proxy');
    expect(workload()).toMatchObject({ proxy: 'sidecar', pods: 2, readyPods: 2 });
  });
});
