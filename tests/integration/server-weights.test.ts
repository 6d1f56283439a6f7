import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '@/contract/problem';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { JsonObject } from '@/mesh/json';
import type { Result } from '@/mesh/result';
import type { TrafficSplit, WeightChange } from '@/mesh/splits/split';
import type { ClusterSource } from '@/server/ports';
import type { Fanari } from '@/server/fanari';
import { applySplit } from '@/server/usecases/apply-split';
import { getSplits } from '@/server/usecases/get-splits';
import { previewSplit } from '@/server/usecases/preview-split';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';
import { anybody, ownView } from '@/tests/support/own-view';

const VIRTUAL_SERVICES = '/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices';
const HTTP_ROUTES = '/apis/gateway.networking.k8s.io/v1/namespaces/bookinfo/httproutes';
const ORIGINAL = [90, 10];

const signal = new AbortController().signal;
const write = { signal, actor: anybody };

let demo: DemoProcess;
let fanari: Fanari;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m', '--scrape-interval', '1s']);
  fanari = startFanari(demo);
  await until('the splits', async () => (await splitOf('reviews', 2)) !== undefined);
});

afterAll(async () => {
  fanari.stop();
  await demo.close();
});

afterEach(async () => {
  await patchWeights('another-user', ORIGINAL);
  for (const path of [`${HTTP_ROUTES}/zero`, `${VIRTUAL_SERVICES}/zero`]) {
    await fetch(demo.kubernetesUrl + path, { method: 'DELETE' });
  }
});

/** The split of an object that has so many destinations. */
async function splitOf(name: string, destinations: number): Promise<TrafficSplit | undefined> {
  const query = { windowSeconds: 60, namespaces: ['bookinfo'] };
  const { splits } = await getSplits(ownView(fanari).sources, ownView(fanari).windows, query);
  return splits.find(
    (split) => split.object.name === name && split.destinations.length === destinations,
  );
}

async function changeOf(
  name: string,
  seen: readonly (number | null)[],
  wanted: readonly (number | null)[],
): Promise<WeightChange> {
  const split = await splitOf(name, seen.length);
  if (split === undefined) throw new Error(`no split of ${name}`);
  const { object, apiVersion, rulePointer, ruleText, destinations } = split;
  return {
    object,
    apiVersion,
    rulePointer,
    ruleText,
    seen: destinations.map(({ host, subset, port }, index) => ({
      host,
      subset,
      port,
      weight: seen[index] ?? null,
    })),
    wanted,
  };
}

async function kubernetes(path: string, method = 'GET', body?: unknown): Promise<JsonObject> {
  const response = await fetch(demo.kubernetesUrl + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      'content-type': method === 'PATCH' ? 'application/json-patch+json' : 'application/json',
    },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as JsonObject;
}

async function patchWeights(manager: string, weights: readonly number[]): Promise<void> {
  const patch = weights.map((value, index) => ({
    op: 'replace',
    path: `/spec/http/1/route/${index}/weight`,
    value,
  }));
  await kubernetes(`${VIRTUAL_SERVICES}/reviews?fieldManager=${manager}`, 'PATCH', patch);
}

async function storedWeights(): Promise<readonly (number | undefined)[]> {
  const stored = (await kubernetes(`${VIRTUAL_SERVICES}/reviews`)) as {
    spec: { http: { route: { weight?: number }[] }[] };
  };
  return (stored.spec.http[1]?.route ?? []).map(({ weight }) => weight);
}

/** The cluster, with something that happens just before each real write. */
function before(meanwhile: (attempt: number) => Promise<'conflict' | 'go on'>): ClusterSource {
  let attempt = 0;
  const { cluster } = ownView(fanari).sources;
  return new Proxy(cluster, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key !== 'patchObject')
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return async (...[request, options]: Parameters<ClusterSource['patchObject']>) => {
        attempt += 1;
        if ((await meanwhile(attempt)) === 'conflict')
          return { ok: false, error: { kind: 'conflict', message: 'object has been modified' } };
        return target.patchObject(request, options);
      };
    },
  });
}

type Outcome = Result<SplitApplyResponse, Problem>;

interface StoredEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly uid?: string; readonly name: string };
}

