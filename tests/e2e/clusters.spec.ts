import { expect } from '@playwright/test';
import { test as base } from '@/tests/e2e/fixtures/fanari-test';
import { expectAccessible } from '@/tests/e2e/fixtures/expect-accessible';
import { drawnNodes } from '@/tests/e2e/pages/drawn-nodes';
import { startDemoRun, type DemoAddresses } from '@/tests/support/demo-run';

/** Two clusters that are one mesh. */
const test = base.extend<object, { readonly addresses: DemoAddresses }>({
  addresses: [
    async ({}, use) => {
      const { run, addresses } = await startDemoRun(['--port', '20130', '--clusters', '2']);
      await use(addresses);
      await run.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

const CANARY = 'VirtualService/bookinfo/reviews/spec/http/0@west';

async function setApiServer(
  { controlUrl }: DemoAddresses,
  action: 'stop' | 'start',
  cluster: string,
): Promise<void> {
  const response = await fetch(`${controlUrl}/kubernetes/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ cluster }),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function weightsIn({ clusters }: DemoAddresses, cluster: string): Promise<unknown> {
  const url = clusters.find(({ name }) => name === cluster)?.url ?? '';
  const path = '/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices/reviews';
  const object = (await (await fetch(url + path)).json()) as {
    spec: { http: { name: string; route: { weight?: number }[] }[] };
  };
  return object.spec.http.find(({ name }) => name === 'canary')?.route.map(({ weight }) => weight);
}

test('each cluster has a frame, can be shown alone, and a workload’s panel names it', async ({
  graphPage,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo');
  for (const name of ['east', 'west']) {
    await expect(page.getByRole('button', { name: `Fold cluster ${name}` })).toBeVisible();
  }
  await expect
    .poll(async () => (await drawnNodes(page)).map(({ id }) => id))
    .toContain('workload:bookinfo/reviews-v2@west');
  await graphPage.settings.getByLabel('Cluster').selectOption('west');
  await expect
    .poll(async () => (await drawnNodes(page)).filter(({ id }) => id.endsWith('@east')).length)
    .toBe(0);
  await graphPage.open('?select=node.workload:bookinfo/reviews-v2@west');
  await expect(graphPage.details).toContainText('cluster west');
  await expectAccessible(page);
});

test('a folded cluster is one node, and the link folds it again', async ({ graphPage, page }) => {
  await graphPage.open('?namespaces=bookinfo');
  await page.getByRole('button', { name: 'Fold cluster west' }).click();
  await expect
    .poll(async () => (await drawnNodes(page)).map(({ id }) => id))
    .toContain('cluster:west');
  await page.reload();
  await expect
    .poll(async () => (await drawnNodes(page)).map(({ id }) => id))
    .toContain('cluster:west');
});

test('weights are written to the cluster whose route it is, and undone there', async ({
  addresses,
  graphPage,
}) => {
  const east = await weightsIn(addresses, 'east');
  await graphPage.open(`?namespaces=bookinfo&select=split.${CANARY}`);
  const field = graphPage.details.getByLabel('Weight of v2 in percent').first();
  await expect(field).toHaveValue('60');
  await field.fill('75');
  await graphPage.details.getByLabel('Weight of v1 in percent').first().fill('25');
  await graphPage.details.getByRole('button', { name: 'Review change' }).first().click();
  await expect(graphPage.sheet.dialog).toContainText('reviews · west');
  await expect(graphPage.sheet.accepted).toBeVisible();
  await graphPage.sheet.apply.click();
  await expect(graphPage.sheet.dialog).toHaveCount(0);
  expect(await weightsIn(addresses, 'west')).toEqual([25, 75]);
  expect(await weightsIn(addresses, 'east')).toEqual(east);
  await graphPage.written.getByRole('button', { name: /^Undo/ }).click();
  await expect.poll(() => weightsIn(addresses, 'west')).toEqual([40, 60]);
  expect(await weightsIn(addresses, 'east')).toEqual(east);
});

test('a cluster that is down shows as down, with its last picture, and nothing else suffers', async ({
  addresses,
  graphPage,
  guard,
  page,
}) => {
  guard.tolerate(/50[0-9]|Failed to load resource/);
  await graphPage.open('?namespaces=bookinfo');
  const before = await graphPage.counts();
  await setApiServer(addresses, 'stop', 'west');
  try {
    const chips = page.getByRole('list', { name: 'Sources' });
    await expect(chips.getByRole('link', { name: /west does not answer/ })).toBeVisible({
      timeout: 40_000,
    });
    await expect(chips.getByRole('link', { name: /east answers/ })).toBeVisible();
    await expect(graphPage.gaps).toContainText('west', { timeout: 40_000 });
    await page.reload();
    await expect(graphPage.drawing).toBeVisible();
    expect((await graphPage.counts()).nodes).toBe(before.nodes);
  } finally {
    await setApiServer(addresses, 'start', 'west');
  }
  await expect(graphPage.gaps).toHaveCount(0, { timeout: 60_000 });
});

test('the mTLS page tells modes by cluster', async ({ page }) => {
  await page.goto('/mtls?namespaces=bookinfo');
  const rows = page.getByRole('region', { name: 'Namespaces, scrollable' }).getByRole('row');
  await expect(rows.filter({ hasText: 'bookinfo · east' })).toContainText('STRICT');
  await expect(rows.filter({ hasText: 'bookinfo · west' })).toContainText('PERMISSIVE');
});
