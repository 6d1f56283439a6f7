import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Problem } from '@/contract/problem';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { SplitPreviewResponse } from '@/contract/split-preview';
import type { SplitsResponse } from '@/contract/splits';
import type { StatusResponse } from '@/contract/status';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';
import { pathOf, type ApiObject } from '@/tests/real/cluster/api-client';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { startRestServer, type RestServer } from '@/tests/real/cluster/rest-server';
import {
  grant,
  httpRoute,
  namespace,
  READS,
  service,
  SHOP,
  subsets,
  virtualService,
} from '@/tests/real/objects';
import { until } from '@/tests/support/start-fanari';

let cluster: RealCluster;
let rest: RestServer;

const ROUTES = pathOf(virtualService());
const HTTP_ROUTES = pathOf(httpRoute());

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  const services = ['reviews', 'reviews-v1', 'reviews-v2'].map((name) => service(name));
  const objects = [namespace(), ...services, subsets(), virtualService(), httpRoute()];
  for (const object of objects) await cluster.admin.apply(object);
  const change = { apiGroups: ['*'], resources: ['*'], verbs: ['patch'] };
  const review = { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] };
  for (const object of grant('editor', [...READS, review, change]))
    await cluster.admin.apply(object);
  rest = await startRestServer(cluster.kubeconfig('editor'));
  await until('both splits', async () => (await splits()).length >= 2, 60_000);
});

afterAll(async () => {
  await rest.stop();
  await cluster.stop();
});

beforeEach(async () => {
  await cluster.admin.apply(virtualService());
  await cluster.admin.apply(httpRoute());
});

async function splits(): Promise<readonly TrafficSplit[]> {
  const { body } = await rest.get(`/api/v1/splits?namespaces=${SHOP}`);
  return (body as SplitsResponse).splits;
}

async function changeOf(kind: string, wanted: readonly number[]): Promise<WeightChange> {
  const split = (await splits()).find(
    ({ object, destinations }) => object.kind === kind && destinations.length === 2,
  );
  if (split === undefined) throw new Error(`no split of ${kind}`);
  const { object, apiVersion, rulePointer, ruleText, destinations } = split;
  const stored = (await cluster.admin.get(kind === 'HTTPRoute' ? HTTP_ROUTES : ROUTES)).body;
  const weights = weightsOf(stored as unknown as ApiObject);
  const seen = destinations.map(({ host, subset, port }, index) => {
    return { host, subset, port, weight: weights[index] ?? null };
  });
  return { object, apiVersion, rulePointer, ruleText, seen, wanted };
}

interface Routed {
  readonly http?: readonly { readonly route: readonly { readonly weight?: number }[] }[];
  readonly rules?: readonly { readonly backendRefs: readonly { readonly weight?: number }[] }[];
}

function weightsOf({ spec }: ApiObject): readonly (number | undefined)[] {
  const { http, rules } = spec as Routed;
  const destinations = http?.[1]?.route ?? rules?.[0]?.backendRefs ?? [];
  return destinations.map(({ weight }) => weight);
}

async function stored(path: string): Promise<ApiObject> {
  return (await cluster.admin.get(path)).body as unknown as ApiObject;
}

async function preview(change: WeightChange): Promise<SplitPreviewResponse> {
  const { status, body } = await rest.post('/api/v1/splits/preview', { change });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as SplitPreviewResponse;
}

async function apply(change: WeightChange): Promise<SplitApplyResponse> {
  const { status, body } = await rest.post('/api/v1/splits/apply', { change });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as SplitApplyResponse;
}

describe('npm start on a real cluster', () => {
  test('says so: versions, sources, and what may be written', async () => {
    const read = async () => (await rest.get('/api/v1/status')).body as StatusResponse;
    await until('a good state', async () => (await read()).sources[0]?.state === 'ok');
    const status = await read();
    expect(status.cluster.kubernetesVersion).toMatch(/^v1\.\d+\.\d+/);
    expect(status.sources[0]).toMatchObject({ source: 'kubernetes', state: 'ok' });
    expect(status.namespaces.map(({ name }) => name)).toContain(SHOP);
  });
});

