import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { SplitsResponse } from '@/contract/splits';
import type { StatusResponse } from '@/contract/status';
import type { TracesResponse } from '@/contract/traces';
import type { Graph } from '@/mesh/graph/graph';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';
import { startRestServer, type RestServer } from '@/tests/real/cluster/rest-server';
import { Sidecar } from '@/tests/real/cluster/sidecar';
import { RealMesh } from '@/tests/real/traffic/real-mesh';
import { until } from '@/tests/support/start-fanari';

/** Enough requests in it that a share is told to within {@link TOLERANCE}, at four standard errors. */
const WINDOW = '20s';
const TOLERANCE = 0.1;
const FOLLOW_LIMIT_MS = 60_000;

let mesh: RealMesh;
let rest: RestServer;

beforeAll(async () => {
  mesh = await RealMesh.start();
  rest = await startRestServer(mesh.cluster.kubeconfig('admin'), mesh.flags);
  const states = async () =>
    ((await rest.get('/api/v1/status')).body as StatusResponse).sources.map(({ state }) => state);
  await until(
    'good sources',
    async () => (await states()).every((state) => state === 'ok'),
    60_000,
  );
}, 300_000);

afterAll(async () => {
  await rest.stop();
  await mesh.stop();
});

async function graph(): Promise<Graph> {
  const { status, body } = await rest.get(`/api/v1/graph?namespaces=bookinfo&window=${WINDOW}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as Graph;
}

async function splitOf(name: string): Promise<TrafficSplit | undefined> {
  const { body } = await rest.get(`/api/v1/splits?window=${WINDOW}`);
  return (body as SplitsResponse).splits.find(
    ({ object, destinations }) => object.name === name && destinations.length > 1,
  );
}

async function mustHaveSplit(name: string): Promise<TrafficSplit> {
  const split = await splitOf(name);
  if (split === undefined) throw new Error(`no split of ${name}`);
  return split;
}

function changeOf(split: TrafficSplit, wanted: readonly number[]): WeightChange {
  const { object, apiVersion, rulePointer, ruleText, destinations } = split;
  const seen = destinations.map(({ host, subset, port, weight }) => {
    return { host, subset, port, weight };
  });
  return { object, apiVersion, rulePointer, ruleText, seen, wanted };
}

async function apply(change: WeightChange): Promise<SplitApplyResponse> {
  const { status, body } = await rest.post('/api/v1/splits/apply', { change });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as SplitApplyResponse;
}

/** Waits until Fanari shows shares of requests near these, measured and not taken from the weights. */
async function untilObserved(name: string, shares: readonly number[]): Promise<void> {
  const isNear = async (): Promise<boolean> => {
    const split = await splitOf(name);
    return (
      split?.agreement === 'agrees' &&
      split.destinations.every(
        ({ observedShare, observedPerSecond }, index) =>
          observedShare !== null &&
          (observedPerSecond ?? 0) > 0 &&
          Math.abs(observedShare - (shares[index] ?? 0)) < TOLERANCE,
      )
    );
  };
  await until(`${name} shared ${shares.join(' : ')}`, isNear, FOLLOW_LIMIT_MS);
}

describe('Fanari on a real control plane with traffic', () => {
  test('draws Bookinfo as it is called, with requests on every edge', async () => {
    // A split puts the node of its Service between the two.
    const calls = [
      'workload:bookinfo/productpage-v1 → workload:bookinfo/details-v1',
      'workload:bookinfo/productpage-v1 → service:bookinfo/reviews',
      'service:bookinfo/reviews → workload:bookinfo/reviews-v1',
      'service:bookinfo/reviews → workload:bookinfo/reviews-v2',
      'workload:bookinfo/reviews-v2 → workload:bookinfo/ratings-v1',
    ];
    const carrying = async (): Promise<readonly string[]> => {
      const edges = (await graph()).edges.filter(({ rps }) => (rps ?? 0) > 0);
      return edges.map(({ source, target }) => `${source} → ${target}`);
    };
    const options = { timeout: FOLLOW_LIMIT_MS, interval: 500 };
    await expect.poll(carrying, options).toEqual(expect.arrayContaining(calls));
    const { nodes } = await graph();
    const reviews = nodes.filter(({ app, kind }) => app === 'reviews' && kind === 'workload');
    expect(reviews.map(({ label, proxy, readyPods }) => [label, proxy, readyPods])).toEqual([
      ['reviews-v1', 'sidecar', 1],
      ['reviews-v2', 'sidecar', 1],
      ['reviews-v3', 'sidecar', 1],
    ]);
  });

  test('finds a trace through reviews in Jaeger', async () => {
    const path = `/api/v1/traces?node=service:bookinfo/reviews&window=5m`;
    const traces = async () => ((await rest.get(path)).body as TracesResponse).traces;
    const found = async () =>
      (await traces()).find(({ services }) => services.includes('reviews.bookinfo'));
    await until('a trace', async () => (await found()) !== undefined, FOLLOW_LIMIT_MS);
    const trace = await found();
    const { body } = await rest.get(`/api/v1/traces/${trace?.traceId ?? ''}`);
    const { spans } = body as {
      readonly spans: readonly { readonly service: string; readonly operation: string }[];
    };
    expect(spans.map(({ service, operation }) => `${service} ${operation}`)).toContainEqual(
      expect.stringMatching(/^reviews\.bookinfo reviews\.bookinfo\.svc\.cluster\.local:9080/),
    );
    expect(mesh.traffic.spanFaults).toEqual([]);
  });
});

describe.each([
  {
    kind: 'VirtualService',
    name: 'reviews',
    client: { namespace: 'bookinfo', app: 'productpage' },
    host: 'reviews.bookinfo.svc.cluster.local',
    port: 9080,
    clusters: ['v1', 'v2'].map(
      (subset) => `outbound|9080|${subset}|reviews.bookinfo.svc.cluster.local`,
    ),
    original: [90, 10],
    wanted: [30, 70],
  },
  {
    kind: 'HTTPRoute',
    name: 'frontend',
    client: { namespace: 'boutique', app: 'loadgenerator' },
    host: 'frontend.boutique.svc.cluster.local',
    port: 80,
    clusters: ['v1', 'v2'].map(
      (version) => `outbound|80||frontend-${version}.boutique.svc.cluster.local`,
    ),
    original: [80, 20],
    wanted: [25, 75],
  },
])('the weights of a $kind, dragged', (example) => {
  const { kind, name, client, host, port, clusters, original, wanted } = example;
  let sidecar: Sidecar;

  beforeAll(async () => {
    sidecar = await Sidecar.of(mesh.cluster, mesh.istiod, client);
  });

  afterAll(() => sidecar.stop());

  /** Waits until istiod has pushed these weights to a client's proxy. */
  const untilPushed = async (weights: readonly number[]): Promise<void> => {
    const expected = Object.fromEntries(clusters.map((key, index) => [key, weights[index]]));
    const isPushed = async () =>
      JSON.stringify(await sidecar.weights(host, port)) === JSON.stringify(expected);
    await until(`istiod pushed ${weights.join(' : ')}`, isPushed, 30_000).catch(async () => {
      expect(await sidecar.weights(host, port)).toEqual(expected);
    });
  };

  const shares = (weights: readonly number[]) => weights.map((weight) => weight / 100);

  test('reach the proxies by istiod, move the traffic, and undo brings both back', async () => {
    await untilPushed(original);
    await untilObserved(name, shares(original));
    const split = await mustHaveSplit(name);
    expect(split.object.kind).toBe(kind);

    const written = await apply(changeOf(split, wanted));
    await untilPushed(wanted);
    await untilObserved(name, shares(wanted));

    await apply(written.undo);
    await untilPushed(original);
    await untilObserved(name, shares(original));
  }, 240_000);
});
