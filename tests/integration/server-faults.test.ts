import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeKubeconfig } from '@/demo/kubeconfig';
import type { GraphQuery } from '@/contract/graph';
import type { Fanari } from '@/server/fanari';
import { applySplit } from '@/server/usecases/apply-split';
import { getSplits } from '@/server/usecases/get-splits';
import { getTraces } from '@/server/usecases/get-traces';
import { previewSplit } from '@/server/usecases/preview-split';
import type { Graph } from '@/mesh/graph/graph';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';
import { startBreakableLine, type BreakableLine } from '@/tests/support/breakable-line';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';
import { anybody, ownView } from '@/tests/support/own-view';

let demo: DemoProcess;
let fanari: Fanari;
const signal = new AbortController().signal;
const write = { signal, actor: anybody };
const minute = { windowSeconds: 60, namespaces: [], view: 'workload' } as const;

beforeAll(async () => {
  demo = await startDemo(['--history', '5m']);
  fanari = startFanari(demo);
  await until(
    'the first picture of the cluster',
    () => ownView(fanari).sources.cluster.topology().revision > 0,
  );
});

afterAll(async () => {
  fanari.stop();
  await demo.close();
});

afterEach(async () => {
  await demo.control('/prometheus/fault');
  await demo.control('/jaeger/fault');
});

async function graph(query: GraphQuery = minute): Promise<Graph> {
  return (await fanari.channels.channel(ownView(fanari).shared, query).read()).graph;
}