test('each write, made or refused, is an Event on its object', async () => {
  const events = async () => {
    const list = (await kubernetes('/api/v1/namespaces/bookinfo/events')) as unknown as {
      items: readonly StoredEvent[];
    };
    return list.items.filter(({ involvedObject }) => involvedObject.name === 'reviews');
  };
  const before = (await events()).length;
  const { uid } = (
    (await kubernetes(`${VIRTUAL_SERVICES}/reviews`)) as { metadata: { uid: string } }
  ).metadata;
  const now = await storedWeights();
  const change = await changeOf('reviews', now.map(Number), [40, 60]);
  const actor = { user: 'ada', strategy: 'token', remote: '10.0.0.7' } as const;
  const written = await applySplit(ownView(fanari).sources, change, { signal, actor });
  if (!written.ok) throw new Error(written.error.detail);
  await applySplit(ownView(fanari).sources, change, { signal, actor });
  await applySplit(ownView(fanari).sources, written.value.undo, { signal, actor });
  await until('three Events', async () => (await events()).length === before + 3);
  const told = (await events()).map(({ type, reason, message, involvedObject }) => ({
    type,
    reason,
    isOfObject: involvedObject.uid === uid,
    isWhole: message.startsWith('ada (token) from 10.0.0.7, weights '),
  }));
  const made = { type: 'Normal', reason: 'WeightsChanged', isOfObject: true, isWhole: true };
  const refused = { ...made, type: 'Warning', reason: 'WeightsChangedNot' };
  expect(told.slice(-3)).toEqual(expect.arrayContaining([made, refused]));
  expect(told.filter(({ type }) => type === 'Warning')).toHaveLength(1);
});

describe('two users who write at the same moment', () => {
  test('one wins whole; the other is told the winner’s weights, who it was and when', async () => {
    for (let round = 0; round < 5; round += 1) {
      const now = await storedWeights();
      const first = await changeOf('reviews', now.map(Number), [60 + round, 40 - round]);
      const second = { ...first, wanted: [20 + round, 80 - round] };
      const startedMs = Date.now();
      const outcomes: readonly Outcome[] = await Promise.all([
        applySplit(ownView(fanari).sources, first, write),
        applySplit(ownView(fanari).sources, second, write),
      ]);
      const winners = outcomes.flatMap((outcome, index) => (outcome.ok ? [index] : []));
      expect(winners).toHaveLength(1);
      const won = winners[0] === 0 ? first : second;
      expect(await storedWeights()).toEqual(won.wanted);
      const lost = outcomes.find((outcome) => !outcome.ok);
      if (lost === undefined) throw new Error('nobody lost');
      expect(lost.error).toMatchObject({
        status: 409,
        conflict: { changedBy: 'fanari', current: won.wanted.map((weight) => ({ weight })) },
      });
      // managedFields tell time in whole seconds.
      const changedAtMs = lost.error.conflict?.changedAtMs ?? 0;
      expect(Math.abs(changedAtMs - startedMs)).toBeLessThan(5000);
    }
  });

  test('a conflict tells whether the rule already is as wanted, which equal weights of another rule are not', async () => {
    const change = await changeOf('reviews', ORIGINAL, [75, 25]);
    await patchWeights('kubectl-edit', [75, 25]);
    const conflictOf = async (wished: typeof change) => {
      const answer = await applySplit(ownView(fanari).sources, wished, write);
      return answer.ok ? null : answer.error.conflict;
    };
    expect(await conflictOf(change)).toMatchObject({ isAsWanted: true });
    expect(await conflictOf({ ...change, wanted: [50, 50] })).toMatchObject({ isAsWanted: false });
    const otherRule = { ...change, ruleText: '{"name":"another"}' };
    expect(await conflictOf(otherRule)).toMatchObject({ isAsWanted: false });
    expect(await storedWeights()).toEqual([75, 25]);
  });

  test('a change by kubectl between reading and writing is found by the API server and told', async () => {
    const change = await changeOf('reviews', ORIGINAL, [50, 50]);
    const cluster = before(async (attempt) => {
      if (attempt === 1) await patchWeights('kubectl-edit', [75, 25]);
      return 'go on';
    });
    const refused = await applySplit({ ...ownView(fanari).sources, cluster }, change, write);
    expect(refused).toMatchObject({
      ok: false,
      error: {
        status: 409,
        conflict: { changedBy: 'kubectl-edit', current: [{ weight: 75 }, { weight: 25 }] },
      },
    });
    expect(await storedWeights()).toEqual([75, 25]);
  });

  test('a 409 that is only bad timing is tried again, and the weights are guarded again', async () => {
    const change = await changeOf('reviews', ORIGINAL, [50, 50]);
    const once = before(async (attempt) => Promise.resolve(attempt === 1 ? 'conflict' : 'go on'));
    const written = await applySplit({ ...ownView(fanari).sources, cluster: once }, change, write);
    expect(written).toMatchObject({ ok: true });
    expect(await storedWeights()).toEqual([50, 50]);

    const back = await changeOf('reviews', [50, 50], [40, 60]);
    const other = before(async (attempt) => {
      if (attempt > 1) return 'go on';
      await patchWeights('another-user', [30, 70]);
      return 'conflict';
    });
    const refused = await applySplit({ ...ownView(fanari).sources, cluster: other }, back, write);
    expect(refused).toMatchObject({
      ok: false,
      error: { status: 409, conflict: { current: [{ weight: 30 }, { weight: 70 }] } },
    });
  });

  test('an object that never comes to rest is a conflict with what stands there now', async () => {
    const change = await changeOf('reviews', ORIGINAL, [50, 50]);
    const cluster = before(async () => Promise.resolve('conflict'));
    const refused = await applySplit({ ...ownView(fanari).sources, cluster }, change, write);
    expect(refused).toMatchObject({
      ok: false,
      error: { status: 409, conflict: { current: [{ weight: 90 }, { weight: 10 }] } },
    });
  });
});

