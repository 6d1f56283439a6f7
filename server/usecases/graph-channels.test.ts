import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GraphQuery } from '@/contract/graph';
import { GraphChannels, type ChannelView } from '@/server/usecases/graph-channels';
import type { GraphStreamEvent } from '@/server/usecases/graph-stream-event';
import { TelemetryHub } from '@/server/usecases/telemetry-hub';
import { ChangingCluster } from '@/tests/support/changing-cluster';
import { silentObserver } from '@/tests/support/silent-observer';

let cluster: ChangingCluster;
let channels: GraphChannels;
let view: ChannelView;

beforeEach(() => {
  vi.useFakeTimers();
  cluster = new ChangingCluster();
  const sources = {
    cluster,
    metrics: null,
    traces: null,
    observer: silentObserver,
    clock: { now: () => Date.now() },
  };
  view = { key: 'whole', sources, windows: new TelemetryHub(sources, 10_000) };
  channels = new GraphChannels(sources.clock, 'run');
});

afterEach(() => {
  channels.close();
  vi.useRealTimers();
});

function aQuery(namespaces: readonly string[]): GraphQuery {
  return { windowSeconds: 60, view: 'workload', namespaces };
}

async function look(query: GraphQuery, lastEventId: string | null = null) {
  const events: GraphStreamEvent[] = [];
  const leave = await channels
    .channel(view, query)
    .subscribe((event) => events.push(event), lastEventId);
  return { events, leave };
}

describe('the only viewer of a scope', () => {
  test('gets only what it missed when it comes back, however long it was there before', async () => {
    cluster.show(['one']);
    const first = await look(aQuery([]));
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    first.leave();
    cluster.show(['one', 'two']);
    await vi.advanceTimersByTimeAsync(30_000);
    // Others come and go meanwhile.
    (await look(aQuery(['team']))).leave();
    channels.sweep();
    const back = await look(aQuery([]), first.events.at(-1)?.id ?? null);
    expect(back.events.map(({ event }) => event)).toEqual(['delta']);
    back.leave();
  });

  test('gets a whole graph when it was away for minutes, since nothing was kept for it', async () => {
    const first = await look(aQuery([]));
    first.leave();
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    channels.sweep();
    const back = await look(aQuery([]), first.events.at(-1)?.id ?? null);
    expect(back.events.map(({ event }) => event)).toEqual(['graph']);
  });
});

/** Bytes of JSON that channels hold, as far as their answers tell. */
function heldCharacters(queries: readonly GraphQuery[]): number {
  const seen = queries.map((query) => channels.channel(view, query).last());
  return seen.reduce((sum, graph) => sum + (graph === null ? 0 : JSON.stringify(graph).length), 0);
}

describe('many scopes', () => {
  test('that nobody looks at hold some megabytes together, the last ones used', async () => {
    cluster.show(['one'], 2_000_000);
    const queries = Array.from({ length: 60 }, (_, index) => aQuery(['team', `other-${index}`]));
    for (const query of queries) {
      await channels.channel(view, query).read();
      vi.advanceTimersByTime(10);
    }
    channels.sweep();
    const last = queries.slice(-1);
    expect(heldCharacters(last)).toBeGreaterThan(2_000_000);
    const known = queries.filter((query) => channels.channel(view, query).last() !== null);
    expect(known.length).toBeGreaterThan(1);
    expect(heldCharacters(known)).toBeLessThan(48_000_000);
  });

  test('that are looked at are never forgotten, and refuse another stream when they fill memory', async () => {
    cluster.show(['one'], 5_000_000);
    const queries = Array.from({ length: 15 }, (_, index) => aQuery(['team', `other-${index}`]));
    for (const query of queries) await look(query);
    vi.advanceTimersByTime(60 * 60_000);
    channels.sweep();
    for (const query of queries) {
      expect(channels.channel(view, query).isIdle()).toBe(false);
      expect(channels.admits(view, query)).toBe(true);
    }
    expect(channels.admits(view, aQuery([]))).toBe(false);
  });
});