describe.each([
  ['VirtualService', ROUTES, [90, 10], [50, 50]],
  ['HTTPRoute', HTTP_ROUTES, [9, 1], [5, 5]],
] as const)('the weights of a %s', (kind, path, original, wanted) => {
  test('are tried without being stored, then written, then undone, and nothing else changes', async () => {
    const before = await stored(path);
    const change = await changeOf(kind, wanted);

    const previewed = await preview(change);
    expect(previewed).toMatchObject({ dryRun: { ok: true, message: null }, permitted: true });
    expect((await stored(path)).metadata.resourceVersion).toBe(before.metadata.resourceVersion);

    const written = await apply(change);
    const after = await stored(path);
    expect(weightsOf(after)).toEqual(wanted);
    expect(written.resourceVersion).toBe(after.metadata.resourceVersion);
    expect(after.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
    expect(after.metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'fanari', operation: 'Update' }),
    );

    const undone = await apply(written.undo);
    const restored = await stored(path);
    expect(restored.spec).toEqual(before.spec);
    expect(restored.metadata.labels).toEqual(before.metadata.labels);
    expect(undone.resourceVersion).toBe(restored.metadata.resourceVersion);
    expect(rest.audit().slice(-2)).toMatchObject([
      { outcome: 'accepted', before: original, after: wanted },
      { outcome: 'accepted', before: wanted, after: original },
    ]);
  });

  test('are seen on the next list of splits', async () => {
    const change = await changeOf(kind, wanted);
    await apply(change);
    await until('the new weights', async () => {
      const split = (await splits()).find(
        ({ object, destinations }) => object.kind === kind && destinations.length === 2,
      );
      return split?.destinations.map(({ weight }) => weight).join() === wanted.join();
    });
  });

  test('that somebody else changed since are left alone: 409 with what is there now and who did it', async () => {
    const change = await changeOf(kind, wanted);
    const pointer = kind === 'HTTPRoute' ? '/spec/rules/0/backendRefs' : '/spec/http/1/route';
    const other = [{ op: 'replace', path: `${pointer}/1/weight`, value: 33 }];
    const query = `${path}?fieldManager=kubectl-edit`;
    await cluster.admin.call('PATCH', query, other, 'application/json-patch+json');
    const { status, body } = await rest.post('/api/v1/splits/apply', { change });
    expect(status).toBe(409);
    expect((body as Problem).conflict).toMatchObject({
      changedBy: 'kubectl-edit',
      current: [{ weight: original[0] }, { weight: 33 }],
    });
    expect(weightsOf(await stored(path))).toEqual([original[0], 33]);
  });

  test('survive many users at once: each write is whole, and every loser is told', async () => {
    const change = await changeOf(kind, wanted);
    const wishes = Array.from({ length: 6 }, (_, index) => [70 - index, 30 + index]);
    const replies = await Promise.all(
      wishes.map((wish) =>
        rest.post('/api/v1/splits/apply', { change: { ...change, wanted: wish } }),
      ),
    );
    const winners = replies.flatMap(({ status }, index) => (status === 200 ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(5);
    expect(weightsOf(await stored(path))).toEqual(wishes[winners[0] ?? 0]);
  });
});

describe('what the real API server refuses', () => {
  test('a policy of the cluster refuses, and its words are shown whole, in the dry-run already', async () => {
    for (const object of stepPolicy) await cluster.admin.apply(object);
    const change = await changeOf('VirtualService', [30, 70]);
    await until('the policy', async () => !(await preview(change)).dryRun.ok);
    const previewed = await preview(change);
    expect(previewed.dryRun.message).toContain(
      "ValidatingAdmissionPolicy 'steps' with binding 'steps' denied request: no step above 60",
    );
    const { status, body } = await rest.post('/api/v1/splits/apply', { change });
    expect(status).toBe(422);
    expect((body as Problem).detail).toBe(previewed.dryRun.message);
    expect(weightsOf(await stored(ROUTES))).toEqual([90, 10]);
    expect((await preview({ ...change, wanted: [45, 55] })).dryRun.ok).toBe(true);
  });

  test('the object that is gone is a 404, not an empty success', async () => {
    const change = await changeOf('HTTPRoute', [5, 5]);
    await cluster.admin.call('DELETE', HTTP_ROUTES);
    const { status } = await rest.post('/api/v1/splits/apply', { change });
    expect(status).toBe(404);
  });
});

/** Lets no destination have more than 60, but leaves the 90 that stands there; says Forbidden, as RBAC does. */
const stepPolicy = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'steps' },
    spec: {
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['networking.istio.io'],
            apiVersions: ['*'],
            operations: ['UPDATE'],
            resources: ['virtualservices'],
          },
        ],
      },
      validations: [
        {
          expression: 'object.spec.http[1].route[1].weight <= 60',
          message: 'no step above 60',
          reason: 'Forbidden',
        },
      ],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'steps' },
    spec: { policyName: 'steps', validationActions: ['Deny'] },
  },
] as readonly ApiObject[];
