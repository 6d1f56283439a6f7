import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Denial } from '@/demo/kubernetes/api-context';
import { startKubernetesApi } from '@/demo/kubernetes/api-server';
import type { KubernetesApi } from '@/demo/kubernetes/api-server';
import { readPath } from '@/demo/kubernetes/json';
import { callApi, type ApiReply } from '@/demo/kubernetes/testing/call-api';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { SERVED_TYPES } from '@/demo/kubernetes/served-types';

const MAPS = '/api/v1/namespaces/shop/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';
const ROUTES = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices';
const GATEWAYS = '/apis/gateway.networking.k8s.io/v1/namespaces/shop/gateways';

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

let store: ObjectStore;
let api: KubernetesApi;
let denies: readonly Denial[];

const call = (method: string, path: string, body?: unknown, contentType?: string) =>
  callApi(api, method, path, body, contentType);

function apply(path: string, manager: string, body: unknown, force = false): Promise<ApiReply> {
  const query = `fieldManager=${manager}${force ? '&force=true' : ''}`;
  return call('PATCH', `${path}?${query}`, body, APPLY);
}

function managersOf({ body }: ApiReply): readonly string[] {
  const entries = readPath(body, 'metadata', 'managedFields') as {
    manager: string;
    operation: string;
    subresource?: string;
  }[];
  return entries.map(({ manager, operation, subresource }) =>
    [manager, operation, subresource].filter((part) => part !== undefined).join(' '),
  );
}

function deployment(name: string, containers: readonly object[]) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers } },
    },
  };
}

function map(name: string, data: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function route(name: string, extra: object = {}) {
  const http = [{ route: [{ destination: { host: 'web' } }] }];
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name },
    spec: { hosts: ['web'], http, ...extra },
  };
}

function gateway(listeners: readonly object[]) {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'entry' },
    spec: { gatewayClassName: 'istio', listeners },
  };
}

beforeEach(async () => {
  denies = [];
  store = new ObjectStore();
  store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  api = await startKubernetesApi({ store, host: '127.0.0.1', port: 0, denies: () => denies });
});

afterEach(() => api.close());

describe('a dry run', () => {
  it('writes nothing anywhere, whatever the verb, and answers what would have been', async () => {
    const web = [{ name: 'web', image: 'web:1' }];
    await call('POST', DEPLOYMENTS, deployment('web', web));
    await call('POST', MAPS, map('kept', { a: '1' }));
    const everything = () => SERVED_TYPES.map(({ group, kind }) => store.list(group, kind));
    const before = { version: store.resourceVersion, objects: structuredClone(everything()) };
    const events: unknown[] = [];
    const unsubscribe = store.onEvent((event) => events.push(event));
    const dry = 'dryRun=All';
    const replies = [
      await call('POST', `${MAPS}?${dry}`, map('new')),
      await call('PUT', `${MAPS}/kept?${dry}`, map('kept', { a: '2' })),
      await call('PATCH', `${MAPS}/kept?${dry}`, { data: { a: '2' } }, MERGE),
      await call('PATCH', `${MAPS}/kept?${dry}`, { data: { a: '2' } }, STRATEGIC),
      await call(
        'PATCH',
        `${MAPS}/kept?${dry}`,
        [{ op: 'replace', path: '/data/a', value: '2' }],
        JSON_PATCH,
      ),
      await call(
        'PATCH',
        `${MAPS}/kept?${dry}&fieldManager=other&force=true`,
        map('kept', { a: '2' }),
        APPLY,
      ),
      await call('PATCH', `${MAPS}/made?${dry}&fieldManager=other`, map('made'), APPLY),
      await call('PATCH', `${DEPLOYMENTS}/web/scale?${dry}`, { spec: { replicas: 3 } }, MERGE),
      await call('PATCH', `${DEPLOYMENTS}/web/status?${dry}`, { status: { replicas: 3 } }, MERGE),
      await call('DELETE', `${MAPS}/kept?${dry}`),
      await call('DELETE', `${MAPS}/kept`, { dryRun: ['All'] }),
      await call('DELETE', `${DEPLOYMENTS}/web?${dry}&propagationPolicy=Foreground`),
      await call('DELETE', `${MAPS}?${dry}`),
    ];
    unsubscribe();
    expect(replies.map(({ code }) => code)).toEqual([
      201, 200, 200, 200, 200, 200, 201, 200, 200, 200, 200, 200, 200,
    ]);
    expect(replies.slice(1, 6).map(({ body }) => readPath(body, 'data', 'a'))).toEqual(
      Array.from({ length: 5 }, () => '2'),
    );
    expect(events).toEqual([]);
    expect(store.resourceVersion).toBe(before.version);
    expect(everything()).toEqual(before.objects);
  });

  it('is refused when it is misspelt, so that nothing is deleted by mistake', async () => {
    await call('POST', MAPS, map('kept'));
    expect((await call('DELETE', `${MAPS}/kept?dryRun=all`)).code).toBe(422);
    expect((await call('DELETE', `${MAPS}/kept`, { dryRun: ['Some'] })).code).toBe(422);
    expect((await call('GET', `${MAPS}/kept`)).code).toBe(200);
  });
});

