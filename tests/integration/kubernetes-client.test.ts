import {
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  Watch,
  makeInformer,
} from '@kubernetes/client-node';
import type { KubernetesObject } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKubernetesApi } from '@/demo/kubernetes/api-server';
import type { KubernetesApi } from '@/demo/kubernetes/api-server';
import { ObjectStore } from '@/demo/kubernetes/object-store';

let store: ObjectStore;
let api: KubernetesApi;
let config: KubeConfig;

function configMap(name: string, value = '1', labels: Record<string, string> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', labels },
    data: { value },
  };
}

beforeEach(async () => {
  store = new ObjectStore();
  store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  api = await startKubernetesApi({ store, host: '127.0.0.1', port: 0 });
  config = new KubeConfig();
  config.loadFromOptions({
    // The client refuses plain HTTP without this.
    clusters: [{ name: 'embedded', server: api.url, skipTLSVerify: true }],
    users: [{ name: 'nobody' }],
    contexts: [{ name: 'embedded', cluster: 'embedded', user: 'nobody' }],
    currentContext: 'embedded',
  });
});

afterEach(() => api.close());

interface RawEvent {
  readonly type: string;
  readonly object: { kind: string; code?: number; metadata: Record<string, unknown> };
}

/** Reads the events of a raw watch until `count` have come or it ends. */
async function readEvents(query: string, count: number): Promise<readonly RawEvent[]> {
  const stop = new AbortController();
  const path = `/api/v1/namespaces/default/configmaps?watch=true&${query}`;
  const response = await fetch(`${api.url}${path}`, { signal: stop.signal });
  const events: RawEvent[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    events.push(...lines.map((line) => JSON.parse(line) as RawEvent));
    if (events.length >= count) break;
  }
  stop.abort();
  return events;
}

