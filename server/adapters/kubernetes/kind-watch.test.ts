import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readString } from '@/mesh/read-json';
import { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { KindWatch } from '@/server/adapters/kubernetes/kind-watch';

const kind: ServedKind = {
  group: '',
  kind: 'Thing',
  versions: ['v1'],
  version: 'v1',
  plural: 'things',
  namespaced: true,
  role: 'config',
  readable: true,
};

type Handler = (url: URL, response: ServerResponse) => void;
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function thing(name: string, version: string) {
  return {
    metadata: { namespace: 'n', name, resourceVersion: version },
    value: `${name}${version}`,
  };
}

function list(version: string, items: readonly object[], next = '') {
  return {
    metadata: { resourceVersion: version, ...(next === '' ? {} : { continue: next }) },
    items,
  };
}

/** A watch of a fake API server. Time between attempts is nothing but what the back-off's first steps cost. */
async function watch(
  handle: { list: Handler; watch: Handler },
  fallbackNamespace: string | null = null,
) {
  const seen: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    seen.push(url.search);
    if (url.searchParams.has('watch')) handle.watch(url, response);
    else handle.list(url, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'fanari-watch-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'kubeconfig');
  const named = { name: 'x' };
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [{ ...named, cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ ...named, user: {} }],
      contexts: [{ ...named, context: { cluster: 'x', user: 'x' } }],
      'current-context': 'x',
    }),
  );
  const client = KubernetesClient.load(
    { kubeconfig: file, context: null, readOnly: false },
    () => undefined,
  );
  if (!client.ok) throw new Error(client.error.message);
  const restarts: string[] = [];
  const things = new KindWatch<string>({
    client: client.value,
    kind,
    namespace: '',
    fallbackNamespace,
    limiter: null,
    fieldSelector: null,
    toItem: (object) => {
      if ('explodes' in object) throw new TypeError('not expected');
      return readString(object, 'value');
    },
    onChange: () => undefined,
    onRestart: (reason) => restarts.push(reason),
    random: () => 0,
    now: () => Date.now(),
  });
  void things.run();
  closing.push(() => {
    things.stop();
    client.value.close();
    server.closeAllConnections();
    server.close();
  });
  return { things, seen, restarts, values: () => [...things.items.values()].sort() };
}

