import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OFFERED_SECONDS } from '@/server/usecases/offered-windows';
import { OTHER_WINDOWS, TelemetryHub } from '@/server/usecases/telemetry-hub';
import { FakeMetrics } from '@/tests/support/fake-metrics';
import { silentObserver } from '@/tests/support/silent-observer';

let metrics: FakeMetrics;
let hub: TelemetryHub;

function aHub(over: FakeMetrics | null): TelemetryHub {
  const clock = { now: () => Date.now() };
  const observer = silentObserver;
  return new TelemetryHub({ metrics: over, traces: null, observer, clock }, 15_000);
}

beforeEach(() => {
  vi.useFakeTimers();
  metrics = new FakeMetrics();
  hub = aHub(metrics);
});

afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

/** Snapshots that are kept: a window that is not has to be read again. */
async function kept(windows: readonly number[]): Promise<number> {
  let count = 0;
  for (const seconds of windows) {
    const before = metrics.total();
    await hub.loop(seconds).fresh();
    if (metrics.total() === before) count += 1;
  }
  return count;
}

describe('windows that nobody looks at', () => {
  test('are kept in small number, whatever was asked for', async () => {
    const windows = Array.from({ length: 500 }, (_, index) => 1001 + index);
    for (const seconds of windows) await hub.loop(seconds).fresh();
    expect(await kept([...windows].reverse().slice(0, OTHER_WINDOWS))).toBe(OTHER_WINDOWS);
    expect(await kept(windows.slice(0, 100))).toBe(0);
  });

  test('are kept up to a size, the last one used in any case', async () => {
    metrics.samples = 60_000;
    for (const seconds of OFFERED_SECONDS) {
      await hub.loop(seconds).fresh();
      vi.advanceTimersByTime(10);
    }
    hub.sweep();
    const [last, ...before] = [...OFFERED_SECONDS].reverse();
    expect(await kept([last ?? 0])).toBe(1);
    expect(await kept(before.slice(4))).toBe(0);
  });

  test('are forgotten after some minutes', async () => {
    await hub.loop(30 * 86_400).fresh();
    vi.advanceTimersByTime(4 * 60_000);
    hub.sweep();
    expect(await kept([30 * 86_400])).toBe(1);
    const before = hub.loop(30 * 86_400);
    vi.advanceTimersByTime(5 * 60_000);
    hub.sweep();
    expect(hub.loop(30 * 86_400)).not.toBe(before);
  });
});

describe('windows that are looked at', () => {
  test('are read as asked for, until there are too many that nobody is offered', async () => {
    const leaves = Array.from({ length: OTHER_WINDOWS }, (_, index) =>
      hub.loop(61 + index).view(() => undefined),
    );
    for (const seconds of OFFERED_SECONDS) hub.loop(seconds).view(() => undefined);
    await vi.advanceTimersByTimeAsync(1000);
    expect(metrics.reads.size).toBe(OTHER_WINDOWS + OFFERED_SECONDS.length);
    expect(hub.admits(90)).toBe(false);
    const { snapshot, gaps } = await hub.loop(90).fresh();
    expect(snapshot).toBeNull();
    expect(gaps).toMatchObject([{ source: 'prometheus', kind: 'overloaded' }]);
    expect(gaps[0]?.message).toContain('60s, 5m, 10m');
    expect(metrics.reads.has(90)).toBe(false);
    leaves[0]?.();
    expect(hub.admits(90)).toBe(true);
    expect((await hub.loop(90).fresh()).snapshot?.windowSeconds).toBe(90);
  });

  test('are never forgotten', async () => {
    const loop = hub.loop(61);
    loop.view(() => undefined);
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    hub.sweep();
    expect(hub.loop(61)).toBe(loop);
  });
});

test('without Prometheus the gap names no time, and is the same at each reading and in each window', async () => {
  hub = aHub(null);
  vi.advanceTimersByTime(60_000);
  const first = await hub.loop(60).fresh();
  vi.advanceTimersByTime(60_000);
  const second = await hub.loop(300).fresh();
  expect(first.gaps).toMatchObject([{ kind: 'not-configured', sinceMs: null }]);
  expect(second).toBe(first);
});