describe('field validation', () => {
  const misspelt = route('web', {
    hostz: [],
    http: [{ rout: [], route: [{ destination: { host: 'web' } }] }],
  });
  const fields = ['unknown field "spec.hostz"', 'unknown field "spec.http[0].rout"'];

  it('names every unknown field in strict mode and stores nothing', async () => {
    const { code, body } = await call('POST', `${ROUTES}?fieldValidation=Strict`, misspelt);
    expect(code).toBe(400);
    expect(body['message']).toContain('strict decoding error: ');
    for (const field of fields) expect(body['message']).toContain(field);
    expect((await call('GET', `${ROUTES}/web`)).code).toBe(404);
  });

  it('warns of each of them by default, and drops them as a real cluster does', async () => {
    const { code, body, warning } = await call('POST', ROUTES, misspelt);
    expect(code).toBe(201);
    for (const field of fields) expect(warning).toContain(field.replaceAll('"', '\\"'));
    expect(body['spec']).toEqual(route('web').spec);
    expect((await call('GET', `${ROUTES}/web`)).body['spec']).toEqual(route('web').spec);
  });

  it('looks at what a patch adds, in the mode that is asked for', async () => {
    await call('POST', ROUTES, route('web'));
    const patch = (mode: string) =>
      call('PATCH', `${ROUTES}/web?fieldValidation=${mode}`, { spec: { hostz: [] } }, MERGE);
    expect((await patch('Strict')).code).toBe(400);
    const ignored = await patch('Ignore');
    expect(ignored).toMatchObject({ code: 200, warning: null });
    expect(ignored.body['spec']).not.toHaveProperty('hostz');
    expect((await patch('Sometimes')).code).toBe(400);
  });

  it('holds for built-in kinds too', async () => {
    const strict = await call('POST', `${MAPS}?fieldValidation=Strict`, { ...map('a'), dat: {} });
    expect(strict.body['message']).toContain('unknown field "dat"');
    const { body } = await call('POST', MAPS, { ...map('a'), dat: {} });
    expect(body).not.toHaveProperty('dat');
  });
});

describe('patch types', () => {
  it.each([
    [`${ROUTES}/web`, STRATEGIC],
    [`${ROUTES}/web/status`, STRATEGIC],
    [`${MAPS}/a`, 'application/json'],
    [`${MAPS}/a`, 'text/plain'],
    [`${MAPS}/a`, ''],
  ])('PATCH %s with "%s" is refused with 415 and the types that would do', async (path, type) => {
    await call('POST', ROUTES, route('web'));
    await call('POST', MAPS, map('a'));
    const { code, body } = await call('PATCH', path, {}, type);
    expect({ code, reason: body['reason'] }).toEqual({ code: 415, reason: 'UnsupportedMediaType' });
    expect(body['message']).toContain(`${JSON_PATCH}, ${MERGE}`);
  });
});