async function kubectl(path: string, patch: unknown): Promise<Response> {
  return fetch(`${demo.kubernetesUrl}${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify(patch),
  });
}

async function reviewsSplit(): Promise<TrafficSplit | undefined> {
  const { splits } = await getSplits(ownView(fanari).sources, ownView(fanari).windows, {
    windowSeconds: 60,
    namespaces: [],
  });
  return splits.find(({ id }) => id === 'VirtualService/bookinfo/reviews/spec/http/1');
}

/** A change of the demo's canary, once the watch has seen that the test before has put it back. */
async function reviewsChange(wanted: readonly number[]): Promise<WeightChange> {
  await until('the canary stands at 90/10', async () => {
    const weights = (await reviewsSplit())?.destinations.map(({ weight }) => weight);
    return weights?.join() === '90,10';
  });
  const split = await reviewsSplit();
  if (split === undefined) throw new Error('the demo has no reviews split');
  const { object, apiVersion, rulePointer, ruleText } = split;
  const seen = split.destinations.map(({ host, subset, port, weight }) => ({
    host,
    subset,
    port,
    weight,
  }));
  return { object, apiVersion, rulePointer, ruleText, seen, wanted };
}

const figures = (answer: Graph) => answer.edges.filter(({ rps }) => rps !== null).length;

describe('Prometheus', () => {
  // A window of its own for each test, so that none sees the snapshot of another.
  test.each([
    ['unavailable', 'overloaded', 610],
    ['unprocessable', 'overloaded', 620],
    ['garbage', 'bad-response', 630],
    ['nan', 'bad-response', 640],
  ] as const)(
    '%s: the topology stays, no figure is zero, and the gap says %s',
    async (kind, gap, windowSeconds) => {
      await demo.control('/prometheus/fault', { kind });
      const answer = await graph({ ...minute, windowSeconds });
      expect(answer.nodes.some(({ id }) => id === 'workload:bookinfo/reviews-v1')).toBe(true);
      expect(figures(answer)).toBe(0);
      expect(answer.nodes.every(({ inbound }) => inbound.rps === null)).toBe(true);
      expect(answer.gaps).toMatchObject([
        { source: 'prometheus', kind: gap, what: 'traffic figures' },
      ]);
    },
  );

  test('slow: the page is answered within four seconds, without figures and with the reason', async () => {
    await demo.control('/prometheus/fault', { kind: 'slow', delayMs: 6000 });
    const startedMs = Date.now();
    const answer = await graph({ ...minute, windowSeconds: 650 });
    expect(Date.now() - startedMs).toBeLessThan(4000);
    expect(answer.nodes.length).toBeGreaterThan(10);
    expect(answer.gaps).toMatchObject([{ source: 'prometheus', kind: 'timeout' }]);
  });

  test('down after it was up: the last good figures stay, with their age and the reason, until it is back', async () => {
    const query = { ...minute, windowSeconds: 660 };
    const before = await graph(query);
    expect(figures(before)).toBeGreaterThan(20);
    await demo.control('/prometheus/fault', { kind: 'unavailable' });
    await until('a failed refresh', async () => (await graph(query)).gaps.length > 0);
    const during = await graph(query);
    expect(figures(during)).toBe(figures(before));
    expect(during.at).toBe(before.at);
    await demo.control('/prometheus/fault');
    await until('recovery', async () => (await graph(query)).gaps.length === 0);
    expect((await graph(query)).at).toBeGreaterThan(before.at);
  });
});

describe('Jaeger', () => {
  test('failing is a gap beside an empty list, never an error page', async () => {
    const element = { kind: 'node', id: 'workload:bookinfo/reviews-v1' } as const;
    const query = { element, view: 'workload', windowSeconds: 3600, limit: 5 } as const;
    const before = await getTraces(ownView(fanari).sources, query, { signal });
    expect(before).toMatchObject({ ok: true, value: { gaps: [] } });
    await demo.control('/jaeger/fault', { kind: 'unavailable' });
    const during = await getTraces(ownView(fanari).sources, query, { signal });
    expect(during).toMatchObject({ ok: true, value: { traces: [], gaps: [{ source: 'jaeger' }] } });
  });
});

describe('writing', () => {
  test('an accepted write changes the weights only, and its undo takes it back', async () => {
    const change = await reviewsChange([70, 30]);
    const preview = await previewSplit(ownView(fanari).sources, change, { signal });
    expect(preview).toMatchObject({ ok: true, value: { dryRun: { ok: true }, permitted: true } });
    const done = await applySplit(ownView(fanari).sources, change, write);
    if (!done.ok) throw new Error(done.error.detail);
    const undone = await applySplit(ownView(fanari).sources, done.value.undo, write);
    expect(undone.ok).toBe(true);
    const after = await ownView(fanari).sources.cluster.getObject(change.object, { signal });
    if (!after.ok || !preview.ok) throw new Error('unreadable');
    const content = (yaml: string) =>
      parse(yaml.replaceAll(/^ +(resourceVersion|generation): .*\n/gm, '')) as unknown;
    const yaml = ownView(fanari).sources.cluster.toYaml(after.value.raw);
    expect(content(yaml)).toEqual(content(preview.value.before));
  });

  test('a second writer is told who changed what, and overwrites nothing', async () => {
    const mine = await reviewsChange([50, 50]);
    const theirs = await applySplit(ownView(fanari).sources, { ...mine, wanted: [80, 20] }, write);
    expect(theirs.ok).toBe(true);
    const refused = await applySplit(ownView(fanari).sources, mine, write);
    expect(refused).toMatchObject({
      ok: false,
      error: {
        status: 409,
        conflict: { changedBy: 'fanari', current: [{ weight: 80 }, { weight: 20 }] },
      },
    });
    if (theirs.ok) await applySplit(ownView(fanari).sources, theirs.value.undo, write);
  });

  test('of two writes at the same moment one wins and the other gets a conflict', async () => {
    const change = await reviewsChange([60, 40]);
    const outcomes = await Promise.all([
      applySplit(ownView(fanari).sources, change, write),
      applySplit(ownView(fanari).sources, { ...change, wanted: [55, 45] }, write),
    ]);
    const lost = outcomes.filter((outcome) => !outcome.ok);
    expect(lost).toMatchObject([{ error: { status: 409 } }]);
    const won = outcomes.find((outcome) => outcome.ok);
    if (won?.ok === true) await applySplit(ownView(fanari).sources, won.value.undo, write);
  });

  test('somebody else may change other parts of the object meanwhile', async () => {
    const change = await reviewsChange([65, 35]);
    const path = '/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices/reviews';
    const annotated = await kubectl(path, {
      metadata: { annotations: { 'example.com/touched': 'yes' } },
    });
    expect(annotated.ok).toBe(true);
    const done = await applySplit(ownView(fanari).sources, change, write);
    if (!done.ok) throw new Error(done.error.detail);
    const after = await ownView(fanari).sources.cluster.getObject(change.object, { signal });
    expect(after.ok && after.value.config.meta.annotations['example.com/touched']).toBe('yes');
    await applySplit(ownView(fanari).sources, done.value.undo, write);
  });

  test('read-only writes nothing, and still says what would be written', async () => {
    const change = await reviewsChange([1, 99]);
    const still = startFanari(demo, ['--read-only']);
    await until('its picture', () => ownView(still).sources.cluster.topology().revision > 0);
    const { sources } = ownView(still);
    const refused = await applySplit(sources, change, write);
    expect(refused).toMatchObject({
      ok: false,
      error: { status: 403, type: 'urn:fanari:problem:read-only' },
    });
    const preview = await previewSplit(sources, change, { signal });
    expect(preview).toMatchObject({ ok: true, value: { permitted: false, dryRun: { ok: true } } });
    still.stop();
  });
});

describe('the API server, changed behind a broken line', () => {
  let line: BreakableLine;
  let beyond: Fanari;

  beforeAll(async () => {
    line = await startBreakableLine(demo.kubernetesUrl);
    beyond = startFanari({
      ...demo,
      kubeconfig: writeKubeconfig([{ name: 'demo', url: line.url }], null),
    });
    await until(
      'the first picture of the cluster',
      () => ownView(beyond).sources.cluster.topology().revision > 0,
    );
  });

  afterAll(() => {
    beyond.stop();
    line.close();
  });

  const services = '/api/v1/namespaces/legacy/services';
  const label = async (value: string): Promise<void> => {
    const change = { metadata: { labels: { 'fanari-test': value } } };
    expect((await kubectl('/api/v1/namespaces/legacy', change)).ok).toBe(true);
  };
  const seen = () =>
    ownView(beyond).sources.cluster.topology().namespaces.get('legacy')?.labels['fanari-test'];
  const isServiceKnown = () =>
    ownView(beyond).sources.cluster.topology().services.has('legacy/soon-gone');
  const relists = async () => {
    const { values } = await beyond.metrics.watchRestarts.get();
    const gone = values.filter(({ labels }) => labels.reason === 'gone');
    return gone.map(({ labels }) => labels.kind);
  };
  const createService = async (): Promise<void> => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'soon-gone' },
      spec: { ports: [{ port: 80 }], selector: { app: 'soon-gone' } },
    };
    const response = await fetch(demo.kubernetesUrl + services, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(service),
    });
    expect(response.status).toBe(201);
    await until('the new service is seen', isServiceKnown);
  };
  const deleteService = async (): Promise<void> => {
    const url = `${demo.kubernetesUrl}${services}/soon-gone`;
    expect((await fetch(url, { method: 'DELETE' })).ok).toBe(true);
  };
  const kubernetesGaps = async () => {
    const { graph: answer } = await beyond.channels.channel(ownView(beyond).shared, minute).read();
    return answer.gaps.filter(({ source }) => source === 'kubernetes');
  };

  test('watches that were ended lose no change', async () => {
    await demo.control('/kubernetes/drop-watches');
    await label('after-drop');
    await until('the change is seen', () => seen() === 'after-drop');
  });

  test('away: everything known stays with a gap; what changed and what went meanwhile is seen after', async () => {
    await createService();
    const before = await beyond.channels.channel(ownView(beyond).shared, minute).read();
    line.cut();
    await until('the gap', async () => (await kubernetesGaps()).length > 0);
    expect(await kubernetesGaps()).toMatchObject([{ kind: 'unreachable' }]);
    expect(ownView(beyond).sources.cluster.state().state).toBe('failing');
    const during = await beyond.channels.channel(ownView(beyond).shared, minute).read();
    expect(during.graph.nodes.length).toBe(before.graph.nodes.length);
    await label('while-away');
    await deleteService();
    expect(seen()).not.toBe('while-away');
    expect(isServiceKnown()).toBe(true);
    line.mend();
    await until('the change is seen', () => seen() === 'while-away', 60_000);
    await until('the deletion is seen', () => !isServiceKnown(), 60_000);
    await until('no gap is left', async () => (await kubernetesGaps()).length === 0, 60_000);
    expect(await relists()).toEqual([]);
  }, 150_000);

  test('410 Gone, as the history of what changed meanwhile is compacted, is answered by a new list', async () => {
    await createService();
    line.cut();
    await label('forgotten');
    await deleteService();
    await demo.control('/kubernetes/expire-history');
    line.mend();
    await until('the change is seen', () => seen() === 'forgotten', 60_000);
    await until('the deletion is seen', () => !isServiceKnown(), 60_000);
    expect(await relists()).toEqual(expect.arrayContaining(['Namespace', 'Service']));
    await until('no gap is left', async () => (await kubernetesGaps()).length === 0, 60_000);
  }, 150_000);
});
