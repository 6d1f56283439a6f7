import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fail } from '@/mesh/result';
import { sourceError } from '@/server/errors';
import { TelemetryLoop } from '@/server/usecases/telemetry-loop';
import { FakeMetrics } from '@/tests/support/fake-metrics';
import { silentObserver } from '@/tests/support/silent-observer';

const REFRESH_MS = 15_000;
const MINUTE_MS = 60_000;
const HOUR = 3600;

let metrics: FakeMetrics;
let warnings: string[];
const loops: TelemetryLoop[] = [];

function aLoop(windowSeconds = 60): TelemetryLoop {
  const observer = { ...silentObserver, warn: (message: string) => warnings.push(message) };
  const sources = { metrics, observer, clock: { now: () => Date.now() } };
  const loop = new TelemetryLoop(sources, windowSeconds, REFRESH_MS);
  loops.push(loop);
  return loop;
}

beforeEach(() => {
  vi.useFakeTimers();
  metrics = new FakeMetrics();
  warnings = [];
});

afterEach(() => {
  for (const loop of loops.splice(0)) loop.close();
  vi.useRealTimers();
});

describe('a window that is looked at', () => {
  test('goes on to be read when a viewer cannot use what was read, and the others are told', async () => {
    const loop = aLoop();
    let told = 0;
    loop.view(() => {
      throw new Error('on purpose');
    });
    loop.view(() => (told += 1));
    await vi.advanceTimersByTimeAsync(3 * REFRESH_MS + 1000);
    expect([metrics.total(), told]).toEqual([4, 4]);
    expect(warnings).toHaveLength(4);
  });

  test('goes on to be read when the source throws, which is a gap', async () => {
    const loop = aLoop();
    let told = 0;
    loop.view(() => (told += 1));
    await vi.advanceTimersByTimeAsync(1000);
    metrics.instead = async () => Promise.reject(new Error('on purpose'));
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    const { snapshot, gaps } = loop.current();
    expect(snapshot).not.toBeNull();
    expect(gaps).toMatchObject([{ source: 'prometheus', kind: 'bad-response' }]);
    metrics.instead = null;
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    expect(loop.current().gaps).toEqual([]);
    expect(told).toBe(3);
  });

  test('is read once a refresh, also when its only viewer goes and comes back meanwhile', async () => {
    const loop = aLoop();
    metrics.instead = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return fail(sourceError('prometheus', 'unreachable', 'on purpose'));
    };
    const leave = loop.view(() => undefined);
    await vi.advanceTimersByTimeAsync(500);
    leave();
    loop.view(() => undefined);
    await vi.advanceTimersByTimeAsync(10 * REFRESH_MS);
    expect(metrics.total()).toBeLessThanOrEqual(11);
  });

  test('is not read any more when the last viewer has gone', async () => {
    const loop = aLoop();
    const leave = loop.view(() => undefined);
    await vi.advanceTimersByTimeAsync(1000);
    leave();
    leave();
    await vi.advanceTimersByTimeAsync(10 * REFRESH_MS);
    expect([metrics.total(), loop.isIdle()]).toEqual([1, true]);
  });
});

describe('long windows', () => {
  test.each([
    ['1m', 60, 4 * 60],
    ['10m', 600, 4 * 60],
    ['30m', 1800, 2 * 60],
    ['1h', HOUR, 60],
    ['1d', 24 * HOUR, 12],
    ['30d', 720 * HOUR, 12],
  ])('%s is read %i s … %i times an hour', async (_, windowSeconds, times) => {
    const loop = aLoop(windowSeconds);
    loop.view(() => undefined);
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS - 1);
    expect(metrics.total()).toBe(times);
  });

  test('one that fails is tried again soon, then ever less often', async () => {
    const loop = aLoop(24 * HOUR);
    metrics.instead = async () =>
      Promise.resolve(fail(sourceError('prometheus', 'bad-query', 'too many samples')));
    loop.view(() => undefined);
    await vi.advanceTimersByTimeAsync(REFRESH_MS + 1);
    expect(metrics.total()).toBe(2);
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(metrics.total()).toBeLessThan(20);
    metrics.instead = null;
    await vi.advanceTimersByTimeAsync(6 * MINUTE_MS);
    expect(loop.current().gaps).toEqual([]);
  });

  test('one that was just read answers without reading again', async () => {
    const loop = aLoop(24 * HOUR);
    await loop.fresh();
    await vi.advanceTimersByTimeAsync(4 * MINUTE_MS);
    await loop.fresh();
    expect(metrics.total()).toBe(1);
  });
});
