import { expect, test } from 'vitest';
import { readString } from '@/mesh/read-json';
import { fail, ok } from '@/mesh/result';
import type { ApiCall } from '@/server/adapters/kubernetes/api-call';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { NamespaceLimit } from '@/server/adapters/kubernetes/namespace-limit';
import { WatchStarter } from '@/server/adapters/kubernetes/start-watch';
import { sourceError } from '@/server/errors';
import { until } from '@/tests/support/start-fanari';

function kindOf(kind: string, plural: string): ServedKind {
  const shared = { group: '', versions: ['v1'], version: 'v1', readable: true, namespaced: true };
  return { ...shared, kind, plural, role: 'service' };
}

/** An API server of which every namespace has one object of each kind, and which counts who asks at the same time. */
class CountingServer {
  lists = 0;
  most = 0;
  watches = 0;
  private running = 0;

  client(): KubernetesClient {
    return {
      call: async (_operation: string, { path }: ApiCall) => this.list(path),
      stream: async (_call: ApiCall, signal: AbortSignal) => this.watch(signal),
      contextNamespace: () => null,
    } as unknown as KubernetesClient;
  }

  private async list(path: string) {
    this.running += 1;
    this.lists += 1;
    this.most = Math.max(this.most, this.running);
    await new Promise((resolve) => setImmediate(resolve));
    this.running -= 1;
    const namespace = /namespaces\/([^/]+)\//.exec(path)?.[1] ?? '';
    const items = [{ metadata: { namespace, name: path } }];
    return ok({ status: 200, body: { metadata: { resourceVersion: '1' }, items } });
  }

  /** Open until the end. */
  private async watch(signal: AbortSignal) {
    this.watches += 1;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return fail(sourceError('kubernetes', 'aborted', 'ended'));
  }
}

function starterFor(server: CountingServer, namespaces: readonly string[]): WatchStarter<string> {
  return new WatchStarter<string>({
    client: server.client(),
    istioNamespace: 'istio-system',
    limit: new NamespaceLimit(namespaces, 'istio-system'),
    toItem: (_, object) => readString(object, 'metadata', 'name'),
    onChange: () => undefined,
    onRestart: () => undefined,
    random: () => 0.5,
    now: () => Date.now(),
  });
}

test('of 500 namespaces no more than sixteen are listed at once, and each has one list and one watch a kind', async () => {
  const namespaces = Array.from({ length: 500 }, (_, index) => `n${index}`);
  const server = new CountingServer();
  const starter = starterFor(server, namespaces);
  const kinds = [kindOf('Service', 'services'), kindOf('Pod', 'pods'), kindOf('Thing', 'things')];
  const states = kinds.map((kind) => starter.start(kind, null));
  await until('every list', () => states.every(({ settled }) => settled));
  await until('every watch', () => server.watches === 1500);
  expect(server.lists).toBe(1500);
  expect(server.most).toBe(16);
  for (const state of states) expect([...state.values()]).toHaveLength(500);
  for (const state of states) state.stop();
});

test('a kind in another version begins with what was known of each namespace', async () => {
  const server = new CountingServer();
  const starter = starterFor(server, ['a', 'b']);
  const before = starter.start(kindOf('Service', 'services'), null);
  await until('the lists', () => before.settled);
  const after = starter.start(kindOf('Service', 'services'), before);
  expect([...after.values()]).toHaveLength(2);
  expect(after.settled).toBe(true);
  before.stop();
  after.stop();
});
