import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startControllers } from '@/demo/controllers/controllers';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, objectOf, readPath } from '@/demo/kubernetes/json';
import { ObjectStore } from '@/demo/kubernetes/object-store';

let store: ObjectStore;
let controllers: { close(): void } = { close: () => undefined };

function namespace(name: string, labels: Record<string, string> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function workload(
  kind: string,
  replicas: number,
  image = 'web:1',
  extra: object = {},
): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web', version: 'v1' } },
        spec: {
          containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }],
        },
      },
      ...extra,
    },
  };
}

const SERVICE: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
};

function start(): void {
  controllers = startControllers(store, { podReadyMs: 20, podTerminationMs: 10 });
}

function pods(): readonly KubernetesObject[] {
  return store.list('', 'Pod');
}

function isReady(pod: KubernetesObject): boolean {
  return arrayOf(readPath(pod, 'status', 'conditions')).some(
    (entry) => readPath(entry, 'type') === 'Ready' && readPath(entry, 'status') === 'True',
  );
}

function images(): readonly unknown[] {
  return pods().map((pod) => readPath(arrayOf(readPath(pod, 'spec', 'containers'))[0], 'image'));
}

function change(kind: string, spec: object): void {
  store.modify('apps', kind, 'shop', 'web', (object) => ({
    ...object,
    spec: { ...objectOf(object['spec']), ...spec },
  }));
}

function deploymentStatus(): unknown {
  return store.get('apps', 'Deployment', 'shop', 'web')?.['status'];
}

beforeEach(() => {
  store = new ObjectStore();
  store.apply(namespace('shop'));
});

afterEach(() => controllers.close());

