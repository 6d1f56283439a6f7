import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKubernetesApi, type KubernetesApi } from '@/demo/kubernetes/api-server';
import { readPath } from '@/demo/kubernetes/json';
import { ObjectStore } from '@/demo/kubernetes/object-store';

const ROUTES = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices';
const SERVICES = '/api/v1/namespaces/shop/services';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';

let api: KubernetesApi;

beforeEach(async () => {
  const store = new ObjectStore();
  store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  api = await startKubernetesApi({ store, host: '127.0.0.1', port: 0 });
});

afterEach(() => api.close());

/** What each manager owns after the request. */
async function owned(
  method: string,
  path: string,
  manager: string,
  body: unknown,
  type = 'application/json',
): Promise<Record<string, unknown>> {
  const response = await fetch(`${api.url}${path}?fieldManager=${manager}`, {
    method,
    headers: { 'content-type': type },
    body: JSON.stringify(body),
  });
  const entries = readPath(await response.json(), 'metadata', 'managedFields') as {
    manager: string;
    fieldsV1: unknown;
  }[];
  return Object.fromEntries(entries.map(({ manager: name, fieldsV1 }) => [name, fieldsV1]));
}

const MERGE = 'application/merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const route = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web', annotations: { note: 'x' } },
  spec: { hosts: ['web'], http: [{ route: [{ destination: { host: 'web' } }] }] },
};
const self = { '.': {} };

describe('the owners of fields', () => {
  it('own the maps of a custom object that they bring, lists as a whole', async () => {
    expect(await owned('POST', ROUTES, 'one', route)).toEqual({
      one: {
        'f:metadata': { 'f:annotations': { ...self, 'f:note': {} } },
        'f:spec': { ...self, 'f:hosts': {}, 'f:http': {} },
      },
    });
    const patch = { metadata: { labels: { a: 'b' }, annotations: { more: 'y' } } };
    expect(await owned('PATCH', `${ROUTES}/web`, 'two', patch, MERGE)).toMatchObject({
      two: {
        'f:metadata': { 'f:labels': { ...self, 'f:a': {} }, 'f:annotations': { 'f:more': {} } },
      },
    });
  });

  it('own keyed lists and their items, but no field that a built-in kind always has', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    };
    const { one } = await owned('POST', SERVICES, 'one', service);
    const spec = readPath(one, 'f:spec') as Record<string, unknown>;
    expect(Object.keys(spec)).not.toContain('.');
    expect(spec).toMatchObject({
      'f:selector': {},
      'f:ports': { ...self, 'k:{"port":80,"protocol":"TCP"}': { ...self, 'f:port': {} } },
    });
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'i' }] },
        },
      },
    };
    const created = await owned('POST', DEPLOYMENTS, 'one', deployment);
    const template = readPath(created['one'], 'f:spec', 'f:template') as Record<string, unknown>;
    expect(template['f:metadata']).toEqual({ 'f:labels': { ...self, 'f:app': {} } });
    expect(Object.keys(template)).not.toContain('.');
    expect(readPath(template, 'f:spec', 'f:containers', '.')).toEqual({});
  });

  it('of an apply own only what it names, and take what they abandon with them', async () => {
    const named = { ...route, metadata: { name: 'web', labels: { a: 'b' } } };
    expect(await owned('PATCH', `${ROUTES}/web`, 'one', named, APPLY)).toEqual({
      one: {
        'f:metadata': { 'f:labels': { 'f:a': {} } },
        'f:spec': { 'f:hosts': {}, 'f:http': {} },
      },
    });
    await owned('PATCH', `${ROUTES}/web`, 'two', { metadata: { annotations: { x: 'y' } } }, MERGE);
    const bare = { ...route, metadata: { name: 'web' } };
    const left = await owned('PATCH', `${ROUTES}/web`, 'one', bare, APPLY);
    expect(left).toEqual({
      one: { 'f:spec': { 'f:hosts': {}, 'f:http': {} } },
      two: { 'f:metadata': { 'f:annotations': { ...self, 'f:x': {} } } },
    });
    const gone = await owned(
      'PATCH',
      `${ROUTES}/web`,
      'two',
      { metadata: { annotations: null } },
      MERGE,
    );
    expect(Object.keys(gone)).toEqual(['one']);
  });
});