describe('server-side apply', () => {
  it('keeps the owners of spec and status apart', async () => {
    await apply(
      `${GATEWAYS}/entry`,
      'owner',
      gateway([{ name: 'http', port: 80, protocol: 'HTTP' }]),
    );
    const { spec: _spec, ...identity } = gateway([]);
    const status = { addresses: [{ type: 'IPAddress', value: '10.0.0.1' }] };
    const reply = await apply(`${GATEWAYS}/entry/status`, 'controller', { ...identity, status });
    expect(reply.body['status']).toEqual(status);
    expect(managersOf(reply)).toEqual(['controller Apply status', 'owner Apply']);
    const again = await apply(`${GATEWAYS}/entry`, 'owner', {
      ...gateway([{ name: 'http', port: 81, protocol: 'HTTP' }]),
      status: { addresses: [] },
    });
    expect(again.body['status']).toEqual(status);
    expect(managersOf(again)).toContain('controller Apply status');
  });

  it('merges listeners by name, and refuses only what another manager owns', async () => {
    const http = { name: 'http', port: 80, protocol: 'HTTP' };
    const tcp = { name: 'tcp', port: 90, protocol: 'TCP' };
    await apply(`${GATEWAYS}/entry`, 'one', gateway([http]));
    const both = await apply(`${GATEWAYS}/entry`, 'two', gateway([tcp]));
    expect(readPath(both.body, 'spec', 'listeners')).toEqual([http, tcp]);
    const refused = await apply(`${GATEWAYS}/entry`, 'two', gateway([tcp, { ...http, port: 81 }]));
    expect(refused.code).toBe(409);
    expect(readPath(refused.body, 'details', 'causes')).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "one"',
        field: '.spec.listeners[name="http"].port',
      },
    ]);
  });

  it('takes forced fields from their owner, who keeps the rest', async () => {
    await apply(`${MAPS}/a`, 'one', map('a', { x: '1', y: '1' }));
    const taken = await apply(`${MAPS}/a`, 'two', map('a', { x: '2' }), true);
    const owned = readPath(taken.body, 'metadata', 'managedFields') as {
      manager: string;
      fieldsV1: unknown;
    }[];
    expect(Object.fromEntries(owned.map(({ manager, fieldsV1 }) => [manager, fieldsV1]))).toEqual({
      one: { 'f:data': { 'f:y': {} } },
      two: { 'f:data': { 'f:x': {} } },
    });
    // What it no longer owns, it no longer removes.
    const left = await apply(`${MAPS}/a`, 'one', map('a'));
    expect(left.body['data']).toEqual({ x: '2' });
  });

  it('conflicts with an update in between, until it is forced', async () => {
    await apply(`${DEPLOYMENTS}/web`, 'one', deployment('web', [{ name: 'web', image: 'web:1' }]));
    const patch = {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
    };
    await call('PATCH', `${DEPLOYMENTS}/web?fieldManager=editor`, patch, STRATEGIC);
    const wanted = deployment('web', [{ name: 'web', image: 'web:3' }]);
    const refused = await apply(`${DEPLOYMENTS}/web`, 'one', wanted);
    expect(refused.body['message']).toMatch(
      /^Apply failed with 1 conflict: conflict with "editor" using apps\/v1 at .*: \.spec\.template\.spec\.containers\[name="web"\]\.image$/,
    );
    const forced = await apply(`${DEPLOYMENTS}/web`, 'one', wanted, true);
    expect(managersOf(forced)).toEqual(['one Apply']);
  });

  it('creates what is missing, and asks for a manager', async () => {
    expect((await apply(`${MAPS}/new`, 'one', map('new'))).code).toBe(201);
    const nobody = await call('PATCH', `${MAPS}/new`, map('new'), APPLY);
    expect(nobody).toMatchObject({ code: 422 });
    expect(nobody.body['message']).toContain('fieldManager');
    const misnamed = await apply(`${MAPS}/new`, 'one', map('other'));
    expect(misnamed.code).toBe(400);
  });
});

describe('reviews of the caller itself', () => {
  const review = (kind: string, spec: object) =>
    call('POST', `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`, {
      apiVersion: 'authorization.k8s.io/v1',
      kind,
      spec,
    });

  it('lists all rights while nothing is denied', async () => {
    const { code, body } = await review('SelfSubjectRulesReview', { namespace: 'shop' });
    expect(code).toBe(201);
    expect(body['status']).toEqual({
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    });
    expect((await review('SelfSubjectRulesReview', {})).code).toBe(400);
  });

  it('lists for every resource just the verbs that access reviews allow', async () => {
    denies = [
      { verb: 'patch', group: 'networking.istio.io' },
      { resource: 'secrets' },
      { verb: 'delete', resource: 'pods', namespace: 'elsewhere' },
    ];
    const { body } = await review('SelfSubjectRulesReview', { namespace: 'shop' });
    const rules = readPath(body, 'status', 'resourceRules') as {
      verbs: string[];
      apiGroups: string[];
      resources: string[];
    }[];
    const verbsOf = (group: string, resource: string) =>
      rules
        .filter(
          ({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource),
        )
        .flatMap(({ verbs }) => verbs);
    expect(verbsOf('networking.istio.io', 'virtualservices')).not.toContain('patch');
    expect(verbsOf('networking.istio.io', 'virtualservices')).toContain('update');
    expect(verbsOf('gateway.networking.k8s.io', 'httproutes')).toContain('patch');
    expect(verbsOf('', 'secrets')).toEqual([]);
    expect(verbsOf('', 'pods')).toContain('delete');
    for (const verb of ['patch', 'get']) {
      const group = 'networking.istio.io';
      const resourceAttributes = { verb, group, resource: 'virtualservices', namespace: 'shop' };
      const answer = await review('SelfSubjectAccessReview', { resourceAttributes });
      expect(readPath(answer.body, 'status', 'allowed')).toBe(
        verbsOf(group, 'virtualservices').includes(verb),
      );
    }
  });

  it('refuses everything to who asks for everything and lacks a part', async () => {
    const resourceAttributes = { verb: '*', group: '*', resource: '*', namespace: 'shop' };
    const ask = async () =>
      readPath(
        (await review('SelfSubjectAccessReview', { resourceAttributes })).body,
        'status',
        'allowed',
      );
    expect(await ask()).toBe(true);
    denies = [{ verb: 'patch', resource: 'virtualservices' }];
    expect(await ask()).toBe(false);
  });
});
