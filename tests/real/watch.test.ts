import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import type { ApiObject } from '@/tests/real/cluster/api-client';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import { namespace, service, virtualService } from '@/tests/real/objects';
import { until } from '@/tests/support/start-fanari';
import { ownView } from '@/tests/support/own-view';

/** More than two pages of a list. */
const MANY = 1100;

let cluster: RealCluster;
let fanari: Fanari;

const anotherRoute = (name: string) => virtualService([90, 10], { name, inNamespace: 'many' });

const topology = () => ownView(fanari).sources.cluster.topology();
const namesOf = (kind: string) =>
  (topology().config.get(`networking.istio.io/${kind}`) ?? []).map(({ meta }) => meta.name);

/** How often watches had to list again because their history was gone. */
async function restartsAfterGone(): Promise<number> {
  const { values } = await fanari.metrics.watchRestarts.get();
  const gone = values.filter(({ labels }) => labels.reason === 'gone');
  return gone.reduce((sum, { value }) => sum + value, 0);
}

async function createAll(objects: readonly ApiObject[]): Promise<void> {
  const queue = [...objects];
  const worker = async (): Promise<void> => {
    for (let object = queue.pop(); object !== undefined; object = queue.pop()) {
      await cluster.admin.apply(object);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  await cluster.admin.apply(namespace('many'));
  await createAll(Array.from({ length: MANY }, (_, index) => service(`service-${index}`, 'many')));
  await cluster.admin.apply(anotherRoute('reviews'));
  fanari = startFanariOn(cluster.kubeconfig('admin'));
  await until('the first picture', () => topology().revision > 0);
});

afterAll(async () => {
  fanari.stop();
  await cluster.stop();
});

describe('the first picture of a real cluster', () => {
  test('holds every object of a list of several pages, once', async () => {
    const inMany = [...topology().services.values()].filter(
      ({ namespace }) => namespace === 'many',
    );
    expect(inMany).toHaveLength(MANY);
    expect(ownView(fanari).sources.cluster.gaps()).toEqual([]);
  });

  test('names the versions that the API server tells', () => {
    expect(ownView(fanari).sources.cluster.versions().kubernetes).toMatch(/^v1\.\d+\.\d+/);
  });

  test('serves every kind of Istio and of the Gateway API in a version that Fanari understands', () => {
    const { cluster: source } = ownView(fanari).sources;
    expect(source.servedVersion('networking.istio.io/VirtualService')).toBe(
      'networking.istio.io/v1',
    );
    expect(source.servedVersion('gateway.networking.k8s.io/HTTPRoute')).toBe(
      'gateway.networking.k8s.io/v1',
    );
    for (const kind of ['GRPCRoute', 'TCPRoute', 'TLSRoute', 'Gateway', 'GatewayClass']) {
      expect(source.servedVersion(`gateway.networking.k8s.io/${kind}`), kind).not.toBeNull();
    }
  });
});

describe('watches of a real API server', () => {
  test('bring additions, changes and deletions', async () => {
    await cluster.admin.apply(anotherRoute('added'));
    await until('the added route', () => namesOf('VirtualService').includes('added'));
    await cluster.admin.call('DELETE', `/api/v1/namespaces/many/services/service-0`);
    await until('the deleted service', () => !topology().services.has('many/service-0'));
  });

  test('take up a kind that is installed later', async () => {
    const { admin } = cluster;
    const before = ownView(fanari).sources.cluster.servedVersion('flagger.app/Canary');
    expect(before).toBeNull();
    await admin.apply(canaryKind);
    await until(
      'the new kind',
      () => ownView(fanari).sources.cluster.servedVersion('flagger.app/Canary') !== null,
      60_000,
    );
  });

  test('go on after the API server crashed: what changed meanwhile and afterwards is there', async () => {
    await cluster.stopApiServer();
    await until('the outage', () => ownView(fanari).sources.cluster.state().state === 'failing');
    const during = topology();
    expect(during.services.size).toBeGreaterThanOrEqual(MANY - 1);
    expect(ownView(fanari).sources.cluster.gaps()).toMatchObject([
      { source: 'kubernetes', kind: 'unreachable', what: 'changes in the cluster' },
    ]);
    await cluster.startApiServer();
    await cluster.admin.apply(service('while-away', 'many'));
    await until('recovery', () => ownView(fanari).sources.cluster.state().state === 'ok', 40_000);
    await until('the new service', () => topology().services.has('many/while-away'), 40_000);
    expect(ownView(fanari).sources.cluster.gaps()).toEqual([]);
  });

  test('list again when the history that they need was compacted away, and lose nothing', async () => {
    const before = await restartsAfterGone();
    await cluster.stopApiServer();
    await cluster.startApiServer();
    for (let index = 1; index <= 20; index += 1) {
      await cluster.admin.call('DELETE', `/api/v1/namespaces/many/services/service-${index}`);
    }
    await cluster.admin.apply(anotherRoute('after'));
    await cluster.compact();
    await cluster.stopApiServer();
    await cluster.startApiServer();
    await until('the route', () => namesOf('VirtualService').includes('after'), 60_000);
    await until('the deletions', () => !topology().services.has('many/service-20'), 60_000);
    await until('recovery', () => ownView(fanari).sources.cluster.state().state === 'ok', 40_000);
    expect(await restartsAfterGone()).toBeGreaterThan(before);
    const listed = await cluster.admin.get('/api/v1/services');
    const items = listed.body['items'] as readonly ApiObject[];
    expect([...topology().services.keys()].toSorted()).toEqual(
      items.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`).toSorted(),
    );
  });
});

const canaryKind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'canaries.flagger.app' },
  spec: {
    group: 'flagger.app',
    scope: 'Namespaced',
    names: { kind: 'Canary', plural: 'canaries', singular: 'canary' },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
} as ApiObject;