describe('startControllers', () => {
  it('brings what is already stored to its final state before it returns', () => {
    store.apply(workload('Deployment', 3));
    store.apply(SERVICE);
    start();
    expect(pods().filter(isReady)).toHaveLength(3);
    expect(deploymentStatus()).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    const [slice] = store.list('discovery.k8s.io', 'EndpointSlice');
    expect(arrayOf(slice?.['endpoints'])).toHaveLength(3);
    expect(slice?.['ports']).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
    expect(store.get('', 'ServiceAccount', 'shop', 'default')).not.toBeNull();
  });

  it('gives every pod an address of its own', () => {
    store.apply(workload('Deployment', 300));
    start();
    const addresses = pods().map((pod) => readPath(pod, 'status', 'podIP'));
    expect(new Set(addresses).size).toBe(300);
  });

  it('rolls to a new template without ever having fewer ready pods than allowed', async () => {
    store.apply(workload('Deployment', 4));
    start();
    let fewest = Infinity;
    let most = 0;
    store.onChange(() => {
      const alive = pods().filter((pod) => pod.metadata.deletionTimestamp === undefined);
      fewest = Math.min(fewest, alive.filter(isReady).length);
      most = Math.max(most, alive.length);
    });
    change('Deployment', objectOf(workload('Deployment', 4, 'web:2')['spec']));
    await expect.poll(images).toEqual(['web:2', 'web:2', 'web:2', 'web:2']);
    await expect
      .poll(deploymentStatus)
      .toMatchObject({ observedGeneration: 2, updatedReplicas: 4, availableReplicas: 4 });
    expect(fewest).toBeGreaterThanOrEqual(3);
    expect(most).toBeLessThanOrEqual(5);
  });

  it('recreates only after the old pods are gone', async () => {
    const strategy = { strategy: { type: 'Recreate' } };
    store.apply(workload('Deployment', 2, 'web:1', strategy));
    start();
    let mixed = false;
    store.onChange(() => {
      mixed ||= new Set(images()).size > 1;
    });
    change('Deployment', objectOf(workload('Deployment', 2, 'web:2', strategy)['spec']));
    await expect.poll(images).toEqual(['web:2', 'web:2']);
    expect(mixed).toBe(false);
  });

  it('scales down to nothing and leaves no endpoint behind', async () => {
    store.apply(workload('Deployment', 3));
    store.apply(SERVICE);
    start();
    change('Deployment', { replicas: 0 });
    await expect.poll(pods).toEqual([]);
    await expect
      .poll(() =>
        store.list('discovery.k8s.io', 'EndpointSlice').map((slice) => slice['endpoints']),
      )
      .toEqual([[]]);
  });

  it('keeps an unready pod out of the ready endpoints', async () => {
    store.apply(SERVICE);
    start();
    store.apply(workload('Deployment', 1));
    const readiness = () =>
      store
        .list('discovery.k8s.io', 'EndpointSlice')
        .flatMap((slice) => arrayOf(slice['endpoints']))
        .map((endpoint) => readPath(endpoint, 'conditions', 'ready'));
    const seen: unknown[] = [];
    store.onChange(() => seen.push(...readiness()));
    await expect.poll(readiness).toEqual([true]);
    expect(seen[0]).toBe(false);
  });

  it('names the pods of a StatefulSet in order and replaces them one by one', async () => {
    store.apply(workload('StatefulSet', 3));
    start();
    const names = () => pods().map((pod) => pod.metadata.name);
    expect(names()).toEqual(['web-0', 'web-1', 'web-2']);
    change('StatefulSet', objectOf(workload('StatefulSet', 3, 'web:2')['spec']));
    await expect.poll(images, { timeout: 5000 }).toEqual(['web:2', 'web:2', 'web:2']);
    expect(names()).toEqual(['web-0', 'web-1', 'web-2']);
  });

  it('runs a DaemonSet once on every node', () => {
    for (const name of ['node-a', 'node-b']) {
      store.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
    }
    store.apply(workload('DaemonSet', 1));
    start();
    const nodes = pods().map((pod) => readPath(pod, 'spec', 'nodeName'));
    expect(nodes.toSorted()).toEqual(['node-a', 'node-b']);
  });

  it('injects a proxy into pods that are created after their namespace was labelled', async () => {
    store.apply(workload('Deployment', 1));
    start();
    const containers = () =>
      pods().flatMap((pod) =>
        arrayOf(readPath(pod, 'spec', 'containers')).map((entry) => readPath(entry, 'name')),
      );
    expect(containers()).toEqual(['web']);
    store.apply(namespace('shop', { 'istio-injection': 'enabled' }));
    store.delete('', 'Pod', 'shop', pods()[0]?.metadata.name ?? '');
    await expect.poll(containers).toEqual(['web', 'istio-proxy']);
    expect(pods()[0]?.metadata.labels).toMatchObject({
      'security.istio.io/tlsMode': 'istio',
      'service.istio.io/canonical-name': 'web',
      'service.istio.io/canonical-revision': 'v1',
    });
  });

  it('removes everything that a deleted Deployment owned', async () => {
    store.apply(workload('Deployment', 2));
    start();
    store.delete('apps', 'Deployment', 'shop', 'web');
    await expect.poll(pods).toEqual([]);
    expect(store.list('apps', 'ReplicaSet')).toEqual([]);
  });

  it('keeps the pods of an orphaned ReplicaSet', async () => {
    store.apply(workload('Deployment', 2));
    start();
    const deployment = store.get('apps', 'Deployment', 'shop', 'web');
    if (deployment === null) throw new Error('the deployment is missing');
    store.orphanDependents(deployment);
    store.delete('apps', 'Deployment', 'shop', 'web');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(pods()).toHaveLength(2);
  });

  it('empties a namespace before it goes', async () => {
    store.apply(workload('Deployment', 2));
    store.apply(SERVICE);
    start();
    store.delete('', 'Namespace', '', 'shop');
    expect(store.get('', 'Namespace', '', 'shop')?.['status']).toEqual({ phase: 'Terminating' });
    await expect.poll(() => store.get('', 'Namespace', '', 'shop')).toBeNull();
    expect(pods()).toEqual([]);
    expect(store.list('', 'Service')).toEqual([]);
  });
});
