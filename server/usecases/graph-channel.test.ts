import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Graph } from '@/mesh/graph/graph';
import { ok } from '@/mesh/result';
import { aRequest, aSnapshot } from '@/mesh/testing/telemetry-builders';
import { aTopology } from '@/mesh/testing/topology-builders';
import { GraphChannel } from '@/server/usecases/graph-channel';
import type { GraphStreamEvent } from '@/server/usecases/graph-stream-event';
import { TelemetryHub } from '@/server/usecases/telemetry-hub';
import { ChangingCluster } from '@/tests/support/changing-cluster';
import { FakeMetrics } from '@/tests/support/fake-metrics';
import { silentObserver } from '@/tests/support/silent-observer';

const QUERY = { windowSeconds: 60, view: 'workload', namespaces: [] } as const;
const REFRESH_MS = 10_000;

let cluster: ChangingCluster;
let channel: GraphChannel;
let warnings: string[];

function aChannel(metrics: FakeMetrics | null): GraphChannel {
  const sources = {
    cluster,
    metrics,
    traces: null,
    observer: { ...silentObserver, warn: (message: string) => warnings.push(message) },
    clock: { now: () => Date.now() },
  };
  const hub = new TelemetryHub(sources, REFRESH_MS);
  return new GraphChannel(sources, () => hub.loop(QUERY.windowSeconds), QUERY, 'run');
}

beforeEach(() => {
  vi.useFakeTimers();
  cluster = new ChangingCluster();
  warnings = [];
  channel = aChannel(null);
});

afterEach(() => {
  channel.close();
  vi.useRealTimers();
});

function show(workloads: readonly string[], labelLength?: number): void {
  cluster.show(workloads, labelLength);
  vi.advanceTimersByTime(200);
}

async function look(lastEventId: string | null = null): Promise<{
  readonly events: GraphStreamEvent[];
  readonly leave: () => void;
}> {
  const events: GraphStreamEvent[] = [];
  const leave = await channel.subscribe((event) => events.push(event), lastEventId);
  return { events, leave };
}

function names({ data }: GraphStreamEvent): readonly string[] {
  return (JSON.parse(data) as Pick<Graph, 'nodes'>).nodes.map(({ label }) => label);
}

/** A topology that no graph can be built from. */
function broken() {
  const topology = aTopology({});
  Object.defineProperty(topology, 'workloads', {
    get: () => {
      throw new Error('this topology is broken on purpose');
    },
  });
  return topology;
}

describe('GraphChannel', () => {
  test('a viewer gets the whole graph, then only what changed', async () => {
    show(['one']);
    const { events } = await look();
    show(['one', 'two']);
    expect(events.map(({ event }) => event)).toEqual(['graph', 'delta']);
    expect(events.map(names)).toEqual([['one'], ['two']]);
  });

  test('a viewer who comes back gets the deltas that it missed and nothing else', async () => {
    show(['one']);
    const stays = await look();
    const { events, leave } = await look();
    leave();
    show(['one', 'two']);
    show(['one', 'two', 'three']);
    const back = await look(events.at(-1)?.id ?? null);
    expect(back.events.map(({ event }) => event)).toEqual(['delta', 'delta']);
    expect(back.events).toEqual(stays.events.slice(1));
  });

  test('an id of another run, or one too long ago, brings the whole graph', async () => {
    show(['one']);
    const stays = await look();
    for (let count = 0; count < 25; count += 1) show(['one', `other-${count}`]);
    for (const id of ['other-0', stays.events[0]?.id ?? '']) {
      const back = await look(id);
      expect(back.events.map(({ event }) => event)).toEqual(['graph']);
    }
  });

  test('deltas of a big mesh are kept only up to a size', async () => {
    show(['one']);
    const stays = await look();
    show(['one', 'big'], 5_000_000);
    show(['one', 'big', 'three']);
    const [first, second] = stays.events;
    const whole = await look(first?.id ?? null);
    expect(whole.events.map(({ event }) => event)).toEqual(['graph']);
    const resumed = await look(second?.id ?? null);
    expect(resumed.events.map(({ event }) => event)).toEqual(['delta']);
  });
});

describe('what cannot be built', () => {
  test('leaves the last graph with the reason, and goes on when it can be built again', async () => {
    show(['one']);
    const { events } = await look();
    cluster.become(broken());
    vi.advanceTimersByTime(200);
    show(['one', 'two']);
    const [, failed, better] = events.map(({ data }) => JSON.parse(data) as Graph);
    expect(failed).toMatchObject({ nodes: [], removedNodes: [] });
    expect(failed?.gaps.at(-1)).toMatchObject({ source: 'kubernetes', what: 'newer graph' });
    expect(better?.nodes.map(({ label }) => label)).toEqual(['two']);
    expect(better?.gaps.map(({ what }) => what)).not.toContain('newer graph');
    expect(warnings).toEqual(['a graph could not be built']);
  });

  test('from figures leaves the topology, and does not end the readings', async () => {
    const metrics = new FakeMetrics();
    channel = aChannel(metrics);
    const sample = aRequest('source', 'team/one', 'team/two', null, 1);
    Object.defineProperty(sample, 'destination', {
      get: () => {
        throw new Error('this sample is broken on purpose');
      },
    });
    const snapshot = aSnapshot({ requests: [sample] });
    metrics.instead = async () => Promise.resolve(ok({ snapshot, gaps: [] }));
    show(['one']);
    const { events } = await look();
    const first = JSON.parse(events[0]?.data ?? '') as Graph;
    expect(first.nodes.map(({ label }) => label)).toEqual(['one']);
    expect(first.gaps.at(-1)).toMatchObject({ source: 'prometheus', kind: 'bad-response' });
    metrics.instead = null;
    await vi.advanceTimersByTimeAsync(2 * REFRESH_MS);
    expect(channel.last()?.edges).toHaveLength(1);
    expect(channel.last()?.gaps.map(({ what }) => what)).not.toContain('newer graph');
  });
});

test('a subscriber that throws keeps no event from the others', async () => {
  show(['one']);
  await channel.subscribe(({ event }) => {
    if (event === 'delta') throw new Error('on purpose');
  }, null);
  const { events } = await look();
  show(['one', 'two']);
  expect(events.map(({ event }) => event)).toEqual(['graph', 'delta']);
});

test('every viewer is sent the same object, so that its bytes are made once', async () => {
  show(['one']);
  const first = await look();
  const second = await look();
  show(['one', 'two']);
  expect(second.events[0]).toBe(first.events[0]);
  expect(second.events[1]).toBe(first.events[1]);
});

test('a channel that nobody looks at watches nothing', async () => {
  show(['one']);
  const { leave } = await look();
  await look().then(({ leave: leaveToo }) => leaveToo());
  expect(cluster.watchers()).toBe(1);
  leave();
  leave();
  expect([cluster.watchers(), channel.isIdle()]).toEqual([0, true]);
});
