import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import type { Viewer } from '@/server/identity/viewer';
import type { Credential } from '@/server/ports';
import { applySplit } from '@/server/usecases/apply-split';
import { getConfig } from '@/server/usecases/get-config';
import { getSplits } from '@/server/usecases/get-splits';
import { getStatus } from '@/server/usecases/get-status';
import { previewSplit } from '@/server/usecases/preview-split';
import type { MeshView } from '@/server/visibility/mesh-view';
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
import { ownView } from '@/tests/support/own-view';
import { until } from '@/tests/support/start-fanari';

const { signal } = new AbortController();
const HIDDEN = 'vault';

let cluster: RealCluster;
let fanari: Fanari;

const PATCH_ROUTES = {
  apiGroups: ['networking.istio.io'],
  resources: ['virtualservices'],
  verbs: ['patch'],
};

const SERVICES = { apiGroups: [''], resources: ['services'], verbs: ['list'] };

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  const objects = [
    namespace(),
    namespace(HIDDEN),
    service('reviews'),
    service('ledger', HIDDEN),
    subsets(),
    virtualService(),
    virtualService([50, 50], { name: 'ledger', inNamespace: HIDDEN }),
    ...grant('editor', [...READS, PATCH_ROUTES], SHOP),
    ...grant('single', READS, SHOP),
    ...grant('other', [SERVICES], HIDDEN),
    ...grant('viewer', READS),
  ];
  for (const object of objects) await cluster.admin.apply(object);
  fanari = startFanariOn(cluster.kubeconfig('admin'));
  const { cluster: source } = ownView(fanari).sources;
  await until('the whole picture', () => source.topology().services.has(`${HIDDEN}/ledger`));
});

afterAll(async () => {
  fanari.stop();
  await cluster.stop();
});

function aViewer(user: string, credential: Credential): Viewer {
  const key = `${credential.kind} ${user}`;
  return { strategy: 'token', user, groups: [], credential, key, expiresAtMs: null };
}

async function viewOf(user: User): Promise<MeshView> {
  // Tokens of the test cluster are the names of its users.
  const view = await fanari.views.of(aViewer(user, { kind: 'bearer', token: user }), signal);
  if (!view.ok) throw new Error(view.error.message);
  return view.value;
}

/** Everything that a view says without being asked about a name. */
async function allOf({ sources, windows, shared }: MeshView): Promise<string> {
  const window = { windowSeconds: 60, namespaces: [] };
  const query = { ...window, view: 'service' } as const;
  return JSON.stringify([
    await getStatus(sources, fanari.publicSettings, { signal }),
    await getSplits(sources, windows, window),
    (await fanari.channels.channel(shared, query).read()).graph,
    sources.cluster.gaps(),
    sources.cluster.state(),
  ]);
}

const LEDGER = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  namespace: HIDDEN,
  name: 'ledger',
} as const;