describe('@kubernetes/client-node against the embedded Kubernetes API', () => {
  it('lists every object once over several pages, as of one moment', async () => {
    for (let index = 0; index < 25; index += 1) store.apply(configMap(`map-${index}`));
    const client = config.makeApiClient(CoreV1Api);
    const names: string[] = [];
    const versions = new Set<string | undefined>();
    let token: string | undefined;
    do {
      const page = await client.listNamespacedConfigMap({
        namespace: 'default',
        limit: 7,
        ...(token ? { _continue: token } : {}),
      });
      names.push(...page.items.map((item) => item.metadata?.name ?? ''));
      versions.add(page.metadata?.resourceVersion);
      token = page.metadata?._continue;
      // Changes between two pages must not show.
      store.apply(configMap('added-meanwhile'));
      if (store.get('', 'ConfigMap', 'default', 'map-9')) {
        store.delete('', 'ConfigMap', 'default', 'map-9');
      }
    } while (token);
    expect(names).toHaveLength(25);
    expect(new Set(names).size).toBe(25);
    expect(names).toContain('map-9');
    expect(versions.size).toBe(1);
  });

  it('refuses a page token whose moment is forgotten with 410 and a token to go on with', async () => {
    for (const name of ['a', 'b', 'c']) store.apply(configMap(name));
    const url = `${api.url}/api/v1/configmaps?limit=1`;
    const first = (await (await fetch(url)).json()) as { metadata: { continue: string } };
    store.apply(configMap('d'));
    api.expireHistory();
    const response = await fetch(`${url}&continue=${first.metadata.continue}`);
    const status = (await response.json()) as {
      code: number;
      reason: string;
      metadata: { continue: string };
    };
    expect(response.status).toBe(410);
    expect(status).toMatchObject({ code: 410, reason: 'Expired' });
    const next = await fetch(`${url}&continue=${status.metadata.continue}`);
    expect(next.status).toBe(200);
  });

  it('keeps an informer in step through additions, changes, deletions and dropped watches', async () => {
    const client = config.makeApiClient(CoreV1Api);
    store.apply(configMap('first'));
    const informer = makeInformer<KubernetesObject>(
      config,
      '/api/v1/namespaces/default/configmaps',
      () => client.listNamespacedConfigMap({ namespace: 'default' }),
    );
    const seen: string[] = [];
    for (const verb of ['add', 'update', 'delete'] as const) {
      informer.on(verb, (object) => seen.push(`${verb} ${object.metadata?.name ?? ''}`));
    }
    informer.on('error', () => setTimeout(() => void informer.start(), 50));
    await informer.start();
    try {
      await expect.poll(() => seen).toContain('add first');
      store.apply(configMap('second'));
      await expect.poll(() => seen).toContain('add second');
      store.apply(configMap('second', '2'));
      await expect.poll(() => seen).toContain('update second');
      api.dropWatches();
      store.apply(configMap('third'));
      await expect.poll(() => seen, { timeout: 10_000 }).toContain('add third');
      store.delete('', 'ConfigMap', 'default', 'first');
      await expect.poll(() => seen, { timeout: 10_000 }).toContain('delete first');
    } finally {
      await informer.stop();
    }
  });

  it('makes an informer list again after 410 Gone and loses nothing', async () => {
    const client = config.makeApiClient(CoreV1Api);
    store.apply(configMap('kept'));
    let lists = 0;
    const informer = makeInformer<KubernetesObject>(
      config,
      '/api/v1/namespaces/default/configmaps',
      () => {
        lists += 1;
        return client.listNamespacedConfigMap({ namespace: 'default' });
      },
    );
    const names = () => informer.list().map((object) => object.metadata?.name);
    informer.on('error', () => setTimeout(() => void informer.start(), 50));
    await informer.start();
    try {
      await expect.poll(names).toEqual(['kept']);
      // A change of another kind moves the cluster on, so that the informer's own version is too old.
      store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
      api.expireHistory();
      api.dropWatches();
      store.apply(configMap('new'));
      await expect.poll(() => names().toSorted(), { timeout: 10_000 }).toEqual(['kept', 'new']);
      expect(lists).toBeGreaterThan(1);
    } finally {
      await informer.stop();
    }
  });

  it('gives one ERROR event with a 410 Status to a watch that starts before the history', async () => {
    const start = store.resourceVersion;
    store.apply(configMap('a'));
    api.expireHistory();
    const events = await readEvents(`resourceVersion=${start}`, 1);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    });
  });

  it('tells a watch everything since its resource version, in order', async () => {
    const start = store.resourceVersion;
    store.apply(configMap('a'));
    store.apply(configMap('a', '2'));
    store.delete('', 'ConfigMap', 'default', 'a');
    const events = await readEvents(`resourceVersion=${start}`, 3);
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    const versions = events.map(({ object }) => Number(object.metadata['resourceVersion']));
    expect(versions).toEqual(versions.toSorted((left, right) => left - right));
  });

  it('marks the end of the initial events with a bookmark', async () => {
    store.apply(configMap('a'));
    store.apply(configMap('b'));
    const query =
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const events = await readEvents(query, 3);
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'BOOKMARK']);
    expect(events[2]?.object.metadata['annotations']).toEqual({
      'k8s.io/initial-events-end': 'true',
    });
  });

  it('tells a selecting watch of objects that come into and go out of its selection', async () => {
    const start = store.resourceVersion;
    store.apply(configMap('a', '1', { tier: 'back' }));
    store.apply(configMap('a', '1', { tier: 'front' }));
    store.apply(configMap('a', '2', { tier: 'front' }));
    store.apply(configMap('a', '2', { tier: 'back' }));
    const events = await readEvents(`resourceVersion=${start}&labelSelector=tier%3Dfront`, 3);
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });

  it('ends a watch after timeoutSeconds', async () => {
    const startedAt = Date.now();
    await readEvents('timeoutSeconds=1', 99);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(900);
  });

  it('streams custom resources to the Watch class', async () => {
    const names: string[] = [];
    const watch = new Watch(config);
    const controller = await watch.watch(
      '/apis/networking.istio.io/v1/virtualservices',
      {},
      (_type, object: KubernetesObject) => names.push(object.metadata?.name ?? ''),
      () => undefined,
    );
    store.apply({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'web', namespace: 'default' },
      spec: { hosts: ['web'], http: [{ route: [{ destination: { host: 'web' } }] }] },
    });
    await expect.poll(() => names).toEqual(['web']);
    controller.abort();
  });

  it('patches a custom resource only while the tests of the JSON patch hold', async () => {
    store.apply({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        hosts: ['web'],
        http: [
          {
            route: [
              { destination: { host: 'web', subset: 'v1' }, weight: 90 },
              { destination: { host: 'web', subset: 'v2' }, weight: 10 },
            ],
          },
        ],
      },
    });
    const client = config.makeApiClient(CustomObjectsApi);
    const weight = (index: number) => `/spec/http/0/route/${index}/weight`;
    const patch = (expected: number) =>
      client.patchNamespacedCustomObject({
        group: 'networking.istio.io',
        version: 'v1',
        namespace: 'default',
        plural: 'virtualservices',
        name: 'web',
        fieldManager: 'fanari',
        body: [
          { op: 'test', path: weight(0), value: expected },
          { op: 'replace', path: weight(0), value: 50 },
          { op: 'replace', path: weight(1), value: 50 },
        ],
      });
    await expect(patch(80)).rejects.toMatchObject({ code: 422 });
    const after = (await patch(90)) as {
      metadata: { generation: number; managedFields: { manager: string; operation: string }[] };
    };
    expect(after.metadata.generation).toBe(2);
    expect(after.metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'fanari', operation: 'Update' }),
    );
  });
});
