import { expect, test } from 'vitest';
import { ok } from '@/mesh/result';
import type { ApiCall } from '@/server/adapters/kubernetes/api-call';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import { discoverCoreKinds, discoverKinds } from '@/server/adapters/kubernetes/discovery';

const { signal } = new AbortController();

/** A client that answers from a table, and the paths it was asked for. */
function clientWith(bodies: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const client = {
    call: async (_operation: string, { path }: ApiCall) => {
      asked.push(path);
      return Promise.resolve(ok({ status: path in bodies ? 200 : 404, body: bodies[path] }));
    },
  };
  return { asked, client: client as unknown as KubernetesClient };
}

const aggregated = (group: string, version: string, kind: string, resource: string) => ({
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: { name: group },
      versions: [
        { version: 'v9', resources: [{ resource, responseKind: { kind }, scope: 'Namespaced' }] },
        { version, resources: [{ resource, responseKind: { kind }, scope: 'Namespaced' }] },
      ],
    },
  ],
});

test('a cluster with aggregated discovery is asked once for all its groups', async () => {
  const group = 'networking.istio.io';
  const { client, asked } = clientWith({
    '/apis': aggregated(group, 'v1beta1', 'VirtualService', 'virtualservices'),
    '/api': aggregated('', 'v1', 'Pod', 'pods'),
  });
  const core = await discoverCoreKinds(client, signal);
  const kinds = await discoverKinds(client, core.ok ? core.value : [], signal);
  expect(asked).toEqual(['/api', '/apis']);
  expect(kinds.ok && [...kinds.value.keys()]).toEqual(['/Pod', `${group}/VirtualService`]);
  expect(kinds.ok && kinds.value.get(`${group}/VirtualService`)?.version).toBe('v1beta1');
});

test('an older cluster is asked group by group', async () => {
  const group = 'networking.istio.io';
  const resources = [
    { name: 'virtualservices', kind: 'VirtualService', namespaced: true },
    { name: 'virtualservices/status', kind: 'VirtualService', namespaced: true },
  ];
  const { client, asked } = clientWith({
    '/apis': {
      kind: 'APIGroupList',
      groups: [{ name: group, versions: [{ version: 'v1' }, { version: 'v1beta1' }] }],
    },
    [`/apis/${group}/v1`]: { resources },
    [`/apis/${group}/v1beta1`]: { resources },
  });
  const kinds = await discoverKinds(client, [], signal);
  expect(asked).toEqual(['/apis', `/apis/${group}/v1`, `/apis/${group}/v1beta1`]);
  expect(kinds.ok && kinds.value.get(`${group}/VirtualService`)).toMatchObject({
    version: 'v1',
    plural: 'virtualservices',
    namespaced: true,
  });
});

test.each([
  ['an object without groups', {}],
  ['a list', []],
  ['an aggregated list without items', { kind: 'APIGroupDiscoveryList' }],
  ['nothing', null],
])('%s is no cluster that serves nothing, but an error', async (_what, body) => {
  const { client } = clientWith({ '/apis': body });
  const kinds = await discoverKinds(client, [], signal);
  expect(kinds.ok ? null : kinds.error.kind).toBe('bad-response');
});

test('a 404 for the list of APIs is an error, one for a version is a version that has gone', async () => {
  const nothing = await discoverKinds(clientWith({}).client, [], signal);
  expect(nothing.ok ? null : nothing.error.kind).toBe('not-found');
  const group = { name: 'networking.istio.io', versions: [{ version: 'v1' }] };
  const gone = await discoverKinds(clientWith({ '/apis': { groups: [group] } }).client, [], signal);
  expect(gone.ok && gone.value.size).toBe(0);
});