describe('what a real API server lets somebody list is what they see', () => {
  test('somebody of one namespace hears of no other', async () => {
    const view = await viewOf('single');
    expect([...view.sources.cluster.topology().namespaces.keys()]).toEqual([SHOP]);
    const text = await allOf(view);
    expect(text).toContain('reviews');
    expect(text).not.toMatch(/vault|ledger/);
  });

  test('an object elsewhere is not found, in the words for one that never was', async () => {
    const { sources } = await viewOf('single');
    const asked = await getConfig(sources, LEDGER, { signal });
    const never = { ...LEDGER, namespace: SHOP };
    const unknown = await getConfig(sources, never, { signal });
    if (asked.ok || unknown.ok) throw new Error('it was found');
    expect(asked.error).toEqual({
      ...unknown.error,
      detail: unknown.error.detail.replace(`${SHOP}/`, `${HIDDEN}/`),
    });
    expect(asked.error.status).toBe(404);
  });

  test('whoever may read everything shares the whole', async () => {
    const view = await viewOf('viewer');
    expect(view.shared).toBe(ownView(fanari).shared);
  });

  test('whoever may list one kind of a namespace sees that kind, and hears what is missing', async () => {
    const { sources } = await viewOf('other');
    const { namespaces, services, config } = sources.cluster.topology();
    expect([...namespaces.keys()]).toEqual([HIDDEN]);
    expect([...services.keys()]).toEqual([`${HIDDEN}/ledger`]);
    expect([...config.values()].flat()).toEqual([]);
    expect(sources.cluster.gaps()).toMatchObject([{ kind: 'forbidden' }]);
  });

  test('whoever may do nothing sees nothing, and a token of nobody is refused', async () => {
    const { sources } = await viewOf('nobody');
    expect(sources.cluster.topology().namespaces.size).toBe(0);
    const stranger = aViewer('stranger', { kind: 'bearer', token: 'of-nobody' });
    const view = await fanari.views.of(stranger, signal);
    expect(view).toMatchObject({ ok: false, error: { kind: 'unauthorized' } });
  });

  test('somebody impersonated sees what they may, not what Fanari may', async () => {
    const single = { kind: 'impersonate', user: 'single', groups: [] } as const;
    const view = await fanari.views.of(aViewer('single', single), signal);
    if (!view.ok) throw new Error(view.error.message);
    expect(await allOf(view.value)).not.toMatch(/vault|ledger/);
    expect(view.value.shared.key).toBe((await viewOf('single')).shared.key);
  });
});

describe('writes go out as the viewer', () => {
  async function changeOf({ sources, windows }: MeshView, wanted: readonly number[]) {
    const { splits } = await getSplits(sources, windows, { windowSeconds: 60, namespaces: [] });
    const split = splits.find(({ destinations }) => destinations.length === 2);
    if (split === undefined) throw new Error('the split is not there');
    const { object, apiVersion, rulePointer, ruleText, destinations } = split;
    const seen = destinations.map(({ host, subset, port, weight }) => {
      return { host, subset, port, weight };
    });
    return { object, apiVersion, rulePointer, ruleText, seen, wanted };
  }

  test('the real one refuses who may only read, and says so of them', async () => {
    const view = await viewOf('single');
    const change = await changeOf(view, [70, 30]);
    const preview = await previewSplit(view.sources, change, { signal });
    expect(preview).toMatchObject({ ok: true, value: { permitted: false } });
    const actor = { user: 'single', strategy: 'token', remote: null } as const;
    const answer = await applySplit(view.sources, change, { signal, actor });
    expect(answer).toMatchObject({
      ok: false,
      error: {
        status: 403,
        detail: 'The Kubernetes API server does not let you change this object',
      },
    });
  });

  test('the real one accepts who may, and an Event on the object tells who it was', async () => {
    const view = await viewOf('editor');
    const change = await changeOf(view, [60, 40]);
    const actor = { user: 'editor', strategy: 'token', remote: '10.1.1.1' } as const;
    const answer = await applySplit(view.sources, change, { signal, actor });
    expect(answer).toMatchObject({ ok: true });
    const stored = (await cluster.admin.get(pathOf(virtualService()))).body;
    const route = (stored as { spec?: { http?: { route?: { weight?: number }[] }[] } }).spec;
    expect(route?.http?.[1]?.route?.map(({ weight }) => weight)).toEqual([60, 40]);
    const path = `/api/v1/namespaces/${SHOP}/events`;
    const told = async () => {
      const { body } = await cluster.admin.get(path);
      const { items } = body as { items: readonly { message?: string }[] };
      return items.map(({ message }) => message ?? '');
    };
    const sentence = /^editor \(token\) from 10\.1\.1\.1, weights .*: 90, 10 → 60, 40: accepted$/;
    await until('the Event', async () => (await told()).some((one) => sentence.test(one)));
    if (answer.ok) await applySplit(view.sources, answer.value.undo, { signal, actor });
  });
});
