import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startKubernetesApi, type KubernetesApi } from '@/demo/kubernetes/api-server';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { ApiClient, pathOf, type ApiReply } from '@/tests/real/cluster/api-client';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { comparable } from '@/tests/real/contract/comparable';
import { knownDifferences } from '@/tests/real/contract/known-differences';
import { requests, type ContractRequest } from '@/tests/real/contract/requests';
import { namespace, service, subsets, virtualService } from '@/tests/real/objects';

let cluster: RealCluster;
let api: KubernetesApi;
let demo: ApiClient;

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  api = await startKubernetesApi({ store: new ObjectStore(), host: '127.0.0.1', port: 0 });
  demo = new ApiClient({ url: api.url, token: null, caFile: null });
  await demo.apply(namespace('default'));
});

afterAll(async () => {
  await api.close();
  await cluster.stop();
});

async function send(
  client: ApiClient,
  { method = 'GET', path, body, contentType }: ContractRequest,
): Promise<ApiReply> {
  return client.call(method, path, body, contentType);
}

/** The same objects for each case, so that no case depends on another. */
async function prepare(client: ApiClient): Promise<void> {
  for (const name of ['reviews', 'spare', '1bad']) {
    for (const object of [service(name), virtualService([90, 10], { name })]) {
      await client.call('DELETE', pathOf(object));
    }
  }
  for (const object of [namespace(), service('reviews'), subsets(), virtualService()]) {
    await client.apply(object);
  }
}

describe('the embedded Kubernetes API answers as the real one does', () => {
  const compare = async (request: ContractRequest): Promise<void> => {
    for (const client of [cluster.admin, demo]) {
      await prepare(client);
      for (const before of request.first ?? []) await send(client, before);
    }
    const [real, embedded] = await Promise.all([send(cluster.admin, request), send(demo, request)]);
    for (const client of [cluster.admin, demo]) {
      for (const after of request.last ?? []) await send(client, after);
    }
    const look = request.look ?? ((reply: ApiReply) => reply.body);
    expect({ status: embedded.status, body: comparable(look(embedded)) }).toEqual({
      status: real.status,
      body: comparable(look(real)),
    });
  };
  for (const request of requests) {
    const isKnown = knownDifferences.has(request.name);
    (isKnown ? test.fails : test)(request.name, () => compare(request));
  }
  test('but for differences that are written down, each of a request that is sent', () => {
    const names = requests.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...knownDifferences]));
  });
});
