import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WeightChange } from '@/mesh/splits/split';
import type { Fanari } from '@/server/fanari';
import type { AuditEntry } from '@/server/ports';
import { applyCanary } from '@/server/usecases/apply-canary';
import { applySplit } from '@/server/usecases/apply-split';
import { getCanaryCandidates } from '@/server/usecases/get-canary-candidates';
import { getSplits } from '@/server/usecases/get-splits';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { planCanary } from '@/server/usecases/plan-canary';
import { undoCanary } from '@/server/usecases/undo-canary';
import { DETAILS_ROUTE, DETAILS_RULE, detailsStart, ISTIO } from '@/tests/support/details-start';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';
import {
  startWriteFaultProxy,
  type SeenRequest,
  type WriteFaultProxy,
} from '@/tests/support/write-fault-proxy';
import { anybody, ownView } from '@/tests/support/own-view';

const REVIEWS = `${ISTIO}/virtualservices/reviews`;

const signal = new AbortController().signal;
const write = { signal, actor: anybody, propagationPauseSeconds: 0 };

let demo: DemoProcess;
let proxy: WriteFaultProxy;
let fanari: Fanari;
let sources: MeshSources;
let audit: AuditEntry[] = [];

beforeAll(async () => {
  demo = await startDemo(['--history', '1m', '--scrape-interval', '1s']);
  proxy = await startWriteFaultProxy(demo);
  fanari = startFanari(proxy.demo);
  const observer = {
    ...ownView(fanari).sources.observer,
    onWrite: (entry: AuditEntry) => void audit.push(entry),
  };
  sources = { ...ownView(fanari).sources, observer };
});

afterAll(async () => {
  fanari.stop();
  proxy.close();
  await demo.close();
});

beforeEach(async () => {
  await until('the candidate', () =>
    getCanaryCandidates(sources, { namespaces: ['bookinfo'] }).candidates.some(
      ({ id, destinationRule }) => id === 'bookinfo/details' && destinationRule === null,
    ),
  );
  audit = [];
  proxy.takeWrites();
});

afterEach(async () => {
  proxy.setFault(() => null);
  for (const path of [DETAILS_ROUTE, DETAILS_RULE])
    await fetch(demo.kubernetesUrl + path, { method: 'DELETE' });
});

async function isThere(path: string): Promise<boolean> {
  return (await fetch(demo.kubernetesUrl + path)).ok;
}

const isWrite = ({ method, dryRun }: SeenRequest) => method !== 'GET' && !dryRun;
const makesRoute = (request: SeenRequest) =>
  isWrite(request) && request.method === 'POST' && request.path.endsWith('/virtualservices');

async function apply() {
  const planned = planCanary(sources, detailsStart);
  if (!planned.ok) throw new Error(planned.error.detail);
  return applyCanary(sources, { start: detailsStart, seen: planned.value.seen }, write);
}

const outcomes = () => audit.map(({ action, object, outcome }) => [action, object.kind, outcome]);

