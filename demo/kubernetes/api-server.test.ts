import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Denial } from '@/demo/kubernetes/api-context';
import { startKubernetesApi } from '@/demo/kubernetes/api-server';
import type { KubernetesApi } from '@/demo/kubernetes/api-server';
import { callApi, type ApiReply } from '@/demo/kubernetes/testing/call-api';
import { ObjectStore } from '@/demo/kubernetes/object-store';

const store = new ObjectStore();
let api: KubernetesApi;
let denies: readonly Denial[] = [];

beforeAll(async () => {
  for (const name of ['default', 'shop']) {
    store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  api = await startKubernetesApi({
    store,
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 100_000,
    denies: () => denies,
  });
});

afterAll(() => api.close());

const call = (method: string, path: string, body?: unknown, contentType?: string) =>
  callApi(api, method, path, body, contentType);

const ROUTES = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices';
const MAPS = '/api/v1/namespaces/shop/configmaps';

function route(name: string, weights: readonly unknown[], extra: object = {}) {
  const destinations = weights.map((weight, index) => ({
    destination: { host: 'web', subset: `v${index + 1}` },
    weight,
  }));
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name },
    spec: { hosts: ['web'], http: [{ route: destinations }], ...extra },
  };
}

function map(name: string, data: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

describe('the embedded Kubernetes API', () => {
  it('answers what does not exist with a NotFound Status', async () => {
    expect(await call('GET', `${MAPS}/none`)).toMatchObject({
      code: 404,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        reason: 'NotFound',
        message: 'configmaps "none" not found',
        details: { name: 'none', kind: 'configmaps' },
        code: 404,
      },
    });
    const unknown = await fetch(`${api.url}/apis/none.example/v1/things`);
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toBe('404 page not found\n');
    expect(
      (await call('POST', '/api/v1/namespaces/none/configmaps', map('a'))).body['message'],
    ).toBe('namespaces "none" not found');
  });

  it('refuses a second object of the same name with AlreadyExists', async () => {
    expect((await call('POST', MAPS, map('twice'))).code).toBe(201);
    expect(await call('POST', MAPS, map('twice'))).toMatchObject({
      code: 409,
      body: { reason: 'AlreadyExists', message: 'configmaps "twice" already exists' },
    });
  });

  it('refuses to replace an object from an outdated state', async () => {
    const created = await call('POST', MAPS, map('raced', { a: '1' }));
    const changed = await call('PUT', `${MAPS}/raced`, { ...created.body, data: { a: '2' } });
    expect(changed.code).toBe(200);
    const stale = await call('PUT', `${MAPS}/raced`, { ...created.body, data: { a: '3' } });
    expect(stale).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
    expect(stale.body['message']).toContain('the object has been modified');
  });

  it('stores only one of two writers that read the same state at the same moment', async () => {
    const { body } = await call('POST', ROUTES, route('duel', [90, 10]));
    const version = (body['metadata'] as { resourceVersion: string }).resourceVersion;
    const patch = (weight: number) => [
      { op: 'test', path: '/metadata/resourceVersion', value: version },
      { op: 'replace', path: '/spec/http/0/route/0/weight', value: weight },
    ];
    const replies = await Promise.all(
      [10, 20, 30].map((weight) =>
        call('PATCH', `${ROUTES}/duel`, patch(weight), 'application/json-patch+json'),
      ),
    );
    expect(replies.map(({ code }) => code).sort()).toEqual([200, 422, 422]);
  });

  it('names the field of every value that the schema refuses', async () => {
    const reply = await call('POST', ROUTES, route('typed', ['many', 10]));
    expect(reply).toMatchObject({
      code: 422,
      body: {
        reason: 'Invalid',
        details: {
          kind: 'VirtualService',
          group: 'networking.istio.io',
          causes: [
            {
              reason: 'FieldValueTypeInvalid',
              field: 'spec.http[0].route[0].weight',
              message:
                'Invalid value: "string": spec.http[0].route[0].weight in body must be of type integer: "string"',
            },
            {
              reason: 'FieldValueInvalid',
              field: '<nil>',
              message:
                'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
            },
          ],
        },
      },
    });
    const fraction = await call('POST', ROUTES, route('fraction', [0.5, 10]));
    expect(fraction.code).toBe(422);
  });

  it('fails over a watch from a version that is no number, as the real one does, and says why', async () => {
    const reply = await call('GET', `${ROUTES}?watch=true&resourceVersion=rubbish`);
    expect(reply).toMatchObject({
      code: 500,
      body: {
        status: 'Failure',
        message:
          'resourceVersion: Invalid value: "rubbish": strconv.ParseUint: parsing "rubbish": invalid syntax',
      },
    });
    expect(reply.body).not.toHaveProperty('reason');
  });

  it('names a required field of a Gateway API route', async () => {
    const reply = await call(
      'POST',
      '/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes',
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'web' },
        spec: { rules: [{ backendRefs: [{ port: 80, weight: -1 }] }] },
      },
    );
    expect(reply.code).toBe(422);
    expect(reply.body['message']).toContain('spec.rules[0].backendRefs[0].name: Required value');
    expect(reply.body['message']).toContain(
      'spec.rules[0].backendRefs[0].weight: Invalid value: -1: spec.rules[0].backendRefs[0].weight in body should be greater than or equal to 0',
    );
  });

  it.each([
    [route('zero', [0, 0]), 'total destination weight = 0'],
    [route('negative', [-1, 101]), 'weight -1 < 0'],
    [route('empty', [100], { http: [] }), 'http, tcp or tls must be provided in virtual service'],
  ])('denies a route as the mesh would: $metadata.name', async (body, message) => {
    const reply = await call('POST', ROUTES, body);
    expect(reply.code).toBe(400);
    expect(reply.body['message']).toBe(
      `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${message}`,
    );
  });

  it('allows weights that do not sum to 100, which Istio accepts', async () => {
    expect((await call('POST', ROUTES, route('odd', [3, 1]))).code).toBe(201);
  });

  it('warns of an unknown field, refuses it in strict mode and says nothing when told to ignore', async () => {
    const body = route('unknown', [100], { hostz: [] });
    const strict = await call('POST', `${ROUTES}?fieldValidation=Strict`, body);
    expect(strict).toMatchObject({ code: 400, body: { reason: 'BadRequest' } });
    expect(strict.body['message']).toContain('unknown field "spec.hostz"');
    const ignored = await call('POST', `${ROUTES}?fieldValidation=Ignore&dryRun=All`, body);
    expect(ignored).toMatchObject({ code: 201, warning: null });
    const warned = await call('POST', `${ROUTES}?dryRun=All`, body);
    expect(warned.warning).toBe('299 - "unknown field \\"spec.hostz\\""');
  });

  it('validates a dry run and stores nothing', async () => {
    const before = store.resourceVersion;
    expect((await call('POST', `${MAPS}?dryRun=All`, map('dry'))).code).toBe(201);
    expect((await call('GET', `${MAPS}/dry`)).code).toBe(404);
    expect((await call('POST', `${ROUTES}?dryRun=All`, route('dry', ['x']))).code).toBe(422);
    expect((await call('POST', `${MAPS}?dryRun=Some`, map('dry'))).code).toBe(422);
    expect(store.resourceVersion).toBe(before);
  });

  it('counts generations only for changes of the desired state', async () => {
    const generation = ({ body }: ApiReply) =>
      (body['metadata'] as { generation: number }).generation;
    const merge = (patch: object, path = '') =>
      call('PATCH', `${ROUTES}/counted${path}`, patch, 'application/merge-patch+json');
    expect(generation(await call('POST', ROUTES, route('counted', [1, 1])))).toBe(1);
    expect(generation(await merge({ metadata: { labels: { a: 'b' } } }))).toBe(1);
    expect(generation(await merge({ status: { conditions: [] } }, '/status'))).toBe(1);
    expect(generation(await merge({ spec: { hosts: ['other'] } }))).toBe(2);
  });

  it('lets a write of the object leave its status alone, and the other way round', async () => {
    await call('POST', ROUTES, route('halves', [1, 1]));
    const merge = (patch: object, path = '') =>
      call('PATCH', `${ROUTES}/halves${path}`, patch, 'application/merge-patch+json');
    await merge({ status: { observedGeneration: 7 }, spec: { hosts: ['ignored'] } }, '/status');
    const reply = await merge({ status: { observedGeneration: 9 }, spec: { hosts: ['kept'] } });
    expect(reply.body).toMatchObject({
      spec: { hosts: ['kept'] },
      status: { observedGeneration: 7 },
    });
  });

  it('records the manager of every update and takes fields from the one before', async () => {
    await call('POST', `${MAPS}?fieldManager=first`, map('owned', { a: '1', b: '1' }));
    const patch = { data: { a: '2' } };
    const { body } = await call(
      'PATCH',
      `${MAPS}/owned?fieldManager=second`,
      patch,
      'application/merge-patch+json',
    );
    expect(body).toMatchObject({
      metadata: {
        managedFields: [
          { manager: 'first', operation: 'Update', fieldsV1: { 'f:data': { 'f:b': {} } } },
          { manager: 'second', operation: 'Update', fieldsV1: { 'f:data': { 'f:a': {} } } },
        ],
      },
    });
  });

  it('answers patch types that a kind does not know with 415', async () => {
    const strategic = 'application/strategic-merge-patch+json';
    expect((await call('PATCH', `${ROUTES}/odd`, {}, strategic)).code).toBe(415);
    expect((await call('PATCH', `${MAPS}/owned`, {}, 'text/plain')).code).toBe(415);
  });

  it('answers methods that a path does not know with 405', async () => {
    expect((await call('PUT', MAPS, map('a'))).code).toBe(405);
    expect((await call('POST', `${MAPS}/owned`, map('a'))).code).toBe(405);
    expect((await call('DELETE', '/version')).code).toBe(405);
  });

  it('refuses a body beyond its limit', async () => {
    const reply = await call('POST', MAPS, map('large', { a: 'x'.repeat(200_000) }));
    expect(reply).toMatchObject({ code: 413, body: { reason: 'RequestEntityTooLarge' } });
  });

  it('refuses what the configured denials name, and says so beforehand', async () => {
    denies = [{ verb: 'create', resource: 'configmaps', namespace: 'shop' }];
    try {
      const reply = await call('POST', MAPS, map('denied'));
      expect(reply.body['message']).toBe(
        'configmaps is forbidden: User "fanari-demo" cannot create resource "configmaps" in API group "" in the namespace "shop"',
      );
      const review = await call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'create', resource: 'configmaps', namespace: 'shop' } },
      });
      expect(review).toMatchObject({ code: 201, body: { status: { allowed: false } } });
    } finally {
      denies = [];
    }
  });

  it('serves the same kinds in plain and in aggregated discovery', async () => {
    const plain = await call('GET', '/apis/networking.istio.io/v1');
    const names = (plain.body['resources'] as { name: string }[]).map(({ name }) => name);
    const response = await fetch(`${api.url}/apis`, {
      headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
    });
    expect(response.headers.get('content-type')).toContain('as=APIGroupDiscoveryList');
    const { items } = (await response.json()) as {
      items: {
        metadata: { name: string };
        versions: { version: string; resources: { resource: string }[] }[];
      }[];
    };
    const group = items.find(({ metadata }) => metadata.name === 'networking.istio.io');
    const aggregated = group?.versions.find(({ version }) => version === 'v1')?.resources ?? [];
    expect(aggregated.map(({ resource }) => resource)).toEqual(
      names.filter((name) => !name.includes('/')),
    );
    expect(aggregated.length).toBeGreaterThan(5);
  });

  it('serves an OpenAPI document for every group of its index', async () => {
    const index = await call('GET', '/openapi/v3');
    for (const { serverRelativeURL } of Object.values(
      index.body['paths'] as Record<string, { serverRelativeURL: string }>,
    )) {
      const document = await call('GET', serverRelativeURL);
      expect(document, serverRelativeURL).toMatchObject({ code: 200, body: { openapi: '3.0.0' } });
    }
  });

  it('answers whatever is sent with a Status of its own, never with a failure of the server', async () => {
    const paths = fc.constantFrom(
      MAPS,
      `${MAPS}/owned`,
      ROUTES,
      `${ROUTES}/odd`,
      `${ROUTES}/odd/status`,
    );
    const methods = fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE');
    const types = fc.constantFrom(
      'application/json',
      'application/yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
      'application/vnd.kubernetes.protobuf',
    );
    const almost = fc.record(
      {
        apiVersion: fc.constantFrom('v1', 'networking.istio.io/v1', 7),
        kind: fc.constantFrom('ConfigMap', 'VirtualService', null),
        metadata: fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              name: fc.jsonValue(),
              labels: fc.jsonValue(),
              managedFields: fc.jsonValue(),
              ownerReferences: fc.jsonValue(),
            },
            { requiredKeys: [] },
          ),
        ),
        spec: fc.jsonValue(),
        data: fc.jsonValue(),
        status: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      almost.map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(methods, paths, types, bodies, async (method, path, type, body) => {
        const reply = await call(
          method,
          `${path}?fieldManager=fuzz&force=true&dryRun=All`,
          body,
          type,
        );
        expect(reply.code, JSON.stringify(reply.body)).not.toBe(500);
      }),
      { numRuns: 400 },
    );
  });

  it('answers odd queries and paths with a Status', async () => {
    for (const query of [
      'limit=-1',
      'continue=%00',
      'labelSelector=((',
      'fieldSelector=a.b=c',
      'resourceVersion=x',
    ]) {
      expect((await call('GET', `${MAPS}?${query}`)).code, query).toBe(400);
    }
    expect((await call('GET', '/api/v1/%zz')).code).toBe(400);
    expect((await call('GET', `${MAPS}?resourceVersion=99999999`)).code).toBe(504);
  });
});
