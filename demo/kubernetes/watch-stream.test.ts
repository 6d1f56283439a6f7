import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKubernetesApi } from '@/demo/kubernetes/api-server';
import type { KubernetesApi } from '@/demo/kubernetes/api-server';
import { ObjectStore } from '@/demo/kubernetes/object-store';

const PATH = '/api/v1/namespaces/default/configmaps';
const WATCH_LIST = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan';

interface WatchEvent {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly apiVersion: string;
    readonly code?: number;
    readonly metadata: Record<string, unknown>;
  };
}

let store: ObjectStore;
let api: KubernetesApi;
let open: (() => void)[];

function put(name: string, value = '1'): void {
  store.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data: { value },
  });
}

/** Reads a watch in the background; `events` grows, `ended` settles when the server ends it. */
async function watch(
  query: string,
  accept = 'application/json',
): Promise<{ events: WatchEvent[]; ended: Promise<void> }> {
  const stop = new AbortController();
  open.push(() => stop.abort());
  const response = await fetch(`${api.url}${PATH}?watch=true&${query}`, {
    signal: stop.signal,
    headers: { accept },
  });
  const events: WatchEvent[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      events.push(...lines.map((line) => JSON.parse(line) as WatchEvent));
    }
  };
  return { events, ended: read().catch(() => undefined) };
}

/** A watch whose client never reads. */
function watchWithoutReading(): Promise<Socket> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  open.push(() => socket.destroy());
  socket.pause();
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.write(`GET ${PATH}?watch=true HTTP/1.1\r\nHost: api\r\n\r\n`, () => resolve(socket));
    });
  });
}

beforeEach(async () => {
  store = new ObjectStore();
  open = [];
  store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  api = await startKubernetesApi({ store, host: '127.0.0.1', port: 0, bookmarkMs: 100 });
});

afterEach(async () => {
  for (const close of open) close();
  await api.close();
});

describe('a watch', () => {
  it('is dropped when its client does not read, and delays no other', async () => {
    const slow = await watchWithoutReading();
    const { events } = await watch('');
    const large = 'x'.repeat(200_000);
    for (let index = 0; index < 120; index += 1) {
      put(`map-${index}`, large);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expect.poll(() => events.length, { timeout: 10_000 }).toBe(120);
    // What the kernel holds can still be read; then the connection is seen to be gone, without a proper end.
    let received = 0;
    slow.on('data', (chunk) => (received += chunk.length));
    slow.on('error', () => undefined);
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.resume();
    await closed;
    expect(received).toBeLessThan(120 * large.length);
  });

  it('tells a client that wants bookmarks how far it has come, also when nothing changed for it', async () => {
    const { events } = await watch('allowWatchBookmarks=true');
    store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
    await expect.poll(() => events.length).toBeGreaterThanOrEqual(2);
    expect(events.at(-1)).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { resourceVersion: String(store.resourceVersion) },
      },
    });
  });

  it('continues from a bookmark without repeating or losing anything', async () => {
    const first = await watch('allowWatchBookmarks=true');
    put('seen');
    await expect.poll(() => first.events.at(-1)?.type).toBe('BOOKMARK');
    const version = String(first.events.at(-1)?.object.metadata['resourceVersion']);
    put('next');
    const second = await watch(`resourceVersion=${version}`);
    await expect
      .poll(() => second.events.map(({ object }) => object.metadata['name']))
      .toEqual(['next']);
  });

  it('sends no bookmark to a client that does not want them', async () => {
    const { events, ended } = await watch('timeoutSeconds=1');
    await ended;
    expect(events).toEqual([]);
  });

  it('marks its bookmarks as what the client asked for: metadata only', async () => {
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    const { events } = await watch('allowWatchBookmarks=true', accept);
    await expect.poll(() => events[0]?.object.kind).toBe('PartialObjectMetadata');
    expect(events[0]?.object.apiVersion).toBe('meta.k8s.io/v1');
  });

  it('ends properly after timeoutSeconds, and 0 is no timeout', async () => {
    const endless = await watch('timeoutSeconds=0');
    const { ended } = await watch('timeoutSeconds=1');
    const startedAt = Date.now();
    await ended;
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(900);
    put('later');
    await expect.poll(() => endless.events.length).toBe(1);
  });

  it('streams a list with sendInitialEvents and marks its end where bookmarks are wanted', async () => {
    put('a');
    put('b');
    const marked = await watch(`${WATCH_LIST}&allowWatchBookmarks=true`);
    await expect
      .poll(() => marked.events.slice(0, 3).map(({ type }) => type))
      .toEqual(['ADDED', 'ADDED', 'BOOKMARK']);
    expect(marked.events[2]?.object.metadata).toEqual({
      resourceVersion: String(store.resourceVersion),
      annotations: { 'k8s.io/initial-events-end': 'true' },
    });
    const plain = await watch(`${WATCH_LIST}&timeoutSeconds=1`);
    await plain.ended;
    expect(plain.events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED']);
  });

  it('starts at once with sendInitialEvents=false', async () => {
    put('before');
    const query = 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan';
    const { events } = await watch(query);
    put('after');
    await expect.poll(() => events.map(({ object }) => object.metadata['name'])).toEqual(['after']);
  });

  it('gets 410 Gone as its only event when its start is forgotten', async () => {
    const start = store.resourceVersion;
    put('a');
    api.expireHistory();
    const { events, ended } = await watch(`resourceVersion=${start}`);
    await ended;
    expect(events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410 } }]);
  });

  it.each([
    ['watch=true&sendInitialEvents=true', 'requires setting resourceVersionMatch to NotOlderThan'],
    ['watch=true&sendInitialEvents=true&resourceVersionMatch=Exact', 'requires setting'],
    ['watch=true&resourceVersionMatch=NotOlderThan', 'unless sendInitialEvents is provided'],
    ['sendInitialEvents=true', 'sendInitialEvents is forbidden for list'],
    ['resourceVersionMatch=Exact', 'forbidden unless resourceVersion is provided'],
    ['resourceVersionMatch=Exact&resourceVersion=0', 'forbidden for resourceVersion "0"'],
    ['resourceVersionMatch=Near&resourceVersion=1', 'supported values: "Exact", "NotOlderThan"'],
  ])('refuses parameters that do not go together: %s', async (query, reason) => {
    const response = await fetch(`${api.url}${PATH}?${query}`);
    expect(response.status).toBe(422);
    const status = (await response.json()) as { reason: string; message: string };
    expect(status.reason).toBe('Invalid');
    expect(status.message).toMatch(/^ListOptions\.meta\.k8s\.io "" is invalid: /);
    expect(status.message).toContain(reason);
  });
});
