import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import type { Workload } from '@/mesh/topology/topology';
import { Machinery } from '@/tests/real/cluster/machinery';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import { deployment, namespace, service, SHOP } from '@/tests/real/objects';
import { until } from '@/tests/support/start-fanari';
import { ownView } from '@/tests/support/own-view';

let cluster: RealCluster;
let machinery: Machinery;
let fanari: Fanari;

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  machinery = await Machinery.start(cluster);
  for (const object of [namespace(), service('reviews'), deployment('v1', 3)]) {
    await cluster.admin.apply(object);
  }
  fanari = startFanariOn(cluster.kubeconfig('admin'));
  await until('the first picture', () => ownView(fanari).sources.cluster.topology().revision > 0);
});

afterAll(async () => {
  fanari.stop();
  await machinery.stop();
  await cluster.stop();
});

function workload(name: string): Workload | undefined {
  const { workloads } = ownView(fanari).sources.cluster.topology();
  return [...workloads.values()].find((one) => one.namespace === SHOP && one.name === name);
}

describe('Deployments that real controllers roll out', () => {
  test('are one workload each, with the pods of their ReplicaSets', async () => {
    await until('three ready pods', () => workload('v1')?.readyPods === 3, 60_000);
    expect(workload('v1')).toMatchObject({
      kind: 'Deployment',
      desired: 3,
      pods: 3,
      proxiedPods: 0,
      proxy: 'none',
      app: 'reviews',
      version: 'v1',
    });
  });

  test('keep the count of their pods while they are scaled', async () => {
    await cluster.admin.apply(deployment('v1', 5));
    await until('five ready pods', () => workload('v1')?.readyPods === 5, 60_000);
    await cluster.admin.apply(deployment('v1', 1));
    await until('one ready pod', () => workload('v1')?.pods === 1, 60_000);
    expect(workload('v1')?.desired).toBe(1);
  });

  test('are still one workload while old and new pods stand beside each other', async () => {
    await cluster.admin.apply(deployment('v1', 2));
    await until('two ready pods', () => workload('v1')?.readyPods === 2, 60_000);
    await cluster.admin.apply(deployment('v1', 2, 'restarted'));
    const path = `/apis/apps/v1/namespaces/${SHOP}/replicasets`;
    await until('the new ReplicaSet', async () => {
      const { body } = await cluster.admin.get(path);
      return (body['items'] as readonly unknown[]).length === 2;
    });
    await until('two ready pods again', () => workload('v1')?.readyPods === 2, 60_000);
    const inShop = [...ownView(fanari).sources.cluster.topology().workloads.values()].filter(
      (one) => one.namespace === SHOP,
    );
    expect(inShop.map(({ name }) => name)).toEqual(['v1']);
  });

  test('are gone when they are deleted, with their pods', async () => {
    await cluster.admin.call('DELETE', `/apis/apps/v1/namespaces/${SHOP}/deployments/v1`);
    await until('an empty namespace', () => workload('v1') === undefined, 60_000);
  });
});
