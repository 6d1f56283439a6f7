import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import type { WeightChange } from '@/mesh/splits/split';
import { applySplit } from '@/server/usecases/apply-split';
import { getSplits } from '@/server/usecases/get-splits';
import { previewSplit } from '@/server/usecases/preview-split';
import { pathOf, type ApiObject, type ApiReply } from '@/tests/real/cluster/api-client';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import { namespace, service, SHOP, subsets, virtualService } from '@/tests/real/objects';
import { anybody, ownView } from '@/tests/support/own-view';
import { until } from '@/tests/support/start-fanari';

const signal = new AbortController().signal;
const write = { signal, actor: anybody };
const ROUTE = pathOf(virtualService());
const TOOL = 'argocd-controller';

let cluster: RealCluster;
let fanari: Fanari;

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  for (const object of [namespace(), service('reviews'), subsets()]) {
    await cluster.admin.apply(object);
  }
  fanari = startFanariOn(cluster.kubeconfig('admin'));
});

afterAll(async () => {
  fanari.stop();
  await cluster.stop();
});

beforeEach(async () => {
  await cluster.admin.call('DELETE', ROUTE);
  expect((await toolApplies([90, 10])).status).toBe(201);
  const uid = (await stored()).metadata.uid;
  await until('the new object', () => {
    const routes = ownView(fanari).sources.cluster.topology().config;
    return (routes.get('networking.istio.io/VirtualService') ?? []).some(
      ({ meta }) => meta.uid === uid,
    );
  });
});

/** What a GitOps tool does: server-side apply of what is in Git, by force or not. */
function toolApplies(weights: readonly number[], force = false): Promise<ApiReply> {
  const query = `fieldManager=${TOOL}&force=${String(force)}`;
  const body = virtualService(weights);
  return cluster.admin.call('PATCH', `${ROUTE}?${query}`, body, 'application/apply-patch+yaml');
}

async function stored(): Promise<ApiObject> {
  return (await cluster.admin.get(ROUTE)).body as unknown as ApiObject;
}

async function weights(): Promise<readonly (number | undefined)[]> {
  const { http } = (await stored()).spec as {
    readonly http: readonly { readonly route: readonly { readonly weight?: number }[] }[];
  };
  return http[1]?.route.map(({ weight }) => weight) ?? [];
}

async function changeTo(wanted: readonly number[]): Promise<WeightChange> {
  const query = { windowSeconds: 60, namespaces: [SHOP] };
  const { splits } = await getSplits(ownView(fanari).sources, ownView(fanari).windows, query);
  const split = splits.find(({ destinations }) => destinations.length === 2);
  if (split === undefined) throw new Error('the split is gone');
  const { object, apiVersion, rulePointer, ruleText, destinations } = split;
  const seen = destinations.map(({ host, subset, port, weight }) => {
    return { host, subset, port, weight };
  });
  return { object, apiVersion, rulePointer, ruleText, seen, wanted };
}

async function mustApply(change: WeightChange): Promise<WeightChange> {
  const written = await applySplit(ownView(fanari).sources, change, write);
  if (!written.ok) throw new Error(written.error.detail);
  return written.value.undo;
}

describe('an object that a GitOps tool applies from the server side', () => {
  test('is marked as the tool’s before anything is written', async () => {
    const preview = await previewSplit(ownView(fanari).sources, await changeTo([50, 50]), {
      signal,
    });
    const { warnings, dryRun } = preview.ok ? preview.value : { warnings: [], dryRun: null };
    expect(warnings).toContainEqual(
      expect.objectContaining({ rule: 'owned-by-argo-cd', blocks: false }),
    );
    expect(dryRun).toMatchObject({ ok: true, message: null });
  });

  test('takes a dragged weight, which is Fanari’s field then: the tool is told, and loses unless it forces', async () => {
    await mustApply(await changeTo([50, 50]));
    expect(await weights()).toEqual([50, 50]);
    const { status, body } = await toolApplies([90, 10]);
    expect(status).toBe(409);
    expect(body['message']).toBe(
      'Apply failed with 1 conflict: conflict with "fanari" using networking.istio.io/v1: .spec.http',
    );
    expect(await weights()).toEqual([50, 50]);
  });

  test('that the tool took back by force is not undone over its head: 409 with its name and its weights', async () => {
    const undo = await mustApply(await changeTo([50, 50]));
    expect((await toolApplies([80, 20], true)).status).toBe(200);
    const refused = await applySplit(ownView(fanari).sources, undo, write);
    expect(refused).toMatchObject({
      ok: false,
      error: {
        status: 409,
        conflict: { changedBy: TOOL, current: [{ weight: 80 }, { weight: 20 }] },
      },
    });
    expect(await weights()).toEqual([80, 20]);
  });

  test('that the tool applied between the look and the drag is left alone', async () => {
    const change = await changeTo([50, 50]);
    expect((await toolApplies([70, 30])).status).toBe(200);
    const refused = await applySplit(ownView(fanari).sources, change, write);
    expect(refused).toMatchObject({
      ok: false,
      error: { status: 409, conflict: { changedBy: TOOL } },
    });
    expect(await weights()).toEqual([70, 30]);
  });

  test('is the tool’s again after undo, once it applies what is there', async () => {
    const undo = await mustApply(await changeTo([50, 50]));
    await mustApply(undo);
    expect(await weights()).toEqual([90, 10]);
    expect((await toolApplies([90, 10])).status).toBe(200);
  });
});