describe('undo', () => {
  test('goes back step by step, and every step is a write of one generation', async () => {
    const first = await applySplit(
      ownView(fanari).sources,
      await changeOf('reviews', ORIGINAL, [70, 30]),
      write,
    );
    if (!first.ok) throw new Error(first.error.detail);
    const second = await applySplit(
      ownView(fanari).sources,
      await changeOf('reviews', [70, 30], [50, 50]),
      write,
    );
    if (!second.ok) throw new Error(second.error.detail);
    expect(second.value.generation).toBe((first.value.generation ?? 0) + 1);
    expect((await applySplit(ownView(fanari).sources, second.value.undo, write)).ok).toBe(true);
    expect(await storedWeights()).toEqual([70, 30]);
    expect((await applySplit(ownView(fanari).sources, first.value.undo, write)).ok).toBe(true);
    expect(await storedWeights()).toEqual(ORIGINAL);
  });
});

describe('weights that total zero', () => {
  const zeroRoute = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'zero', namespace: 'bookinfo' },
    spec: {
      parentRefs: [{ group: '', kind: 'Service', name: 'ratings' }],
      rules: [
        {
          backendRefs: [
            { name: 'ratings', port: 9080, weight: 3 },
            { name: 'reviews', port: 9080, weight: 1 },
          ],
        },
      ],
    },
  };

  test('are refused for a VirtualService, with Istio’s reason, before anything is sent', async () => {
    const change = await changeOf('reviews', ORIGINAL, [0, 0]);
    for (const refused of [
      await previewSplit(ownView(fanari).sources, change, { signal }),
      await applySplit(ownView(fanari).sources, change, write),
    ]) {
      expect(refused).toMatchObject({ ok: false, error: { status: 422 } });
      expect(!refused.ok && refused.error.detail).toContain('Istio refuses');
    }
    expect(await storedWeights()).toEqual(ORIGINAL);
  });

  test('block for an HTTPRoute until they are confirmed, and an undo gets back to them', async () => {
    await kubernetes(HTTP_ROUTES, 'POST', zeroRoute);
    await until('the route', async () => (await splitOf('zero', 2)) !== undefined);
    const change = await changeOf('zero', [3, 1], [0, 0]);
    const preview = await previewSplit(ownView(fanari).sources, change, { signal });
    expect(preview).toMatchObject({
      ok: true,
      value: {
        dryRun: { ok: true },
        warnings: expect.arrayContaining([
          expect.objectContaining({ rule: 'all-weights-zero', blocks: true }),
        ]) as unknown,
      },
    });
    const refused = await applySplit(ownView(fanari).sources, change, write);
    expect(refused).toMatchObject({ ok: false, error: { status: 422 } });

    const confirmed = { ...change, confirmsZero: true };
    const written = await applySplit(ownView(fanari).sources, confirmed, write);
    if (!written.ok) throw new Error(written.error.detail);
    expect(written.value.undo.confirmsZero).toBeUndefined();
    const undone = await applySplit(ownView(fanari).sources, written.value.undo, write);
    if (!undone.ok) throw new Error(undone.error.detail);
    // What stood there can be had again: the way back needs no second confirmation.
    expect(undone.value.undo.confirmsZero).toBe(true);
    expect((await applySplit(ownView(fanari).sources, undone.value.undo, write)).ok).toBe(true);
  });
});
