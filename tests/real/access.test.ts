import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import type { TrafficSplit } from '@/mesh/splits/split';
import { applySplit } from '@/server/usecases/apply-split';
import { getSplits } from '@/server/usecases/get-splits';
import { getStatus } from '@/server/usecases/get-status';
import { previewSplit } from '@/server/usecases/preview-split';
import { pathOf } from '@/tests/real/cluster/api-client';
import { RealCluster, type User } from '@/tests/real/cluster/real-cluster';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import {
  grant,
  namespace,
  READS,
  service,
  SHOP,
  subsets,
  virtualService,
} from '@/tests/real/objects';
import { until } from '@/tests/support/start-fanari';
import { anybody, ownView } from '@/tests/support/own-view';

const signal = new AbortController().signal;
const write = { signal, actor: anybody };

let cluster: RealCluster;
const running: Fanari[] = [];

const READ_CONFIG_MAPS = { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] };
const PATCH_ROUTES = {
  apiGroups: ['networking.istio.io'],
  resources: ['virtualservices'],
  verbs: ['patch'],
};

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  const objects = [
    namespace(),
    namespace('secret'),
    service('reviews'),
    service('hidden', 'secret'),
    subsets(),
    virtualService(),
    ...grant('viewer', [...READS, READ_CONFIG_MAPS]),
    ...grant('editor', [...READS, READ_CONFIG_MAPS]),
    ...grant('editor', [PATCH_ROUTES], SHOP),
    ...grant('single', [...READS, READ_CONFIG_MAPS], SHOP),
  ];
  for (const object of objects) await cluster.admin.apply(object);
});

afterAll(async () => {
  for (const fanari of running) fanari.stop();
  await cluster.stop();
});

async function startAs(user: User): Promise<Fanari> {
  const fanari = startFanariOn(cluster.kubeconfig(user, user === 'single' ? SHOP : null));
  running.push(fanari);
  const { cluster: source } = ownView(fanari).sources;
  await until(`the first answer to ${user}`, () => source.isSynced());
  await until(`the first picture of ${user}`, () => source.topology().revision > 0);
  return fanari;
}

async function splitOf(fanari: Fanari): Promise<TrafficSplit> {
  const query = { windowSeconds: 60, namespaces: [] };
  const { splits } = await getSplits(ownView(fanari).sources, ownView(fanari).windows, query);
  const split = splits.find(({ destinations }) => destinations.length === 2);
  if (split === undefined) throw new Error('the split is not there');
  return split;
}

function changeOf(split: TrafficSplit, wanted: readonly number[]) {
  const { object, apiVersion, rulePointer, ruleText, destinations } = split;
  const seen = destinations.map(({ host, subset, port, weight }) => ({
    host,
    subset,
    port,
    weight,
  }));
  return { object, apiVersion, rulePointer, ruleText, seen, wanted };
}

const statusOf = (fanari: Fanari) =>
  getStatus(ownView(fanari).sources, fanari.publicSettings, { signal });

describe('a user who may read everything and write nothing', () => {
  test('sees the whole mesh without a gap, and is told before and after that writing is not allowed', async () => {
    const fanari = await startAs('viewer');
    await until('a good state', () => ownView(fanari).sources.cluster.state().state === 'ok');
    expect(ownView(fanari).sources.cluster.gaps()).toEqual([]);
    const change = changeOf(await splitOf(fanari), [50, 50]);
    const preview = await previewSplit(ownView(fanari).sources, change, { signal });
    expect(preview).toMatchObject({ ok: true, value: { permitted: false, dryRun: { ok: false } } });
    const answer = await applySplit(ownView(fanari).sources, change, write);
    const detail = 'The Kubernetes API server does not let Fanari change this object';
    expect(answer).toMatchObject({
      ok: false,
      error: { status: 403, source: 'kubernetes', detail },
    });
    expect(preview).toMatchObject({ value: { dryRun: { message: detail } } });
    const { spec } = (await cluster.admin.get(pathOf(virtualService()))).body;
    expect(spec).toEqual(virtualService().spec);
  });
});

describe('a user who may write in one namespace', () => {
  test('is offered the change there and makes it', async () => {
    const fanari = await startAs('editor');
    const change = changeOf(await splitOf(fanari), [50, 50]);
    const preview = await previewSplit(ownView(fanari).sources, change, { signal });
    expect(preview).toMatchObject({ ok: true, value: { permitted: true, dryRun: { ok: true } } });
    expect(await applySplit(ownView(fanari).sources, change, write)).toMatchObject({ ok: true });
    await cluster.admin.apply(virtualService());
  });

  test('is not told in the status that no route may be written, nor that all may', async () => {
    const allowed = async (user: User) => {
      const { permissions } = await statusOf(await startAs(user));
      const routes = permissions.filter(({ kind }) => kind === 'VirtualService');
      return routes.find(({ verb }) => verb === 'patch')?.allowed;
    };
    expect(await allowed('editor')).toBeNull();
    expect(await allowed('viewer')).toBe(false);
    expect(await allowed('admin')).toBe(true);
  });
});

describe('a user who may do nothing', () => {
  test('gets an empty mesh with the reason for each kind, and no name of an object', async () => {
    const fanari = await startAs('nobody');
    const { cluster: source } = ownView(fanari).sources;
    expect(source.topology().services.size).toBe(0);
    const gaps = source.gaps();
    expect(gaps.length).toBeGreaterThan(10);
    expect(gaps.every(({ kind }) => kind === 'forbidden')).toBe(true);
    expect(JSON.stringify(gaps)).not.toMatch(/hidden|secret|nobody/);
  });

  test('sees it as soon as a role is granted', async () => {
    const fanari = await startAs('other');
    for (const object of grant('other', [...READS, READ_CONFIG_MAPS]))
      await cluster.admin.apply(object);
    await until(
      'the services',
      () => ownView(fanari).sources.cluster.topology().services.has('secret/hidden'),
      100_000,
    );
  }, 120_000);
});

describe('a user who may read one namespace', () => {
  test('sees that namespace and nothing else', async () => {
    const fanari = await startAs('single');
    const { cluster: source } = ownView(fanari).sources;
    await until('the service', () => source.topology().services.has(`${SHOP}/reviews`));
    expect([...source.topology().services.keys()]).toEqual([`${SHOP}/reviews`]);
    expect((await splitOf(fanari)).object.namespace).toBe(SHOP);
    const status = await statusOf(fanari);
    expect(status.namespaces).toMatchObject([{ name: SHOP, services: 1 }]);
    expect(source.gaps()).toContainEqual(
      expect.objectContaining({
        kind: 'forbidden',
        what: 'other namespaces',
        message: `The Kubernetes API server lets Fanari read only the namespace ${SHOP}`,
      }),
    );
    await cluster.admin.apply(service('later'));
    await until('the watch', () => source.topology().services.has(`${SHOP}/later`));
  });
});
