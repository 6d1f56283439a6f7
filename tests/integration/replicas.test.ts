import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { SplitPreviewResponse } from '@/contract/split-preview';
import type { SplitsResponse } from '@/contract/splits';
import type { Graph } from '@/mesh/graph/graph';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';
import { readEvents } from '@/tests/support/read-events';
import { ReplicaSet, SERVED_BY } from '@/tests/support/replica-set';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';
import { changeTo, readTwoWaySplits, routePath } from '@/tests/support/weight-writer';

const SETUP_MS = 240_000;
const CANARY = 'VirtualService/bookinfo/reviews/spec/http/1';

let demo: DemoProcess;
let set: ReplicaSet;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m']);
  set = await ReplicaSet.start(demo, 3);
}, SETUP_MS);

afterAll(async () => {
  await set.close();
  await demo.close();
});

beforeEach(() => set.restore(), SETUP_MS);

async function read<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function post<T>(url: string, change: WeightChange): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ change }),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function canary(url: string): Promise<TrafficSplit> {
  const split = (await readTwoWaySplits(url)).find(({ id }) => id === CANARY);
  if (split === undefined) throw new Error('the demo has no canary');
  return split;
}

const weightsOf = ({ destinations }: TrafficSplit) => destinations.map(({ weight }) => weight);

/** Which nodes and edges there are, as one text. */
function structureOf({ nodes, edges }: Graph): string {
  return [...nodes, ...edges]
    .map(({ id }) => id)
    .sort()
    .join('\n');
}

describe('any replica serves any request', () => {
  test('all show the same mesh', async () => {
    for (const view of ['app', 'versioned-app', 'workload', 'service']) {
      // Each asks Prometheus at its own moments, and between two of them traffic may begin or end somewhere.
      await until(`the same ${view} graph`, async () => {
        const graphs = await Promise.all(
          set.ports.map((port) => read<Graph>(`${set.at(port).url}/api/v1/graph?view=${view}`)),
        );
        const areWhole = graphs.every(({ gaps, edges }) => gaps.length === 0 && edges.length > 10);
        return areWhole && new Set(graphs.map(structureOf)).size === 1;
      });
    }
    const splits = await Promise.all(
      set.ports.map((port) => read<SplitsResponse>(`${set.at(port).url}/api/v1/splits`)),
    );
    const rules = splits.map(({ splits: found }) =>
      found.map((split) => [split.id, split.ruleText, weightsOf(split)]),
    );
    expect(rules[0]?.length).toBeGreaterThan(5);
    expect(rules[1]).toEqual(rules[0]);
    expect(rules[2]).toEqual(rules[0]);
  });

  test('a page of one works with the files of the others', async () => {
    const page = await (await fetch(`${set.url}/`)).text();
    const files = new Set(
      [...page.matchAll(/(?:src|href)="(\/_next\/[^"]+)"/g)].map(([, at]) => at ?? ''),
    );
    expect(files.size).toBeGreaterThan(5);
    const servedBy = new Set<string | null>();
    for (const file of files) {
      const answer = await fetch(set.url + file);
      expect(answer.status, file).toBe(200);
      servedBy.add(answer.headers.get(SERVED_BY));
      await answer.body?.cancel();
    }
    expect(servedBy.size).toBe(3);
  });

  test('a change seen on one is previewed on the next, written by the third, and undone by the first', async () => {
    const [first, second, third] = set.ports.map((port) => set.at(port).url);
    const split = await canary(first ?? '');
    const before = weightsOf(split);
    const change = changeTo(split, before, [55, 45]);
    const preview = await post<SplitPreviewResponse>(`${second}/api/v1/splits/preview`, change);
    expect(preview.dryRun.ok).toBe(true);
    const applied = await post<SplitApplyResponse>(`${third}/api/v1/splits/apply`, change);
    for (const port of set.ports) {
      await until('the weights', async () => {
        return String(weightsOf(await canary(set.at(port).url))) === '55,45';
      });
    }
    const undone = await post<SplitApplyResponse>(`${first}/api/v1/splits/apply`, applied.undo);
    for (const port of set.ports) {
      await until('the weights as before', async () => {
        return String(weightsOf(await canary(set.at(port).url))) === String(before);
      });
    }
    expect(undone.generation).toBe((applied.generation ?? 0) + 1);
    const stored = await read<{ readonly metadata: { readonly resourceVersion: string } }>(
      demo.kubernetesUrl + routePath(split.object),
    );
    expect(stored.metadata.resourceVersion).toBe(undone.resourceVersion);
    const logged = set.audit().map(({ outcome, after }) => [outcome, after]);
    expect(logged).toEqual(
      expect.arrayContaining([
        ['accepted', [55, 45]],
        ['accepted', before],
      ]),
    );
  });

  test('one that has just been written past, by another, refuses what was not seen', async () => {
    const [first, second] = set.ports.map((port) => set.at(port).url);
    const split = await canary(first ?? '');
    const before = weightsOf(split);
    const mine = await post<SplitApplyResponse>(
      `${first}/api/v1/splits/apply`,
      changeTo(split, before, [70, 30]),
    );
    const response = await fetch(`${second}/api/v1/splits/apply`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ change: changeTo(split, before, [10, 90]) }),
    });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      conflict: {
        resourceVersion: mine.resourceVersion,
        current: [{ weight: 70 }, { weight: 30 }],
        changedBy: 'fanari',
      },
    });
    await post(`${second}/api/v1/splits/apply`, mine.undo);
  });
});

