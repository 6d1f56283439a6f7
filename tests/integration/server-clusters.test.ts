import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Graph } from '@/mesh/graph/graph';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';
import type { Fanari } from '@/server/fanari';
import { applySplit } from '@/server/usecases/apply-split';
import { getCanaryCandidates } from '@/server/usecases/get-canary-candidates';
import { getConfig } from '@/server/usecases/get-config';
import { getMtls } from '@/server/usecases/get-mtls';
import { getSeries } from '@/server/usecases/get-series';
import { getSplits } from '@/server/usecases/get-splits';
import { getStatus } from '@/server/usecases/get-status';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { anybody, ownView } from '@/tests/support/own-view';
import { startFanari, until } from '@/tests/support/start-fanari';

const signal = new AbortController().signal;
const context = { signal, actor: anybody };
let demo: DemoProcess;
let fanari: Fanari;

beforeAll(async () => {
  demo = await startDemo(['--clusters', '2', '--history', '3m']);
  fanari = startFanari(demo, ['--contexts', 'east,west']);
  await until('both clusters are read', () => clustersRead(fanari) === 2);
}, 60_000);

afterAll(async () => {
  fanari.stop();
  await demo.close();
});

function clustersRead(of: Fanari): number {
  return ownView(of).sources.cluster.topology().clusters?.size ?? 0;
}

async function graphOf(of: Fanari, windowSeconds = 60): Promise<Graph> {
  const query = { windowSeconds, view: 'workload', namespaces: [] } as const;
  return (await of.channels.channel(ownView(of).shared, query).read()).graph;
}

async function status(of: Fanari) {
  return getStatus(ownView(of).sources, of.publicSettings, { signal });
}

async function splitsOf(of: Fanari): Promise<readonly TrafficSplit[]> {
  const { sources, windows } = ownView(of);
  return (await getSplits(sources, windows, { windowSeconds: 60, namespaces: [] })).splits;
}

function reviewsIn(splits: readonly TrafficSplit[], cluster: string): TrafficSplit {
  const found = splits.find(
    ({ object, ruleName }) =>
      object.name === 'reviews' && ruleName === 'canary' && object.cluster === cluster,
  );
  if (found === undefined) throw new Error(`no split of reviews in ${cluster}`);
  return found;
}

function changeOf(split: TrafficSplit, wanted: readonly number[]): WeightChange {
  const { object, apiVersion, rulePointer, ruleText, destinations } = split;
  const seen = destinations.map(({ host, subset, port, weight }) => ({
    host,
    subset,
    port,
    weight,
  }));
  return { object, apiVersion, rulePointer, ruleText, seen, wanted };
}

/** Weights of the canary rule as the API server of a cluster has them. */
async function weightsAt(cluster: string): Promise<readonly (number | undefined)[]> {
  const url = demo.clusters.find(({ name }) => name === cluster)?.url ?? '';
  const path = '/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices/reviews';
  const object = (await (await fetch(url + path)).json()) as {
    spec: { http: { name: string; route: { weight?: number }[] }[] };
  };
  const rule = object.spec.http.find(({ name }) => name === 'canary');
  return rule?.route.map(({ weight }) => weight) ?? [];
}

