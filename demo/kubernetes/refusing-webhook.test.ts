import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKubernetesApi, type KubernetesApi } from '@/demo/kubernetes/api-server';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { parseWebhook } from '@/demo/kubernetes/refusing-webhook';

const ROUTES = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices';
const WORDS = 'admission webhook "freeze.example.com" denied the request: frozen until Monday';

let store: ObjectStore;
let api: KubernetesApi;
let webhook: unknown;

beforeEach(async () => {
  store = new ObjectStore();
  for (const name of ['shop', 'other']) {
    store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  store.apply(route('web'));
  webhook = { name: 'freeze.example.com', message: 'frozen until Monday' };
  const webhooks = () => [parseWebhook(webhook)].filter((each) => each !== null);
  api = await startKubernetesApi({ store, host: '127.0.0.1', port: 0, webhooks });
});

afterEach(() => api.close());

function route(name: string, weights: readonly number[] = [90, 10]) {
  const http = [{ route: weights.map((weight) => ({ destination: { host: name }, weight })) }];
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'shop' },
    spec: { hosts: [name], http },
  };
}

async function call(method: string, path: string, body?: unknown) {
  const type = method === 'PATCH' ? 'application/json-patch+json' : 'application/json';
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { 'content-type': type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { code: response.status, body: (await response.json()) as Record<string, unknown> };
}

const weightPatch = (value: number) => [
  { op: 'replace', path: '/spec/http/0/route/0/weight', value },
];
const refusal = { status: 'Failure', code: 403, reason: 'Forbidden', message: WORDS };

describe('a refusing webhook', () => {
  it.each<[string, string, unknown]>([
    ['POST', ROUTES, route('new')],
    ['PATCH', `${ROUTES}/web`, weightPatch(50)],
    ['DELETE', `${ROUTES}/web`, undefined],
  ])('refuses %s, for real and in dry runs, in its words', async (method, path, body) => {
    const before = store.resourceVersion;
    for (const query of ['', '?dryRun=All']) {
      expect(await call(method, path + query, body)).toMatchObject({ code: 403, body: refusal });
    }
    expect(store.resourceVersion).toBe(before);
    webhook = null;
    expect((await call(method, path, body)).code).toBeLessThan(300);
  });

  it('is asked only about what it names', async () => {
    const named = { name: 'freeze.example.com', message: 'frozen until Monday' };
    const statusFor = async (more: object): Promise<number> => {
      webhook = { ...named, ...more };
      return (await call('PATCH', `${ROUTES}/web?dryRun=All`, weightPatch(50))).code;
    };
    expect(await statusFor({ resources: ['virtualservices.networking.istio.io'] })).toBe(403);
    expect(await statusFor({ resources: ['services', 'virtualservices'] })).toBe(200);
    expect(await statusFor({ namespaces: ['other'] })).toBe(200);
    expect(await statusFor({ operations: ['CREATE', 'DELETE'] })).toBe(200);
    expect(await statusFor({ code: 400 })).toBe(400);
  });

  it('leaves reads alone, and the last word on faults to schema and Istio', async () => {
    expect((await call('GET', `${ROUTES}/web`)).code).toBe(200);
    const denied = await call('PATCH', `${ROUTES}/web`, weightPatch(-1));
    expect(denied.code).toBe(400);
    expect(denied.body['message']).toContain('"validation.istio.io" denied the request');
    expect((await call('PATCH', `${ROUTES}/web`, weightPatch(0.5))).code).toBe(422);
  });

  it.each<[unknown, RegExp]>([
    [{ name: 'x' }, /a name and a message/],
    [{ name: 'x', message: 'y', operations: ['PATCH'] }, /CREATE, UPDATE, DELETE/],
    [{ name: 'x', message: 'y', operations: 'UPDATE' }, /operations must be a list/],
    [{ name: 'x', message: 'y', resources: 'virtualservices' }, /resources must be a list/],
    [{ name: 'x', message: 'y', namespaces: [] }, /namespaces must be a list/],
    [{ name: 'x', message: 'y', code: 200 }, /400 to 599/],
    [{ name: 'x', message: 'y', code: '422' }, /400 to 599/],
    ['freeze', /must be an object/],
  ])('says what is wrong with %j', (body, words) => {
    expect(() => parseWebhook(body)).toThrow(words);
  });
});