/** The stream through nginx, and the port of the replica that has it. */
async function openStream(lastEventId = '') {
  const leave = new AbortController();
  const response = await fetch(`${set.url}/api/v1/graph/stream?lastEventId=${lastEventId}`, {
    signal: leave.signal,
  });
  if (!response.ok) throw new Error(`stream: ${response.status} ${await response.text()}`);
  const tried = (response.headers.get(SERVED_BY) ?? '').split(', ');
  const port = Number(tried.at(-1)?.split(':')[1]);
  return { events: readEvents(response, ['graph', 'delta']), port, leave };
}

/** Reads a stream until it ends, however it does; gives the last id. */
async function readToEnd(events: ReturnType<typeof readEvents>): Promise<string> {
  let last = '';
  try {
    for await (const { id } of events) last = id;
  } catch {
    // Broken off.
  }
  return last;
}

describe.each(['SIGTERM', 'SIGKILL'] as const)('after %s to the replica of a stream', (signal) => {
  test('another begins it anew with the whole graph as it is by then', async () => {
    const before = await openStream();
    expect((await before.events.next()).value?.event).toBe('graph');
    const reading = readToEnd(before.events);
    const ended = set.end(before.port, signal);
    // Between the two streams, so that what is missed is missed by both.
    const lastId = await reading;
    const split = await canary(set.url);
    const wanted = [33, 67];
    const applied = await post<SplitApplyResponse>(
      `${set.url}/api/v1/splits/apply`,
      changeTo(split, weightsOf(split), wanted),
    );
    const after = await openStream(lastId);
    expect(after.port).not.toBe(before.port);
    const event = (await after.events.next()).value;
    expect(event?.event).toBe('graph');
    const graph = JSON.parse(event?.data ?? '{}') as Graph;
    expect(graph.gaps).toEqual([]);
    expect(graph.nodes.length).toBeGreaterThan(10);
    const [oldEpoch, newEpoch] = [lastId, event?.id ?? ''].map((id) => id.split('.')[0]);
    expect(newEpoch).not.toBe(oldEpoch);
    // Figures are not older than a refresh and the scrape before it.
    expect(Date.now() - graph.at).toBeLessThan(10_000);
    expect((await after.events.next()).value?.event).toBe('delta');
    after.leave.abort();
    expect(await ended).toBe(signal === 'SIGTERM' ? 0 : null);
    await post(`${set.url}/api/v1/splits/apply`, applied.undo);
  });
});

test('one that is told to end is not ready at once, closes no connection before its answer, and then is gone', async () => {
  const [port = 0] = set.ports;
  const replica = set.at(port);
  expect(await replica.isReady()).toBe(true);
  const stream = await fetch(`${replica.url}/api/v1/graph/stream`);
  const reading = readToEnd(readEvents(stream));
  const ended = set.end(port, 'SIGTERM');
  await until('it to say so', async () => {
    const answer = await fetch(`${replica.url}/readyz`);
    return answer.status === 503 && (await answer.text()) === 'this replica is ending\n';
  });
  const answer = await fetch(`${replica.url}/api/v1/splits`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('connection')).toBe('close');
  await answer.json();
  await reading;
  expect(await ended).toBe(0);
});
