import { ownView } from '@/tests/support/own-view';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fanari } from '@/server/fanari';
import { SeededRandom } from '@/demo/traffic/seeded-random';
import { pathOf, type ApiClient, type ApiObject } from '@/tests/real/cluster/api-client';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import { startFanariOn } from '@/tests/real/cluster/server-on';
import { namespace, NODE, service, virtualService } from '@/tests/real/objects';
import { until } from '@/tests/support/start-fanari';

const PLACE = 'churn';
/** Objects of each kind that come, change and go. */
const EACH = 60;
/** Between one crash of the API server and the next; each write is a resourceVersion. */
const WRITES_PER_ROUND = 1000;
/** After the last crash the writes go on for one round more. */
const CRASHES = 5;
const WRITERS = 8;

let cluster: RealCluster;
let fanari: Fanari;
let writer: ApiClient;
const random = new SeededRandom(41);

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  writer = cluster.clientWith('admin', true);
  await cluster.admin.apply(namespace(PLACE));
  fanari = startFanariOn(cluster.kubeconfig('admin'));
  await until('the first picture', () => ownView(fanari).sources.cluster.topology().revision > 0);
});

afterAll(async () => {
  fanari.stop();
  await cluster.stop();
});

function anyObject(): ApiObject {
  const name = `object-${random.below(EACH)}`;
  const note = String(random.below(1_000_000));
  const weight = random.below(101);
  const object = [
    service(name, PLACE),
    virtualService([weight, 100 - weight], { name, inNamespace: PLACE }),
    pod(name),
  ][random.below(3)];
  if (object === undefined) throw new Error('no such kind');
  return { ...object, metadata: { ...object.metadata, labels: { note } } };
}

function pod(name: string): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: PLACE },
    spec: {
      nodeName: NODE,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'app', image: 'example/app:1' }],
    },
  };
}

/** Writes or deletes one object, as a controller does: again and again until the API server has answered. */
async function changeOne(): Promise<void> {
  const object = anyObject();
  const isDeletion = random.next() < 0.25;
  const query = isDeletion ? '?gracePeriodSeconds=0' : '?fieldManager=churn&force=true';
  const path = `${pathOf(object)}${query}`;
  for (;;) {
    const reply = isDeletion
      ? writer.call('DELETE', path)
      : writer.call('PATCH', path, object, 'application/apply-patch+yaml');
    const { status, text } = await reply.catch(() => ({ status: 0, text: '' }));
    if ((status >= 200 && status < 300) || status === 404) return;
    // 0: the API server is away. The others: it is coming up, or the object is changed by somebody else at once.
    expect([0, 401, 403, 409, 429, 500, 503], text).toContain(status);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function churn(count: number): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    while (left-- > 0) await changeOne();
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
}

interface Listed {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly ApiObject[];
}

async function list(kind: string): Promise<Listed> {
  const group = kind === 'virtualservices' ? '/apis/networking.istio.io/v1' : '/api/v1';
  return (await cluster.admin.get(`${group}/namespaces/${PLACE}/${kind}`))
    .body as unknown as Listed;
}

/** What there is, by kind and name, with what of each changes. */
async function stored(): Promise<Readonly<Record<string, unknown>>> {
  const kinds = ['services', 'virtualservices', 'pods'];
  const lists = await Promise.all(kinds.map(list));
  return sorted(
    lists.flatMap(({ items }, index) =>
      items.map(({ metadata, spec }) => [
        `${kinds[index] ?? ''}/${metadata.name}`,
        kinds[index] === 'virtualservices'
          ? { spec, resourceVersion: metadata.resourceVersion }
          : metadata.labels,
      ]),
    ),
  );
}

/** The same, as Fanari has it. */
function known(): Readonly<Record<string, unknown>> {
  const { services, workloads, config } = ownView(fanari).sources.cluster.topology();
  const here = ({ namespace: place }: { readonly namespace: string }) => place === PLACE;
  const routes = config.get('networking.istio.io/VirtualService') ?? [];
  return sorted([
    ...[...services.values()].filter(here).map(({ name, labels }) => [`services/${name}`, labels]),
    ...[...workloads.values()].filter(here).map(({ name, labels }) => [`pods/${name}`, labels]),
    ...routes
      .filter(({ meta }) => here(meta))
      .map(({ meta: { name, resourceVersion }, spec }) => [
        `virtualservices/${name}`,
        { spec, resourceVersion },
      ]),
  ] as [string, unknown][]);
}

function sorted(entries: readonly unknown[][]): Readonly<Record<string, unknown>> {
  const pairs = entries as [string, unknown][];
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function watchRestarts(reason: string): Promise<number> {
  const { values } = await fanari.metrics.watchRestarts.get();
  return values
    .filter(({ labels }) => labels.reason === reason)
    .reduce((sum, { value }) => sum + value, 0);
}

test('thousands of changes through crashes and compaction leave Fanari with what is stored, and nothing else', async () => {
  const first = Number((await list('services')).metadata.resourceVersion);
  for (let round = 0; round < CRASHES; round += 1) {
    const writing = churn(WRITES_PER_ROUND);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await cluster.stopApiServer();
    await cluster.compact();
    await cluster.startApiServer();
    await writing;
    await until('recovery', () => ownView(fanari).sources.cluster.state().state === 'ok', 60_000);
  }
  await churn(WRITES_PER_ROUND);
  const last = Number((await list('services')).metadata.resourceVersion);
  expect(last - first).toBeGreaterThan((CRASHES * WRITES_PER_ROUND) / 2);
  expect(await watchRestarts('gone')).toBeGreaterThan(0);
  const expected = await stored();
  expect(Object.keys(expected).length).toBeGreaterThan(EACH);
  await expect.poll(known, { timeout: 30_000, interval: 200 }).toEqual(expected);
  expect(ownView(fanari).sources.cluster.gaps()).toEqual([]);
}, 400_000);
