import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import type { Graph } from '@/mesh/graph/graph';
import type { Topology } from '@/mesh/topology/topology';
import { AbsentCluster } from '@/server/adapters/kubernetes/absent-cluster';
import { sourceError } from '@/server/errors';
import { GraphChannel, type GraphStreamEvent } from '@/server/usecases/graph-channel';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { TelemetryLoop } from '@/server/usecases/telemetry-loop';
import { silentObserver } from '@/tests/support/silent-observer';

/** A cluster whose workloads a test sets. */
class ChangingCluster extends AbsentCluster {
  private known: Topology = aTopology({});
  private listener: () => void = () => undefined;

  constructor() {
    super(sourceError('kubernetes', 'not-configured', 'not asked'), 0, 'istio-system');
  }

  override topology(): Topology {
    return this.known;
  }

  override subscribe(listener: () => void = () => undefined): () => void {
    this.listener = listener;
    return () => undefined;
  }

  /** Each workload has an app label of so many characters. */
  show(names: readonly string[], labelLength = 1): void {
    const app = 'x'.repeat(labelLength);
    this.known = aTopology({ workloads: names.map((name) => aWorkload('team', name, { app })) });
    this.listener();
    vi.advanceTimersByTime(200);
  }
}

let cluster: ChangingCluster;
let channel: GraphChannel;

beforeEach(() => {
  vi.useFakeTimers();
  cluster = new ChangingCluster();
  const sources: MeshSources = {
    cluster,
    metrics: null,
    traces: null,
    observer: silentObserver,
    clock: { now: () => Date.now() },
  };
  const query = { windowSeconds: 60, view: 'workload', namespaces: [] } as const;
  channel = new GraphChannel(sources, new TelemetryLoop(sources, 60, 10_000), query, 'run');
});

afterEach(() => {
  channel.close();
  vi.useRealTimers();
});

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

describe('GraphChannel', () => {
  test('a viewer gets the whole graph, then only what changed', async () => {
    cluster.show(['one']);
    const { events } = await look();
    cluster.show(['one', 'two']);
    expect(events.map(({ event }) => event)).toEqual(['graph', 'delta']);
    expect(events.map(names)).toEqual([['one'], ['two']]);
  });

  test('a viewer who comes back gets the deltas that it missed and nothing else', async () => {
    cluster.show(['one']);
    const stays = await look();
    const { events, leave } = await look();
    leave();
    cluster.show(['one', 'two']);
    cluster.show(['one', 'two', 'three']);
    const back = await look(events.at(-1)?.id ?? null);
    expect(back.events.map(({ event }) => event)).toEqual(['delta', 'delta']);
    expect(back.events).toEqual(stays.events.slice(1));
  });

  test('an id of another run, or one too long ago, brings the whole graph', async () => {
    cluster.show(['one']);
    const stays = await look();
    for (let count = 0; count < 25; count += 1) cluster.show(['one', `other-${count}`]);
    for (const id of ['other-0', stays.events[0]?.id ?? '']) {
      const back = await look(id);
      expect(back.events.map(({ event }) => event)).toEqual(['graph']);
    }
  });

  test('deltas of a big mesh are kept only up to a size', async () => {
    cluster.show(['one']);
    const stays = await look();
    cluster.show(['one', 'big'], 5_000_000);
    cluster.show(['one', 'big', 'three']);
    const [first, second] = stays.events;
    const whole = await look(first?.id ?? null);
    expect(whole.events.map(({ event }) => event)).toEqual(['graph']);
    const resumed = await look(second?.id ?? null);
    expect(resumed.events.map(({ event }) => event)).toEqual(['delta']);
  });
});