describe('two clusters that are one mesh', () => {
  test('are named as their istiods and metrics name them, and each is told in the status', async () => {
    const { clusters, sources, permissions } = await status(fanari);
    expect(
      clusters?.map(({ name, primary, isNamedAsInMetrics }) => [name, primary, isNamedAsInMetrics]),
    ).toEqual([
      ['east', 'east', true],
      ['west', 'west', true],
    ]);
    expect(
      sources
        .filter(({ source }) => source === 'kubernetes')
        .map(({ cluster, state }) => [cluster, state]),
    ).toEqual([
      ['east', 'ok'],
      ['west', 'ok'],
    ]);
    expect(new Set(permissions.map(({ cluster }) => cluster))).toEqual(new Set(['east', 'west']));
  });

  test('a call from one to the other is one edge between workloads of both, told once', async () => {
    const graph = await graphOf(fanari);
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    const pages = graph.edges.filter(
      ({ source }) => source === 'workload:bookinfo/productpage-v1@west',
    );
    const details = pages.find(({ target }) => target === 'service:bookinfo/details');
    expect(details?.rps).toBeGreaterThan(0);
    const behind = graph.edges
      .filter(({ source }) => source === 'service:bookinfo/details')
      .map(({ target }) => nodes.get(target));
    // The second cluster has the Service and none of its pods.
    expect(new Set(behind.map((node) => node?.cluster))).toEqual(new Set(['east']));
    const into = graph.edges.filter(({ target }) => target === 'service:bookinfo/details');
    const sum = (edges: readonly { rps: number | null }[]) =>
      edges.reduce((total, { rps }) => total + (rps ?? 0), 0);
    const out = graph.edges.filter(({ source }) => source === 'service:bookinfo/details');
    expect(sum(out)).toBeCloseTo(sum(into), 6);
    expect(graph.nodes.filter(({ exists, namespace }) => !exists && namespace !== null)).toEqual(
      [],
    );
    expect(graph.gaps).toEqual([]);
  });

  test('the east-west gateway is seen to pass on what crosses', async () => {
    const graph = await graphOf(fanari);
    const hops = graph.edges.filter(({ source }) =>
      source.startsWith('workload:istio-system/istio-eastwestgateway@'),
    );
    expect(hops.length).toBeGreaterThan(0);
    for (const hop of hops) {
      expect(hop.protocol).toBe('tcp');
      expect(hop.tcpRequestBytesPerSecond).toBeGreaterThan(0);
    }
  });

  test('each route is compared with what the clients of its own istiod sent', async () => {
    const splits = await splitsOf(fanari);
    const shareOf = (cluster: string) => reviewsIn(splits, cluster).destinations[1]?.observedShare;
    expect(shareOf('east')).toBeLessThan(0.25);
    expect(shareOf('west')).toBeGreaterThan(0.4);
    const behind = reviewsIn(splits, 'west').destinations.map(({ workloads }) => workloads);
    expect(behind).toEqual([
      ['bookinfo/reviews-v1@east'],
      ['bookinfo/reviews-v2@east', 'bookinfo/reviews-v2@west'],
    ]);
  });

  test('modes are those of each cluster, and what crosses is judged by both ends', async () => {
    const report = await getMtls(ownView(fanari).sources, ownView(fanari).windows, {
      windowSeconds: 60,
      namespaces: ['bookinfo'],
    });
    expect(report.namespaces.map(({ cluster, mode }) => [cluster, mode.mode])).toEqual([
      ['east', 'STRICT'],
      ['west', 'PERMISSIVE'],
    ]);
    const crossing = report.edges.filter(
      ({ source, target }) => source.cluster === 'west' && target.cluster === 'east',
    );
    expect(crossing.length).toBeGreaterThan(0);
    for (const { mtls } of crossing) {
      expect(mtls.verdict).toBe('encrypted');
      expect(mtls.server?.mode).toBe('STRICT');
    }
  });

  test('a series of one cluster’s workload is of that one alone', async () => {
    const graph = await graphOf(fanari);
    const rateOf = async (cluster: string) => {
      const id = `workload:istio-system/istio-ingressgateway@${cluster}`;
      const query = { view: 'workload', windowSeconds: 60, element: { kind: 'node', id } } as const;
      const series = await getSeries(ownView(fanari).sources, query, { signal });
      if (!series.ok) throw new Error(series.error.detail);
      const last = series.value.rps.at(-1) ?? 0;
      const drawn = graph.nodes.find((node) => node.id === id)?.outbound.rps ?? 0;
      return { last, drawn };
    };
    const [east, west] = [await rateOf('east'), await rateOf('west')];
    for (const { last, drawn } of [east, west]) expect(last / drawn).toBeCloseTo(1, 0);
    expect(east.drawn / west.drawn).toBeGreaterThan(1.5);
  });

  test('a write goes to the cluster whose object it was, and its undo too', async () => {
    const before = { east: await weightsAt('east'), west: await weightsAt('west') };
    const splits = await splitsOf(fanari);
    const written = await applySplit(
      ownView(fanari).sources,
      changeOf(reviewsIn(splits, 'west'), [30, 70]),
      context,
    );
    if (!written.ok) throw new Error(written.error.detail);
    expect(written.value.object.cluster).toBe('west');
    expect(written.value.undo.object.cluster).toBe('west');
    expect(await weightsAt('west')).toEqual([30, 70]);
    expect(await weightsAt('east')).toEqual(before.east);
    const undone = await applySplit(ownView(fanari).sources, written.value.undo, context);
    expect(undone.ok).toBe(true);
    expect(await weightsAt('west')).toEqual(before.west);
  });

  test.each([undefined, 'north'])(
    'a write for cluster %j is refused and writes nothing',
    async (cluster) => {
      const before = { east: await weightsAt('east'), west: await weightsAt('west') };
      const splits = await splitsOf(fanari);
      const change = changeOf(reviewsIn(splits, 'west'), [30, 70]);
      const { cluster: _named, ...unnamed } = change.object;
      const object = cluster === undefined ? unnamed : { ...unnamed, cluster };
      const written = await applySplit(ownView(fanari).sources, { ...change, object }, context);
      expect(written.ok).toBe(false);
      expect({ east: await weightsAt('east'), west: await weightsAt('west') }).toEqual(before);
    },
  );

  test('an object is read from the cluster that is asked for', async () => {
    const ref = {
      group: 'networking.istio.io',
      kind: 'VirtualService',
      namespace: 'bookinfo',
      name: 'ratings',
    };
    const [east, west] = await Promise.all(
      ['east', 'west'].map(async (cluster) =>
        getConfig(ownView(fanari).sources, { ...ref, cluster }, { signal }),
      ),
    );
    expect(east?.ok && east.value.object.cluster).toBe('east');
    expect(west?.ok === false && west.error.status).toBe(404);
  });

  test('canaries are not offered', () => {
    expect(getCanaryCandidates(ownView(fanari).sources, { namespaces: [] }).candidates).toEqual([]);
  });
});

