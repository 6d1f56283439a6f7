import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import type { WeightChange } from '@/mesh/splits/split';
import { applySplit } from '@/server/usecases/apply-split';
import { getSplits } from '@/server/usecases/get-splits';
import { previewSplit } from '@/server/usecases/preview-split';
import { pathOf, type ApiObject, type ApiReply } from '@/tests/real/cluster/api-client';
import { Istiod } from '@/tests/real/cluster/istiod';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import { namespace, service, SHOP, subsets, virtualService } from '@/tests/real/objects';
import { until } from '@/tests/support/start-fanari';
import { anybody, ownView } from '@/tests/support/own-view';

const signal = new AbortController().signal;
const write = { signal, actor: anybody };
const ROUTE = pathOf(virtualService());

let cluster: RealCluster;
let istiod: Istiod;
let fanari: Fanari;

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  istiod = await Istiod.start(cluster);
  for (const object of [namespace(), service('reviews'), subsets(), virtualService()]) {
    await cluster.admin.apply(object);
  }
  fanari = startFanariOn(cluster.kubeconfig('admin'));
  await until('the split', async () => (await changeTo([1, 1])) !== null);
});

afterAll(async () => {
  fanari.stop();
  await istiod.stop();
  await cluster.stop();
});

async function changeTo(wanted: readonly number[]): Promise<WeightChange | null> {
  const query = { windowSeconds: 60, namespaces: [SHOP] };
  const { splits } = await getSplits(ownView(fanari).sources, ownView(fanari).windows, query);
  const split = splits.find(({ destinations }) => destinations.length === 2);
  if (split === undefined) return null;
  const { object, apiVersion, rulePointer, ruleText, destinations } = split;
  const seen = destinations.map(({ host, subset, port, weight }) => {
    return { host, subset, port, weight };
  });
  return { object, apiVersion, rulePointer, ruleText, seen, wanted };
}

async function mustChangeTo(wanted: readonly number[]): Promise<WeightChange> {
  const change = await changeTo(wanted);
  if (change === null) throw new Error('the split is gone');
  return change;
}

function patch(path: string, operations: readonly unknown[]): Promise<ApiReply> {
  return cluster.admin.call('PATCH', path, operations, 'application/json-patch+json');
}

describe('with the validation webhook of a real istiod', () => {
  test('a good change is accepted and undone', async () => {
    const change = await mustChangeTo([50, 50]);
    const preview = await previewSplit(ownView(fanari).sources, change, { signal });
    expect(preview).toMatchObject({ ok: true, value: { dryRun: { ok: true, message: null } } });
    const written = await applySplit(ownView(fanari).sources, change, write);
    if (!written.ok) throw new Error(written.error.detail);
    const undone = await applySplit(ownView(fanari).sources, written.value.undo, write);
    expect(undone.ok).toBe(true);
    const { body } = await cluster.admin.get(ROUTE);
    expect(body['spec']).toEqual(virtualService().spec);
  });

  test('what istiod refuses is shown word for word, in the dry run and on apply, and nothing is stored', async () => {
    const change = await mustChangeTo([50, 50]);
    const before = (await cluster.admin.get(ROUTE)).body as unknown as ApiObject;
    // Another rule is broken behind the webhook's back, as an older istiod may have let it.
    await withoutWebhook(async () => {
      const broken = [{ op: 'add', path: '/spec/http/0/redirect', value: { uri: '/elsewhere' } }];
      const reply = await patch(ROUTE, broken);
      expect(reply.status, reply.text).toBe(200);
    });
    // What istiod itself says of such a change, asked without Fanari.
    const weights = [{ op: 'replace', path: '/spec/http/1/route/0/weight', value: 50 }];
    const words = String((await patch(`${ROUTE}?dryRun=All`, weights)).body['message']);
    expect(words).toMatch(/^admission webhook "validation\.istio\.io" denied the request: /);
    const preview = await previewSplit(ownView(fanari).sources, change, { signal });
    expect(preview).toMatchObject({ ok: true, value: { dryRun: { ok: false, message: words } } });
    const refused = await applySplit(ownView(fanari).sources, change, write);
    expect(refused).toMatchObject({ ok: false, error: { status: 422, detail: words } });
    const after = (await cluster.admin.get(ROUTE)).body as unknown as ApiObject;
    expect(after.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
  });
});

/** Runs something while the API server does not ask istiod. */
async function withoutWebhook(run: () => Promise<void>): Promise<void> {
  const path =
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/istio-validator';
  const policy = async (operations: readonly string[]): Promise<void> => {
    await patch(path, [
      { op: 'replace', path: '/webhooks/0/rules/0/operations', value: operations },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  };
  await policy(['CREATE']);
  await run();
  await policy(['CREATE', 'UPDATE']);
}
