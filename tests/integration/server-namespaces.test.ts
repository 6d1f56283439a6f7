import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import { getSplits } from '@/server/usecases/get-splits';
import { getStatus } from '@/server/usecases/get-status';
import {
  startAccessProxy,
  type AccessProxy,
  type AskedObjects,
} from '@/tests/support/access-proxy';
import { ownView } from '@/tests/support/own-view';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';

const { signal } = new AbortController();
const scope = { windowSeconds: 60, namespaces: [], view: 'workload' } as const;

let demo: DemoProcess;
let proxy: AccessProxy;
const running: Fanari[] = [];

beforeAll(async () => {
  demo = await startDemo(['--history', '2m']);
  proxy = await startAccessProxy(demo);
});

afterEach(() => {
  for (const fanari of running.splice(0)) fanari.stop();
});

afterAll(async () => {
  proxy.close();
  await demo.close();
});

/** An account with a Role in each of these namespaces, and none beyond. */
function rolesIn(...namespaces: readonly string[]): (asked: AskedObjects) => boolean {
  return ({ namespace }) => namespaces.includes(namespace);
}

async function start(namespaces: string, allowed: (asked: AskedObjects) => boolean) {
  proxy.setAllowed(allowed);
  const before = proxy.asked.length;
  const fanari = startFanari(proxy.demo, ['--namespaces', namespaces]);
  running.push(fanari);
  const { cluster } = ownView(fanari).sources;
  await until('the first picture', () => cluster.isSynced() && cluster.topology().revision > 0);
  return { fanari, cluster, asked: () => proxy.asked.slice(before) };
}

const statusOf = async (fanari: Fanari) =>
  getStatus(ownView(fanari).sources, fanari.publicSettings, { signal });

async function graphOf(fanari: Fanari) {
  const channel = fanari.channels.channel(ownView(fanari).shared, scope);
  await until('figures', async () => {
    const { graph } = await channel.read();
    return graph.edges.some(({ rps }) => rps !== null && rps > 0);
  });
  return (await channel.read()).graph;
}

