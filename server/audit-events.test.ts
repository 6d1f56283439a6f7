import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fail, ok } from '@/mesh/result';
import { AuditEvents, toEvent } from '@/server/audit-events';
import { sourceError } from '@/server/errors';
import type { AuditEntry, ObjectEvent, WatchedCluster } from '@/server/ports';

const entry: AuditEntry = {
  action: 'weights',
  object: {
    group: 'networking.istio.io',
    kind: 'VirtualService',
    namespace: 'bookinfo',
    name: 'reviews',
  },
  rulePointer: '/spec/http/0',
  before: [90, 10],
  after: [null, 100],
  outcome: 'accepted',
  message: null,
  resourceVersion: '7',
  actor: { user: 'ada', strategy: 'openid', remote: '10.0.0.7' },
};

let stored: ObjectEvent[];
let warnings: string[];
let isForbidden: boolean;
let release: () => void;
let isHeld: boolean;

function cluster(): WatchedCluster {
  return {
    as: () => ({
      getObject: async () => Promise.resolve(ok({ raw: {}, config: { meta: { uid: 'the-uid' } } })),
    }),
    recordEvent: async (event: ObjectEvent) => {
      if (isHeld) await new Promise<void>((resolve) => (release = resolve));
      stored.push(event);
      return isForbidden ? fail(sourceError('kubernetes', 'forbidden', 'not allowed')) : ok(null);
    },
  } as unknown as WatchedCluster;
}

function start(): AuditEvents {
  const warn = (message: string) => warnings.push(message);
  return new AuditEvents(cluster, { warn }, { now: () => Date.now() });
}

beforeEach(() => {
  vi.useFakeTimers();
  [stored, warnings, isForbidden, isHeld] = [[], [], false, false];
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the Event of a write', () => {
  test('says who, from where, what was, what is and what came of it', async () => {
    start().add(entry);
    await vi.runAllTimersAsync();
    expect(stored).toMatchObject([
      {
        object: entry.object,
        uid: 'the-uid',
        type: 'Normal',
        reason: 'WeightsChanged',
        message: 'ada (openid) from 10.0.0.7, weights /spec/http/0: 90, 10 → none, 100: accepted',
      },
    ]);
  });

  test('that was refused is a warning with the reason', () => {
    const refused = { ...entry, outcome: 'refused', message: 'weights must add up' } as const;
    expect(toEvent(refused, null, 0)).toMatchObject({
      type: 'Warning',
      reason: 'WeightsChangedNot',
      message: expect.stringContaining('refused. weights must add up') as string,
    });
  });

  test('without login names nobody', () => {
    const actor = { user: null, strategy: 'anonymous', remote: null } as const;
    expect(toEvent({ ...entry, actor }, null, 0).message).toMatch(
      /^Somebody without login \(anonymous\), weights/,
    );
  });
});

describe('storing Events', () => {
  test('is bounded, by a burst and by time, and says once that some were left out', async () => {
    const events = start();
    for (let count = 0; count < 80; count += 1) events.add(entry);
    await vi.advanceTimersByTimeAsync(0);
    expect(stored).toHaveLength(50);
    expect(warnings).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3_000);
    for (let count = 0; count < 80; count += 1) events.add(entry);
    await vi.advanceTimersByTimeAsync(0);
    expect(stored).toHaveLength(53);
    expect(warnings).toHaveLength(1);
  });

  test('that is forbidden is warned of once, and goes on', async () => {
    isForbidden = true;
    const events = start();
    events.add(entry);
    events.add(entry);
    await vi.runAllTimersAsync();
    expect(stored).toHaveLength(2);
    expect(warnings).toHaveLength(1);
  });

  test('goes in the order of the writes, also of those that come meanwhile', async () => {
    isHeld = true;
    const events = start();
    events.add(entry);
    await vi.advanceTimersByTimeAsync(0);
    events.add({ ...entry, action: 'delete' });
    isHeld = false;
    release();
    await vi.runAllTimersAsync();
    expect(stored.map(({ reason }) => reason)).toEqual(['WeightsChanged', 'Deleted']);
  });
});
