import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startKubernetesApi, type KubernetesApi } from '@/demo/kubernetes/api-server';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { ApiClient, collectionOf, type ApiObject } from '@/tests/real/cluster/api-client';
import { Istiod } from '@/tests/real/cluster/istiod';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { istioCases } from '@/tests/real/contract/istio-objects';
import { knownIstioDifferences } from '@/tests/real/contract/known-differences';
import { namespace } from '@/tests/real/objects';

let cluster: RealCluster;
let istiod: Istiod;
let api: KubernetesApi;
let demo: ApiClient;

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  istiod = await Istiod.start(cluster);
  api = await startKubernetesApi({ store: new ObjectStore(), host: '127.0.0.1', port: 0 });
  demo = new ApiClient({ url: api.url, token: null, caFile: null });
  await demo.apply(namespace('default'));
});

afterAll(async () => {
  await api.close();
  await istiod.stop();
  await cluster.stop();
});

/** What the API says of an object: `accepted`, or the status and the words of its refusal. */
async function verdict(client: ApiClient, object: ApiObject): Promise<string> {
  const { status, body } = await client.call('POST', `${collectionOf(object)}?dryRun=All`, object);
  return status < 300 ? 'accepted' : `${status} ${String(body['message'])}`;
}

describe('the embedded API judges objects of Istio as CRDs and istiod do', () => {
  for (const { name, object } of istioCases) {
    const isKnown = knownIstioDifferences.has(name);
    (isKnown ? test.fails : test)(name, async () => {
      expect(await verdict(demo, object)).toBe(await verdict(cluster.admin, object));
    });
  }
  test('but for differences that are written down, each of an object that is tried', () => {
    const names = istioCases.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...knownIstioDifferences]));
  });
});