describe('a start whose route was stored and its answer lost', () => {
  test.each(['drop', 'garbage'] as const)('is a start all the same (%s)', async (fault) => {
    proxy.setFault((request) => (makesRoute(request) ? fault : null));
    const answer = await apply();
    if (!answer.ok) throw new Error(answer.error.detail);
    expect([await isThere(DETAILS_ROUTE), await isThere(DETAILS_RULE)]).toEqual([true, true]);
    expect(outcomes()).toEqual([
      ['create', 'DestinationRule', 'accepted'],
      ['create', 'VirtualService', 'accepted'],
    ]);
    proxy.setFault(() => null);
    expect(await undoCanary(sources, answer.value.undo, write)).toMatchObject({ ok: true });
    expect([await isThere(DETAILS_ROUTE), await isThere(DETAILS_RULE)]).toEqual([false, false]);
  });

  test('and that cannot be read back takes nothing back, and says that it may be there', async () => {
    let isMade = false;
    proxy.setFault((request) => {
      isMade ||= makesRoute(request);
      return isMade && request.path.startsWith(ISTIO) ? 'drop' : null;
    });
    const answer = await apply();
    expect(answer).toMatchObject({
      ok: false,
      error: { type: 'urn:fanari:problem:write-unknown', status: 502 },
    });
    const detail = answer.ok ? '' : answer.error.detail;
    expect(detail).toContain('VirtualService bookinfo/details may have been written');
    expect(detail).toContain('DestinationRule bookinfo/details');
    expect(detail).not.toContain('taken back');
    expect([await isThere(DETAILS_ROUTE), await isThere(DETAILS_RULE)]).toEqual([true, true]);
    expect(outcomes()).toEqual([
      ['create', 'DestinationRule', 'accepted'],
      ['create', 'VirtualService', 'unknown'],
    ]);
    expect(proxy.takeWrites().some(({ method }) => method === 'DELETE')).toBe(false);
  }, 60_000);
});

describe('a start whose route never reached the API server', () => {
  test('is made by a second try', async () => {
    let lost = 0;
    proxy.setFault((request) => (makesRoute(request) && (lost += 1) === 1 ? 'lose' : null));
    expect(await apply()).toMatchObject({ ok: true });
    expect([await isThere(DETAILS_ROUTE), await isThere(DETAILS_RULE)]).toEqual([true, true]);
  });

  test('takes nothing back while it may still come', async () => {
    proxy.setFault((request) => (makesRoute(request) ? 'lose' : null));
    const answer = await apply();
    expect(answer).toMatchObject({
      ok: false,
      error: { type: 'urn:fanari:problem:write-unknown' },
    });
    // Subsets without a route change no traffic; a late route without them would fail every request.
    expect([await isThere(DETAILS_ROUTE), await isThere(DETAILS_RULE)]).toEqual([false, true]);
    expect(outcomes()).toContainEqual(['create', 'VirtualService', 'unknown']);
  }, 30_000);
});

describe('an undo whose answer was lost', () => {
  test.each(['drop', 'garbage', 'lose'] as const)('is done all the same (%s)', async (fault) => {
    const answer = await apply();
    if (!answer.ok) throw new Error(answer.error.detail);
    const met = new Set<string>();
    proxy.setFault((request) => {
      if (!isWrite(request) || met.has(request.path)) return null;
      met.add(request.path);
      return fault;
    });
    expect(await undoCanary(sources, answer.value.undo, write)).toMatchObject({ ok: true });
    expect([await isThere(DETAILS_ROUTE), await isThere(DETAILS_RULE)]).toEqual([false, false]);
    expect(outcomes().slice(-2)).toEqual([
      ['delete', 'VirtualService', 'accepted'],
      ['delete', 'DestinationRule', 'accepted'],
    ]);
  });

  test('keeps the subsets while the route may still be there', async () => {
    const answer = await apply();
    if (!answer.ok) throw new Error(answer.error.detail);
    proxy.setFault((request) =>
      isWrite(request) && request.path === DETAILS_ROUTE ? 'lose' : null,
    );
    const undone = await undoCanary(sources, answer.value.undo, write);
    expect(undone).toMatchObject({
      ok: false,
      error: { type: 'urn:fanari:problem:write-unknown' },
    });
    expect([await isThere(DETAILS_ROUTE), await isThere(DETAILS_RULE)]).toEqual([true, true]);
    proxy.setFault(() => null);
    expect(await undoCanary(sources, answer.value.undo, write)).toMatchObject({ ok: true });
    expect([await isThere(DETAILS_ROUTE), await isThere(DETAILS_RULE)]).toEqual([false, false]);
  }, 30_000);
});