function answer(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function send(response: ServerResponse, ...events: readonly object[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const event of events) response.write(`${JSON.stringify(event)}\n`);
}

describe('keeping a kind in memory', () => {
  test('a list of several pages is one list, and events change it', async () => {
    const { values, seen } = await watch({
      list: (url, response) => {
        const more = url.searchParams.get('continue') === 'more';
        answer(
          response,
          more ? list('5', [thing('b', '2')]) : list('5', [thing('a', '1')], 'more'),
        );
      },
      watch: (_url, response) =>
        send(
          response,
          { type: 'ADDED', object: thing('c', '6') },
          { type: 'MODIFIED', object: thing('a', '7') },
          { type: 'DELETED', object: thing('b', '8') },
        ),
    });
    await vi.waitFor(() => expect(values()).toEqual(['a7', 'c6']));
    expect(seen.find((search) => search.includes('watch'))).toContain('resourceVersion=5');
  });

  test('a page token that expired on the way starts the list again', async () => {
    let expired = false;
    const { values } = await watch({
      list: (url, response) => {
        if (!url.searchParams.has('continue'))
          answer(response, list('5', [thing('a', '1')], 'more'));
        else if (expired) answer(response, list('5', [thing('b', '1')]));
        else {
          expired = true;
          answer(response, { kind: 'Status', code: 410 }, 410);
        }
      },
      watch: (_url, response) => send(response),
    });
    await vi.waitFor(() => expect(values()).toEqual(['a1', 'b1']));
  });

  test('a list that expires each time is an error, and waits before it is tried again', async () => {
    const { things, seen } = await watch({
      list: (url, response) => {
        if (url.searchParams.has('continue')) answer(response, { code: 410 }, 410);
        else answer(response, list('5', [thing('a', '1')], 'more'));
      },
      watch: (_url, response) => send(response),
    });
    await vi.waitFor(() => expect(things.error?.error.kind).toBe('overloaded'));
    expect(seen).toHaveLength(4);
  });

  test('a kind that is not found for a moment keeps its objects and says so', async () => {
    const { things, values } = await watch({
      list: (_url, response) => answer(response, list('5', [thing('a', '1')])),
      watch: (_url, response) => answer(response, { kind: 'Status', code: 404 }, 404),
    });
    await vi.waitFor(() => expect(things.error?.error.kind).toBe('not-found'));
    expect(values()).toEqual(['a1']);
  });

  test('an object that nobody expected is an error of its kind, not the end of the watch', async () => {
    const { things } = await watch({
      list: (_url, response) => answer(response, list('5', [{ metadata: {}, explodes: true }])),
      watch: (_url, response) => send(response),
    });
    await vi.waitFor(() => expect(things.error?.error.kind).toBe('bad-response'));
  });

  test('a watch goes on from the last bookmark, not from the list', async () => {
    const froms: string[] = [];
    await watch({
      list: (_url, response) => answer(response, list('5', [])),
      watch: (url, response) => {
        froms.push(url.searchParams.get('resourceVersion') ?? '');
        if (froms.length > 1) return;
        send(response, { type: 'BOOKMARK', object: { metadata: { resourceVersion: '90' } } });
        setTimeout(() => response.end(), 20);
      },
    });
    await vi.waitFor(() => expect(froms).toEqual(['5', '90']), 3000);
  });

  test.each(['as a status', 'as an event'])(
    '410 Gone %s leads to a new list, and what went meanwhile is gone',
    async (how) => {
      let lists = 0;
      const { values, restarts, things } = await watch({
        list: (_url, response) => {
          lists += 1;
          answer(
            response,
            lists === 1 ? list('5', [thing('a', '1')]) : list('50', [thing('b', '40')]),
          );
        },
        watch: (url, response) => {
          if (url.searchParams.get('resourceVersion') === '50') send(response);
          else if (how === 'as a status') answer(response, { code: 410 }, 410);
          else send(response, { type: 'ERROR', object: { kind: 'Status', code: 410 } });
        },
      });
      await vi.waitFor(() => expect(values()).toEqual(['b40']));
      expect(restarts).toEqual(['gone']);
      expect(things.error).toBeNull();
    },
  );

  test('a refused kind is settled with a reason, and is not asked for again at once', async () => {
    const { things, seen } = await watch({
      list: (_url, response) => answer(response, { kind: 'Status', code: 403 }, 403),
      watch: (_url, response) => send(response),
    });
    await vi.waitFor(() => expect(things.settled).toBe(true));
    expect(things.error?.error).toMatchObject({ kind: 'forbidden', source: 'kubernetes' });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(seen).toHaveLength(1);
  });

  test('what is known stays while the server is away, and an answer takes the error back', async () => {
    let watches = 0;
    const { things, values } = await watch({
      list: (_url, response) => answer(response, list('5', [thing('a', '1')])),
      watch: (_url, response) => {
        watches += 1;
        if (watches === 2) answer(response, { code: 500 }, 500);
        else send(response);
        if (watches === 1) setTimeout(() => response.destroy(), 20);
      },
    });
    await vi.waitFor(() => expect(things.error?.error.kind).toBeDefined(), 3000);
    expect(values()).toEqual(['a1']);
    await vi.waitFor(() => expect(things.error).toBeNull(), 5000);
  });

  test('a watch that is put off at first is no outage; one that stays away is', async () => {
    let refusals = 0;
    const { things, restarts } = await watch({
      list: (_url, response) => answer(response, list('5', [thing('a', '1')])),
      watch: (_url, response) => {
        refusals += 1;
        answer(response, { kind: 'Status', code: 429, reason: 'TooManyRequests' }, 429);
      },
    });
    await vi.waitFor(() => expect(restarts).toEqual(['overloaded']));
    expect(things.error).toBeNull();
    await vi.waitFor(() => expect(things.error?.error.kind).toBe('overloaded'), 5000);
    expect(refusals).toBe(3);
    expect([...things.items.values()]).toEqual(['a1']);
  });

  test('where all namespaces are refused, the one of the kubeconfig is watched, until all are allowed', async () => {
    const forbidden = { kind: 'Status', code: 403, reason: 'Forbidden' };
    let isAllowed = false;
    let endWatch: () => void = () => undefined;
    const handlers = {
      list: (url: URL, response: ServerResponse) => {
        const isMine = url.pathname === '/api/v1/namespaces/mine/things';
        if (isMine) answer(response, list('5', [thing('mine', '1')]));
        else if (isAllowed) answer(response, list('6', [thing('mine', '1'), thing('other', '1')]));
        else answer(response, forbidden, 403);
      },
      watch: (_url: URL, response: ServerResponse) => {
        send(response);
        endWatch = () => send(response, { type: 'ERROR', object: { code: 410 } });
      },
    };
    const { things, values } = await watch(handlers, 'mine');
    await vi.waitFor(() => expect(values()).toEqual(['mine1']));
    expect(things.error).toBeNull();
    expect(things.narrowing()?.namespace).toBe('mine');
    isAllowed = true;
    endWatch();
    await vi.waitFor(() => expect(values()).toEqual(['mine1', 'other1']));
    expect(things.narrowing()).toBeNull();
  });
});