describe('a cluster that is down', () => {
  test('keeps its picture, says so, holds up nothing, and comes back', async () => {
    const before = await graphOf(fanari);
    await demo.control('/kubernetes/stop', { cluster: 'west' });
    try {
      await until('west is said to be down', async () =>
        (await status(fanari)).sources.some(
          ({ cluster, state }) => cluster === 'west' && state === 'failing',
        ),
      );
      const startedMs = performance.now();
      const { sources, clusters } = await status(fanari);
      const graph = await graphOf(fanari);
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      expect(sources.find(({ cluster }) => cluster === 'east')?.state).toBe('ok');
      expect(clusters?.find(({ name }) => name === 'west')?.readAtMs).not.toBeNull();
      expect(graph.nodes.map(({ id }) => id)).toEqual(before.nodes.map(({ id }) => id));
      expect(graph.gaps.map(({ cluster }) => cluster)).toContain('west');
      expect(graph.gaps.map(({ cluster }) => cluster)).not.toContain('east');
      const splits = await splitsOf(fanari);
      const east = changeOf(reviewsIn(splits, 'east'), [80, 20]);
      const written = await applySplit(ownView(fanari).sources, east, context);
      if (!written.ok) throw new Error(written.error.detail);
      expect(await weightsAt('east')).toEqual([80, 20]);
      await applySplit(ownView(fanari).sources, written.value.undo, context);
      const west = await applySplit(
        ownView(fanari).sources,
        changeOf(reviewsIn(splits, 'west'), [1, 99]),
        context,
      );
      expect(west.ok).toBe(false);
      expect(west.ok || west.error.detail).toContain('west');
    } finally {
      await demo.control('/kubernetes/start', { cluster: 'west' });
    }
    await until('west is back', async () => (await graphOf(fanari)).gaps.length === 0, 40_000);
  }, 80_000);

  test('from the start leaves the other as it is, and joins when it is there', async () => {
    await demo.control('/kubernetes/stop', { cluster: 'west' });
    const alone = startFanari(demo, ['--contexts', 'east,west']);
    try {
      await until('east is there', () => clustersRead(alone) === 1, 10_000);
      const graph = await graphOf(alone);
      const inWest = graph.nodes.filter(({ cluster }) => cluster === 'west');
      // Metrics tell of them; nobody can say that they are gone.
      expect(inWest.length).toBeGreaterThan(0);
      expect(inWest.every(({ exists, readyPods }) => exists && readyPods === null)).toBe(true);
      const crossing = graph.edges.filter(({ target }) => target.endsWith('@west'));
      for (const { mtls } of crossing) expect(mtls.server).toBeNull();
      const { clusters } = await status(alone);
      expect(clusters?.map(({ name, readAtMs }) => [name, readAtMs === null])).toEqual([
        ['east', false],
        ['west', true],
      ]);
      await demo.control('/kubernetes/start', { cluster: 'west' });
      await until('west has joined', () => clustersRead(alone) === 2, 60_000);
      const joined = await graphOf(alone);
      expect(
        joined.nodes.find(({ id }) => id === 'workload:bookinfo/reviews-v2@west')?.readyPods,
      ).toBe(1);
    } finally {
      await demo.control('/kubernetes/start', { cluster: 'west' });
      alone.stop();
    }
  }, 90_000);

  test('that accepts connections and never answers delays nothing of the other', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const folder = mkdtempSync(join(tmpdir(), 'fanari-clusters-'));
    const kubeconfig = join(folder, 'kubeconfig');
    const config = parse(readFileSync(demo.kubeconfig, 'utf8')) as {
      clusters: { name: string; cluster: { server: string } }[];
    };
    for (const entry of config.clusters) {
      if (entry.name === 'west') entry.cluster.server = `http://127.0.0.1:${port}`;
    }
    writeFileSync(kubeconfig, stringify(config));
    const slow = startFanari({ ...demo, kubeconfig }, ['--contexts', 'east,west']);
    try {
      const startedMs = performance.now();
      await until('east is there', () => clustersRead(slow) === 1, 10_000);
      await graphOf(slow);
      await status(slow);
      expect(performance.now() - startedMs).toBeLessThan(8_000);
      expect(
        ownView(slow)
          .sources.cluster.gaps()
          .map(({ cluster }) => cluster),
      ).toEqual(['west']);
    } finally {
      slow.stop();
      silent.close();
      rmSync(folder, { recursive: true });
    }
  }, 30_000);
});

describe('a folder of remote kubeconfigs', () => {
  test('adds a cluster for each file, by the name of the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fanari-remote-'));
    const config = parse(readFileSync(demo.kubeconfig, 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'west'), stringify({ ...config, 'current-context': 'west' }));
    writeFileSync(join(folder, '.hidden'), 'no kubeconfig');
    writeFileSync(join(folder, 'broken'), 'no kubeconfig');
    const remote = startFanari(demo, ['--remote-kubeconfigs', folder]);
    try {
      await until('both are there', () => clustersRead(remote) === 2);
      const { clusters, sources } = await status(remote);
      expect(clusters?.map(({ name, context: from }) => [name, from])).toEqual([
        ['east', 'the own cluster'],
        ['broken', 'broken'],
        ['west', 'west'],
      ]);
      const broken = sources.find(({ cluster }) => cluster === 'broken');
      expect(broken?.state).toBe('not-configured');
      expect(
        ownView(remote).sources.cluster.topology().workloads.has('bookinfo/reviews-v2@west'),
      ).toBe(true);
    } finally {
      remote.stop();
      rmSync(folder, { recursive: true });
    }
  }, 40_000);
});
