import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { lostWrite } from '@/components/panels/own-writes';
import type { CanaryApi, CanaryStart, CanaryUndo } from '@/mesh/splits/canary';
import { followOwnWrites } from '@/mesh/splits/follow-own-writes';
import type { Fanari } from '@/server/fanari';
import { applyCanary } from '@/server/usecases/apply-canary';
import { applySplit } from '@/server/usecases/apply-split';
import { getCanaryCandidates } from '@/server/usecases/get-canary-candidates';
import { getSplits } from '@/server/usecases/get-splits';
import { previewCanary } from '@/server/usecases/preview-canary';
import { undoCanary } from '@/server/usecases/undo-canary';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';
import { anybody, ownView } from '@/tests/support/own-view';

const HOST = 'details.bookinfo.svc.cluster.local';
const NAMESPACE = '/namespaces/bookinfo';
const VIRTUAL_SERVICES = `/apis/networking.istio.io/v1${NAMESPACE}/virtualservices`;
const DESTINATION_RULES = `/apis/networking.istio.io/v1${NAMESPACE}/destinationrules`;
const HTTP_ROUTES = `/apis/gateway.networking.k8s.io/v1${NAMESPACE}/httproutes`;
const SERVICES = `/api/v1${NAMESPACE}/services`;
const COLLECTIONS = [VIRTUAL_SERVICES, DESTINATION_RULES, HTTP_ROUTES, SERVICES];

const signal = new AbortController().signal;
const write = { signal, actor: anybody, propagationPauseSeconds: 0 };

let demo: DemoProcess;
let fanari: Fanari;
let pending: CanaryUndo | null = null;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m', '--scrape-interval', '1s']);
  fanari = startFanari(demo);
  await until('the candidate', () => isCandidate());
});

afterAll(async () => {
  fanari.stop();
  await demo.close();
});

afterEach(async () => {
  if (pending !== null) await undoCanary(ownView(fanari).sources, pending, write);
  pending = null;
  for (const path of [VIRTUAL_SERVICES, HTTP_ROUTES, DESTINATION_RULES]) {
    await kubernetes(`${path}/details`, 'DELETE').catch(() => undefined);
  }
  await until('the candidate', () => isCandidate());
});

/** As it is before each test: without DestinationRule and Services of the versions. */
function isCandidate(): boolean {
  const { candidates } = getCanaryCandidates(ownView(fanari).sources, { namespaces: ['bookinfo'] });
  const details = candidates.find(({ id }) => id === 'bookinfo/details');
  return (
    details?.destinationRule === null && details.versions.every(({ hasService }) => !hasService)
  );
}