describe('Fanari with a Role in some namespaces', () => {
  test('sees them whole, and asks for nothing beyond but what holds for the whole mesh', async () => {
    const { fanari, cluster, asked } = await start(
      'bookinfo,boutique',
      rolesIn('bookinfo', 'boutique', 'istio-system'),
    );
    const { workloads, services, namespaces } = cluster.topology();
    expect([...namespaces.keys()].sort()).toEqual(['bookinfo', 'boutique']);
    for (const { namespace } of [...workloads.values(), ...services.values()])
      expect(['bookinfo', 'boutique']).toContain(namespace);
    expect(workloads.has('bookinfo/reviews-v1')).toBe(true);
    expect(workloads.has('boutique/frontend-v1')).toBe(true);
    expect(cluster.gaps()).toEqual([]);
    expect(cluster.state()).toMatchObject({ state: 'ok', message: null });
    const status = await statusOf(fanari);
    expect(status.namespaces).toMatchObject([
      { name: 'bookinfo', injected: true },
      { name: 'boutique', injected: true },
    ]);
    const places = new Set(asked().map(({ namespace }) => namespace));
    expect([...places].sort()).toEqual(['bookinfo', 'boutique', 'istio-system']);
    const meshWide = asked().filter(({ namespace }) => namespace === 'istio-system');
    const resources = new Set(meshWide.map(({ resource }) => resource));
    for (const resource of ['pods', 'services', 'deployments', 'virtualservices', 'gateways'])
      expect(resources).not.toContain(resource);
    expect(resources).toContain('peerauthentications');
  });

  test('follows changes in each of them', async () => {
    const { cluster } = await start('bookinfo,boutique', rolesIn('bookinfo', 'boutique'));
    for (const [namespace, name] of [
      ['bookinfo', 'ratings-v1'],
      ['boutique', 'adservice-v1'],
    ] as const) {
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
      const answer = await fetch(demo.kubernetesUrl + path, {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ metadata: { labels: { note: 'changed' } }, spec: { replicas: 3 } }),
      });
      expect(answer.status).toBe(200);
      await until('the change', () => {
        return cluster.topology().workloads.get(`${namespace}/${name}`)?.desired === 3;
      });
    }
  });

  test('has one gap where the mesh-wide configuration may not be read', async () => {
    const { cluster } = await start('bookinfo', rolesIn('bookinfo'));
    expect(cluster.gaps()).toMatchObject([{ kind: 'forbidden', what: 'mesh-wide configuration' }]);
    expect(cluster.gaps()[0]?.message).toMatch(/nothing in namespace istio-system: .*not known/);
  });

  test('has one gap for a namespace that it may not read, which harms no other', async () => {
    const { fanari, cluster } = await start(
      'bookinfo,boutique',
      rolesIn('bookinfo', 'istio-system'),
    );
    expect(cluster.gaps()).toMatchObject([
      { source: 'kubernetes', kind: 'forbidden', what: 'namespace boutique' },
    ]);
    expect(cluster.state().state).toBe('ok');
    expect(cluster.topology().workloads.has('bookinfo/reviews-v1')).toBe(true);
    // That none of its labels could be read does not mean that it has none.
    const { namespaces } = await statusOf(fanari);
    expect(namespaces).toMatchObject([
      { name: 'bookinfo', injected: true },
      { name: 'boutique', injected: null, labels: null },
    ]);
  });

  test('names the kinds that one namespace refuses of many', async () => {
    const isAllowed = ({ namespace, resource }: AskedObjects) =>
      namespace === 'istio-system' ||
      (namespace === 'bookinfo' && !['pods', 'virtualservices'].includes(resource));
    const { cluster } = await start('bookinfo', isAllowed);
    expect(cluster.gaps()).toMatchObject([
      { kind: 'forbidden', what: 'Pod, VirtualService of namespace bookinfo' },
    ]);
    expect(cluster.topology().services.has('bookinfo/reviews')).toBe(true);
  });

  test('says that a namespace is not there', async () => {
    const { cluster } = await start('bookinfo,nowhere', () => true);
    expect(cluster.gaps()).toMatchObject([{ kind: 'not-found', what: 'namespace nowhere' }]);
    expect([...cluster.topology().namespaces.keys()]).toEqual(['bookinfo']);
  });

  test('shows and changes no object of another namespace, whatever its account may', async () => {
    const { cluster, fanari } = await start('bookinfo', () => true);
    const ref = (namespace: string, kind = 'VirtualService') => ({
      ...{ group: kind === 'Namespace' ? '' : 'networking.istio.io', kind, namespace },
      name: kind === 'Namespace' ? 'boutique' : 'frontend',
    });
    expect(await cluster.getObject(ref('boutique'), { signal })).toMatchObject({
      ok: false,
      error: { kind: 'not-found' },
    });
    expect(await cluster.getObject(ref('', 'Namespace'), { signal })).toMatchObject({ ok: false });
    expect(await cluster.mayWrite('patch', ref('boutique'), { signal })).toMatchObject({
      ok: false,
    });
    const { splits } = await getSplits(ownView(fanari).sources, ownView(fanari).windows, scope);
    expect(splits.length).toBeGreaterThan(0);
    expect(new Set(splits.map(({ object }) => object.namespace))).toEqual(new Set(['bookinfo']));
  });

  test('has the figures of the whole mesh for its own traffic, that from elsewhere, and no other', async () => {
    const { fanari } = await start('bookinfo', () => true);
    const whole = startFanari(demo);
    running.push(whole);
    await until(
      'the whole mesh',
      () => ownView(whole).sources.cluster.topology().workloads.size > 10,
    );
    const [mine, all] = await Promise.all([graphOf(fanari), graphOf(whole)]);
    const touches = ({ source, target }: { source: string; target: string }) =>
      [source, target].some((id) => id.includes(':bookinfo/'));
    const ids = (edges: typeof all.edges) => edges.map(({ id }) => id).sort();
    const expected = all.edges.filter(touches);
    expect(expected.length).toBeGreaterThan(5);
    expect(ids(mine.edges)).toEqual(ids(expected));
    // From beyond: the gateway that lets people in.
    expect(mine.edges.some(({ source }) => !source.includes(':bookinfo/'))).toBe(true);
    expect(mine.nodes.some(({ id }) => id.includes(':boutique/'))).toBe(false);
    for (const edge of mine.edges) {
      const other = all.edges.find(({ id }) => id === edge.id);
      if (edge.rps === null || other?.rps === undefined || other.rps === null) continue;
      // Read within the same seconds, of a window of sixty.
      expect(Math.abs(edge.rps - other.rps), edge.id).toBeLessThan(0.3 * other.rps + 0.5);
    }
  });
});
