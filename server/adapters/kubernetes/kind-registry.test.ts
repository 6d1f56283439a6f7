import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ok } from '@/mesh/result';
import type { ApiCall } from '@/server/adapters/kubernetes/api-call';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import { KindRegistry } from '@/server/adapters/kubernetes/kind-registry';
import type { KindState } from '@/server/adapters/kubernetes/kind-watch-options';

const ISTIO = 'networking.istio.io';
const KEY = `${ISTIO}/VirtualService`;

/** What `/apis` answers at the moment. */
let apis: unknown;
const ending = new AbortController();

function serving(...versions: readonly string[]): unknown {
  const resources = [
    { resource: 'virtualservices', responseKind: { kind: 'VirtualService' }, scope: 'Namespaced' },
  ];
  const items = [
    { metadata: { name: ISTIO }, versions: versions.map((version) => ({ version, resources })) },
  ];
  return { kind: 'APIGroupDiscoveryList', items };
}

const client = {
  call: async (_operation: string, { path }: ApiCall) => {
    const core = { kind: 'APIGroupDiscoveryList', items: [] };
    return Promise.resolve(ok({ status: 200, body: path === '/api' ? core : apis }));
  },
} as unknown as KubernetesClient;

function start() {
  const stopped: string[] = [];
  const seeds: (KindState<string> | null)[] = [];
  const registry = new KindRegistry<string>({
    client,
    startWatch: ({ version }, before) => {
      seeds.push(before);
      return { stop: () => stopped.push(version) } as unknown as KindState<string>;
    },
    onDrop: () => undefined,
    onError: () => undefined,
    onDiscovered: async () => Promise.resolve(),
    random: () => 0.5,
    now: () => Date.now(),
  });
  void registry.run(ending.signal);
  return { registry, stopped, seeds };
}

/** Lets the next discovery happen. */
const later = async () => vi.advanceTimersByTimeAsync(31_000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('one answer without a kind drops nothing; two in a row do', async () => {
  apis = serving('v1');
  const { registry, stopped } = start();
  await later();
  apis = serving();
  await later();
  expect([...registry.entries.keys()]).toEqual([KEY]);
  apis = serving('v1');
  await later();
  apis = serving();
  await later();
  expect([...registry.entries.keys()]).toEqual([KEY]);
  await later();
  expect([...registry.entries.keys()]).toEqual([]);
  expect(stopped).toEqual(['v1']);
});

test('rubbish drops nothing however often it comes, and is an error with the time it began', async () => {
  apis = serving('v1');
  const { registry } = start();
  await later();
  apis = {};
  await later();
  const sinceMs = registry.error?.sinceMs;
  await later();
  await later();
  expect(registry.error).toMatchObject({ sinceMs, error: { kind: 'bad-response' } });
  expect([...registry.entries.keys()]).toEqual([KEY]);
  apis = serving('v1');
  await later();
  expect(registry.error).toBeNull();
});

test('a new version of a kind begins with what the old one held', async () => {
  apis = serving('v1beta1');
  const { registry, stopped, seeds } = start();
  await later();
  const old = registry.entries.get(KEY)?.watch;
  apis = serving('v1beta1', 'v1');
  await later();
  expect(registry.entries.get(KEY)?.kind.version).toBe('v1');
  expect(seeds).toEqual([null, old]);
  expect(stopped).toEqual(['v1beta1']);
});