async function kubernetes(path: string, method = 'GET', body?: unknown): Promise<unknown> {
  const response = await fetch(`${demo.kubernetesUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

interface Stored {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: unknown;
}

/** Names, uids and specs of everything that a start may touch. */
async function cluster(): Promise<readonly unknown[]> {
  const lists = await Promise.all(COLLECTIONS.map((path) => kubernetes(path)));
  return lists.map((list) =>
    (list as { items: Stored[] }).items.map(({ metadata, spec }) => [
      metadata.name,
      metadata.uid,
      spec,
    ]),
  );
}

function aStart(api: CanaryApi, v1: number): CanaryStart {
  const weights = [
    { version: 'v1', weight: v1 },
    { version: 'v2', weight: 100 - v1 },
  ];
  return { namespace: 'bookinfo', service: 'details', api, weights };
}

async function preview(start: CanaryStart) {
  const answer = await previewCanary(ownView(fanari).sources, start, write);
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer.value;
}

async function apply(start: CanaryStart) {
  const { seen } = await preview(start);
  const answer = await applyCanary(ownView(fanari).sources, { start, seen }, write);
  if (!answer.ok) throw new Error(answer.error.detail);
  pending = answer.value.undo;
  return answer.value;
}

/** Requests per second to v2 of details, from the newest seconds of the embedded Prometheus. */
async function rateOfV2(): Promise<number | null> {
  const query = `sum(rate(istio_requests_total{reporter="source",destination_workload="details-v2"}[4s]))`;
  const response = await fetch(
    `${demo.prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`,
  );
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  const [first] = data.result;
  return first === undefined ? null : Number(first.value[1]);
}

describe.each([
  ['VirtualService', ['DestinationRule details', 'VirtualService details']],
  ['HTTPRoute', ['Service details-v1', 'Service details-v2', 'HTTPRoute details']],
] as const)('a canary started with %s', (api, objects) => {
  test('shows its YAML and writes nothing before it is applied', async () => {
    const before = await cluster();
    const { steps, warnings } = await preview(aStart(api, 100));
    expect(steps.map(({ object }) => `${object.kind} ${object.name}`)).toEqual(objects);
    for (const { after, dryRun, permitted } of steps) {
      expect(dryRun).toEqual({ ok: true, message: null });
      expect(permitted).toBe(true);
      expect(parse(after)).toMatchObject({ metadata: { namespace: 'bookinfo' } });
    }
    expect(warnings).toEqual([]);
    expect(await cluster()).toEqual(before);
  });

  test('moves the traffic, has a handle, and its undo leaves the cluster as it was', async () => {
    const before = await cluster();
    const applied = await apply(aStart(api, 100));
    expect(applied.written.map(({ kind, name }) => `${kind} ${name}`)).toEqual(objects);
    await until('v2 to get nothing', async () => (await rateOfV2()) === 0, 30_000);
    const query = { windowSeconds: 60, namespaces: ['bookinfo'] };
    const { splits } = await getSplits(ownView(fanari).sources, ownView(fanari).windows, query);
    const split = splits.find(({ handleHost }) => handleHost === HOST);
    expect(split?.destinations.map(({ weight, workloads }) => [weight, workloads])).toEqual([
      [100, ['bookinfo/details-v1']],
      [0, ['bookinfo/details-v2']],
    ]);
    expect(split?.warnings).toEqual([]);
    expect(isCandidate()).toBe(false);

    const undone = await undoCanary(ownView(fanari).sources, applied.undo, write);
    expect(undone.ok).toBe(true);
    pending = null;
    expect(await cluster()).toEqual(before);
    await until('v2 to get requests again', async () => ((await rateOfV2()) ?? 0) > 1, 30_000);
  });

  test('is written by the field manager fanari', async () => {
    await apply(aStart(api, 90));
    const path = api === 'HTTPRoute' ? HTTP_ROUTES : VIRTUAL_SERVICES;
    expect(await kubernetes(`${path}/details`)).toMatchObject({
      metadata: { managedFields: [{ manager: 'fanari', operation: 'Update' }] },
    });
  });
});

describe('an existing DestinationRule', () => {
  test('gets only the subset that it lacks, and is as before after the undo', async () => {
    const spec = {
      host: HOST,
      trafficPolicy: { connectionPool: { tcp: { maxConnections: 7 } } },
      subsets: [{ name: 'stable', labels: { version: 'v1' } }],
    };
    const path = DESTINATION_RULES;
    await kubernetes(path, 'POST', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'details', namespace: 'bookinfo' },
      spec,
    });
    const hasRule = () =>
      getCanaryCandidates(ownView(fanari).sources, { namespaces: ['bookinfo'] }).candidates.some(
        ({ destinationRule }) => destinationRule !== null,
      );
    await until('the rule', hasRule);
    const before = await cluster();
    const applied = await apply(aStart('VirtualService', 100));
    expect(await kubernetes(`${path}/details`)).toMatchObject({
      spec: { ...spec, subsets: [...spec.subsets, { name: 'v2', labels: { version: 'v2' } }] },
    });
    const undone = await undoCanary(ownView(fanari).sources, applied.undo, write);
    expect(undone.ok).toBe(true);
    pending = null;
    expect(await cluster()).toEqual(before);
  });
});

describe('a second writer', () => {
  const foreign = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'details', namespace: 'bookinfo' },
    spec: { hosts: ['details'], http: [{ route: [{ destination: { host: 'details' } }] }] },
  };

  test('who makes the route between preview and apply is not overwritten', async () => {
    const start = aStart('VirtualService', 100);
    const { seen } = await preview(start);
    await kubernetes(VIRTUAL_SERVICES, 'POST', foreign);
    // At once, so that the watch has not told of it: then only the API server knows.
    const answer = await applyCanary(ownView(fanari).sources, { start, seen }, write);
    expect(answer).toMatchObject({ ok: false, error: { status: 409 } });
    expect(await kubernetes(`${VIRTUAL_SERVICES}/details`)).toMatchObject({ spec: foreign.spec });
    await expect(kubernetes(`${DESTINATION_RULES}/details`)).rejects.toThrow('404');

    await until('the watch to tell', () => !isCandidate());
    const later = await applyCanary(ownView(fanari).sources, { start, seen }, write);
    expect(later).toMatchObject({ ok: false, error: { status: 409 } });
  });

  test('who is faster than the last write has the writes before it taken back', async () => {
    const start = aStart('VirtualService', 100);
    const { seen } = await preview(start);
    const before = await cluster();
    const { cluster: real } = ownView(fanari).sources;
    const late = new Proxy(real, {
      get(target, key) {
        if (key !== 'createObject') {
          const value: unknown = Reflect.get(target, key);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        }
        return async (...[request, options]: Parameters<typeof real.createObject>) => {
          if (!request.dryRun && request.ref.kind === 'VirtualService')
            await kubernetes(VIRTUAL_SERVICES, 'POST', foreign);
          return target.createObject(request, options);
        };
      },
    });
    const sources = { ...ownView(fanari).sources, cluster: late };
    const answer = await applyCanary(sources, { start, seen }, write);
    expect(answer).toMatchObject({
      ok: false,
      error: {
        status: 409,
        detail: expect.stringContaining('taken back') as string,
        conflict: { object: { kind: 'VirtualService', name: 'details' } },
      },
    });
    await kubernetes(`${VIRTUAL_SERVICES}/details`, 'DELETE');
    expect(await cluster()).toEqual(before);
  });

  test('who changes the route after the start keeps it: the undo names them and deletes nothing', async () => {
    const applied = await apply(aStart('VirtualService', 100));
    await kubernetes(`${VIRTUAL_SERVICES}/details?fieldManager=somebody`, 'PATCH', {
      metadata: { labels: { kept: 'yes' } },
    });
    const before = await cluster();
    const answer = await undoCanary(ownView(fanari).sources, applied.undo, write);
    expect(answer).toMatchObject({
      ok: false,
      error: { status: 409, type: 'urn:fanari:problem:not-only-ours' },
    });
    expect(!answer.ok && answer.error.detail).toContain('was also written by somebody');
    expect(await cluster()).toEqual(before);

    // Nor does it go when the very version is named that stands there now.
    const { metadata } = (await kubernetes(`${VIRTUAL_SERVICES}/details`)) as {
      metadata: { resourceVersion: string; generation: number };
    };
    const { resourceVersion, generation } = metadata;
    const steps = applied.undo.steps.map((step) =>
      step.action === 'delete' && step.object.kind === 'VirtualService'
        ? { ...step, resourceVersion, generation }
        : step,
    );
    const again = await undoCanary(ownView(fanari).sources, { steps }, write);
    expect(again).toMatchObject({ ok: false, error: { status: 409 } });
    expect(await cluster()).toEqual(before);
  });
});

describe('undoing', () => {
  const statusPath = `${HTTP_ROUTES}/details/status?fieldManager=istio.io/gateway-controller`;
  const parents = (message: string) => ({
    status: {
      parents: [
        {
          parentRef: { group: '', kind: 'Service', name: 'details' },
          controllerName: 'istio.io/gateway-controller',
          conditions: [
            {
              type: 'Accepted',
              status: 'True',
              reason: 'Accepted',
              message,
              lastTransitionTime: '2026-01-01T00:00:00Z',
            },
          ],
        },
      ],
    },
  });

  test('is no conflict with a controller that writes the status at that very moment', async () => {
    const before = await cluster();
    const applied = await apply(aStart('HTTPRoute', 90));
    const { cluster: real } = ownView(fanari).sources;
    let writes = 0;
    const late = new Proxy(real, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (key !== 'deleteObject')
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        return async (...[request, options]: Parameters<typeof real.deleteObject>) => {
          if (request.ref.kind === 'HTTPRoute' && writes < 2) {
            writes += 1;
            await kubernetes(statusPath, 'PATCH', parents(`write ${writes}`));
          }
          return target.deleteObject(request, options);
        };
      },
    });
    const sources = { ...ownView(fanari).sources, cluster: late };
    expect(await undoCanary(sources, applied.undo, write)).toMatchObject({ ok: true });
    expect(writes).toBe(2);
    pending = null;
    expect(await cluster()).toEqual(before);
  });

  /** Moves the weights of the started route, as the handle does. */
  async function drag(seen: readonly number[], wanted: readonly number[]) {
    const query = { windowSeconds: 60, namespaces: ['bookinfo'] };
    const find = async () =>
      (await getSplits(ownView(fanari).sources, ownView(fanari).windows, query)).splits.find(
        ({ handleHost }) => handleHost === HOST,
      );
    await until('the split', async () => (await find()) !== undefined);
    const split = await find();
    if (split === undefined) throw new Error('no split');
    const { object, apiVersion, rulePointer, ruleText, destinations } = split;
    const written = destinations.map(({ host, subset, port }, index) => ({
      host,
      subset,
      port,
      weight: seen[index] ?? null,
    }));
    const change = { object, apiVersion, rulePointer, ruleText, seen: written, wanted };
    const answer = await applySplit(ownView(fanari).sources, change, write);
    if (!answer.ok) throw new Error(answer.error.detail);
    const { resourceVersion, generation, at: atMs, undo } = answer.value;
    return { object, resourceVersion, generation, atMs, change, undo };
  }

  test('takes back what was dragged since, in one go', async () => {
    const before = await cluster();
    const applied = await apply(aStart('VirtualService', 100));
    const log = [await drag([100, 0], [80, 20]), await drag([80, 20], [50, 50])];
    const undo = followOwnWrites(applied.undo, log, applied.at);
    expect(await undoCanary(ownView(fanari).sources, undo, write)).toMatchObject({ ok: true });
    pending = null;
    expect(await cluster()).toEqual(before);
  });

  test('takes back a drag whose undo was made, though its answer was lost', async () => {
    const before = await cluster();
    const applied = await apply(aStart('VirtualService', 100));
    const dragged = await drag([100, 0], [80, 20]);
    expect(await applySplit(ownView(fanari).sources, dragged.undo, write)).toMatchObject({
      ok: true,
    });
    const again = await applySplit(ownView(fanari).sources, dragged.undo, write);
    const conflict = again.ok ? undefined : again.error.conflict;
    if (conflict === undefined) throw new Error('no conflict');
    const lost = lostWrite({ ...dragged, receivedAtMs: dragged.atMs }, conflict);
    if (lost === null) throw new Error('not taken for Fanari’s own');
    const undo = followOwnWrites(applied.undo, [dragged, lost], applied.at);
    expect(await undoCanary(ownView(fanari).sources, undo, write)).toMatchObject({ ok: true });
    pending = null;
    expect(await cluster()).toEqual(before);
  });

  test('keeps what somebody else wrote between two drags', async () => {
    const applied = await apply(aStart('VirtualService', 100));
    const first = await drag([100, 0], [80, 20]);
    await kubernetes(`${VIRTUAL_SERVICES}/details?fieldManager=somebody`, 'PATCH', {
      spec: { exportTo: ['*'] },
    });
    const second = await drag([80, 20], [50, 50]);
    const before = await cluster();
    const undo = followOwnWrites(applied.undo, [first, second], applied.at);
    const answer = await undoCanary(ownView(fanari).sources, undo, write);
    expect(answer).toMatchObject({ ok: false, error: { status: 409 } });
    expect(await cluster()).toEqual(before);
  });
});

describe('what is refused', () => {
  test('everything while Fanari is read-only', async () => {
    const start = aStart('VirtualService', 100);
    const { seen } = await preview(start);
    const still = startFanari(demo, ['--read-only']);
    await until('its picture', () => ownView(still).sources.cluster.topology().revision > 0);
    const { sources } = ownView(still);
    const before = await cluster();
    const answer = await applyCanary(sources, { start, seen }, write);
    expect(answer).toMatchObject({ ok: false, error: { status: 403 } });
    expect(await cluster()).toEqual(before);
    const shown = await previewCanary(sources, start, write);
    still.stop();
    expect(shown.ok && shown.value.steps.every(({ permitted }) => permitted === false)).toBe(true);
  });

  test('other weights than those that were previewed', async () => {
    const { seen } = await preview(aStart('VirtualService', 100));
    const start = aStart('VirtualService', 50);
    const answer = await applyCanary(ownView(fanari).sources, { start, seen }, write);
    expect(answer).toMatchObject({ ok: false, error: { status: 409 } });
  });

  /** What would delete the route `reviews`, exactly as it stands there now. */
  async function deletionOfReviews(): Promise<CanaryUndo> {
    const stored = (await kubernetes(`${VIRTUAL_SERVICES}/reviews`)) as {
      metadata: { uid: string; resourceVersion: string; generation: number };
    };
    const { uid, resourceVersion, generation } = stored.metadata;
    const object = {
      group: 'networking.istio.io',
      kind: 'VirtualService',
      namespace: 'bookinfo',
      name: 'reviews',
    };
    const apiVersion = 'networking.istio.io/v1';
    return {
      steps: [{ action: 'delete', object, apiVersion, uid, resourceVersion, generation }],
    };
  }

  test('to delete an object that Fanari did not write', async () => {
    const answer = await undoCanary(ownView(fanari).sources, await deletionOfReviews(), write);
    expect(answer).toMatchObject({ ok: false, error: { status: 422 } });
    await kubernetes(`${VIRTUAL_SERVICES}/reviews`);
  });

  test('to delete a hand-written route of which Fanari only moved the weights', async () => {
    const query = { windowSeconds: 60, namespaces: ['bookinfo'] };
    const { splits } = await getSplits(ownView(fanari).sources, ownView(fanari).windows, query);
    const split = splits.find(
      ({ object, destinations }) => object.name === 'reviews' && destinations.length === 2,
    );
    if (split === undefined) throw new Error('no split of reviews');
    const { object, apiVersion, rulePointer, ruleText } = split;
    const seen = split.destinations.map(({ host, subset, port, weight }) => ({
      host,
      subset,
      port,
      weight,
    }));
    const change = { object, apiVersion, rulePointer, ruleText, seen, wanted: [55, 45] };
    const moved = await applySplit(ownView(fanari).sources, change, write);
    if (!moved.ok) throw new Error(moved.error.detail);

    const answer = await undoCanary(ownView(fanari).sources, await deletionOfReviews(), write);
    expect(answer).toMatchObject({
      ok: false,
      error: { status: 409, type: 'urn:fanari:problem:not-only-ours' },
    });
    await kubernetes(`${VIRTUAL_SERVICES}/reviews`);
    expect(await applySplit(ownView(fanari).sources, moved.value.undo, write)).toMatchObject({
      ok: true,
    });
  });
});