describe('a weight change whose answer was lost', () => {
  async function storedWeights(): Promise<readonly (number | undefined)[]> {
    const response = await fetch(demo.kubernetesUrl + REVIEWS);
    const stored = (await response.json()) as {
      spec: { http: { route: { weight?: number }[] }[] };
    };
    return (stored.spec.http[1]?.route ?? []).map(({ weight }) => weight);
  }

  async function changeTo(wanted: readonly number[]): Promise<WeightChange> {
    const query = { windowSeconds: 60, namespaces: ['bookinfo'] };
    const find = async () =>
      (await getSplits(sources, ownView(fanari).windows, query)).splits.find(
        ({ object, destinations }) => object.name === 'reviews' && destinations.length === 2,
      );
    await until('the split', async () => (await find()) !== undefined);
    const split = await find();
    if (split === undefined) throw new Error('no split');
    const { object, apiVersion, rulePointer, ruleText, destinations } = split;
    const weights = await storedWeights();
    const seen = destinations.map(({ host, subset, port }, index) => ({
      host,
      subset,
      port,
      weight: weights[index] ?? null,
    }));
    return { object, apiVersion, rulePointer, ruleText, seen, wanted };
  }

  const isPatch = (request: SeenRequest) => isWrite(request) && request.path === REVIEWS;

  test.each(['drop', 'garbage', 'lose'] as const)(
    'is written all the same, and can be undone (%s)',
    async (fault) => {
      const before = await storedWeights();
      const change = await changeTo([63, 37]);
      let met = 0;
      proxy.setFault((request) => (isPatch(request) && (met += 1) === 1 ? fault : null));
      const answer = await applySplit(sources, change, write);
      if (!answer.ok) throw new Error(answer.error.detail);
      expect(await storedWeights()).toEqual([63, 37]);
      expect(answer.value.generation).toBeGreaterThan(0);
      expect(audit.map(({ outcome }) => outcome)).toEqual(['accepted']);
      proxy.setFault(() => null);
      expect(await applySplit(sources, answer.value.undo, write)).toMatchObject({ ok: true });
      expect(await storedWeights()).toEqual(before);
    },
  );

  test('that nobody can read back is neither accepted nor failed', async () => {
    const change = await changeTo([61, 39]);
    let met = false;
    proxy.setFault((request) => {
      met ||= isPatch(request);
      return met && request.path === REVIEWS ? 'drop' : null;
    });
    const answer = await applySplit(sources, change, write);
    expect(answer).toMatchObject({
      ok: false,
      error: { type: 'urn:fanari:problem:write-unknown', source: 'kubernetes' },
    });
    expect(audit.map(({ outcome }) => outcome)).toEqual(['unknown']);
    proxy.setFault(() => null);
    expect(await storedWeights()).toEqual([61, 39]);
    expect(await applySplit(sources, await changeTo([90, 10]), write)).toMatchObject({ ok: true });
  }, 60_000);

  test('and that somebody then changed is a conflict with what stands there now', async () => {
    const change = await changeTo([52, 48]);
    let met = 0;
    proxy.setFault((request) => (isPatch(request) && (met += 1) === 1 ? 'drop' : null));
    proxy.setBefore(async (request) => {
      if (met === 0 || request.method !== 'GET' || request.path !== REVIEWS) return;
      await fetch(`${demo.kubernetesUrl}${REVIEWS}?fieldManager=somebody`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify(
          [70, 30].map((value, index) => ({
            op: 'replace',
            path: `/spec/http/1/route/${index}/weight`,
            value,
          })),
        ),
      });
    });
    const answer = await applySplit(sources, change, write);
    proxy.setBefore(async () => Promise.resolve());
    expect(answer).toMatchObject({
      ok: false,
      error: { status: 409, conflict: { changedBy: 'somebody' } },
    });
    expect(await storedWeights()).toEqual([70, 30]);
    proxy.setFault(() => null);
    expect(await applySplit(sources, await changeTo([90, 10]), write)).toMatchObject({ ok: true });
  }, 30_000);
});
