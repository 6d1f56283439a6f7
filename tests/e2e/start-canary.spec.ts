import { expect } from '@playwright/test';
import { expectAccessible } from '@/tests/e2e/fixtures/expect-accessible';
import { test } from '@/tests/e2e/fixtures/fanari-test';

const NODE = '?namespaces=bookinfo&select=node.service:bookinfo/details';
const ISTIO = '/apis/networking.istio.io/v1/namespaces/bookinfo';
const GATEWAY = '/apis/gateway.networking.k8s.io/v1/namespaces/bookinfo';
const MADE = [
  `${ISTIO}/virtualservices/details`,
  `${ISTIO}/destinationrules/details`,
  `${GATEWAY}/httproutes/details`,
  '/api/v1/namespaces/bookinfo/services/details-v1',
  '/api/v1/namespaces/bookinfo/services/details-v2',
];

test.afterEach(async ({ addresses }) => {
  for (const path of MADE) await fetch(addresses.kubernetesUrl + path, { method: 'DELETE' });
});

test('a service with two versions gets a route: YAML first, then the handle, then undone', async ({
  addresses,
  graphPage,
  page,
}) => {
  const status = async (path: string) => (await fetch(addresses.kubernetesUrl + path)).status;
  await graphPage.open(NODE);
  await graphPage.details.getByRole('button', { name: 'Start a canary…' }).click();
  const sheet = page.getByRole('dialog', { name: 'Start a canary of details' });
  await expect(sheet.getByText('The API server would accept it')).toBeVisible();
  await expect(sheet.getByLabel('YAML of DestinationRule details')).toContainText('subsets:');
  await expect(sheet.getByLabel('YAML of VirtualService details')).toContainText('weight: 100');

  await sheet.getByLabel('First weight of v1 in percent').fill('80');
  await expect(sheet.getByRole('button', { name: 'Apply' })).toBeDisabled();
  await sheet.getByLabel('First weight of v2 in percent').fill('20');
  await expect(sheet.getByLabel('YAML of VirtualService details')).toContainText('weight: 20');
  for (const path of MADE) expect(await status(path)).toBe(404);
  await expect(sheet.getByText('VirtualService details 0.5 s later')).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Apply' })).toBeEnabled();
  await expectAccessible(page, '[role="dialog"]');
  await sheet.getByRole('button', { name: 'Apply' }).click();

  const started = page.getByLabel('Canaries started');
  await expect(started).toContainText('details');
  expect(await status(`${ISTIO}/virtualservices/details`)).toBe(200);
  await expect(graphPage.details.getByText('Traffic split', { exact: true })).toBeVisible();
  await expect(
    page.getByTestId('split-VirtualService/bookinfo/details/spec/http/0'),
  ).toBeAttached();

  await started.getByRole('button', { name: 'Undo' }).click();
  await expect(started).toHaveCount(0);
  for (const path of MADE) expect(await status(path)).toBe(404);
  await expect(graphPage.details.getByRole('button', { name: 'Start a canary…' })).toBeVisible();
});

const STARTED = 'VirtualService/bookinfo/details/spec/http/0';

test('a canary that was started and dragged goes in one click; what another user of Fanari wrote is asked about, what others wrote is kept', async ({
  addresses,
  graphPage,
  guard,
  page,
}) => {
  guard.tolerate(/409/);
  const route = `${addresses.kubernetesUrl}${ISTIO}/virtualservices/details`;
  const start = async () => {
    await graphPage.details.getByRole('button', { name: 'Start a canary…' }).click();
    const sheet = page.getByRole('dialog', { name: 'Start a canary of details' });
    await expect(sheet.getByText('The API server would accept it')).toBeVisible();
    await sheet.getByRole('button', { name: 'Apply' }).click();
    await expect(page.getByLabel('Canaries started')).toBeVisible();
  };
  const drag = async (percent: number) => {
    const held = await graphPage.grab(await graphPage.handle(STARTED), percent);
    await held.release();
    await graphPage.sheet.apply.click();
    await expect(graphPage.sheet.dialog).toHaveCount(0);
  };
  const undo = page.getByLabel('Canaries started').getByRole('button', { name: /^Undo/ });

  await graphPage.open(NODE);
  await start();
  await drag(80);
  await drag(60);
  await expect(graphPage.written).toContainText('details');
  await undo.click();
  await expect(undo).toHaveCount(0);
  // The weights went with the route, so nothing is left to undo.
  await expect(graphPage.written).toHaveCount(0);
  for (const path of MADE) expect((await fetch(addresses.kubernetesUrl + path)).status).toBe(404);

  const changedBy = async (manager: string) => {
    const changed = await fetch(`${route}?fieldManager=${manager}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { exportTo: ['*'] } }),
    });
    expect(changed.status).toBe(200);
  };
  await start();
  await drag(70);
  // As another user of Fanari would.
  await changedBy('fanari');
  await undo.click();
  await expect(page.getByLabel('Canaries started')).toContainText('has changed since');
  await expect(undo).toHaveText('Undo anyway');
  expect((await fetch(route)).status).toBe(200);
  await undo.click();
  await expect(undo).toHaveCount(0);
  expect((await fetch(route)).status).toBe(404);

  await expect(graphPage.details.getByRole('button', { name: 'Start a canary…' })).toBeVisible();
  await start();
  await changedBy('somebody');
  await undo.click();
  await expect(page.getByText('was also written by somebody')).toBeVisible();
  await expect(undo).toHaveText('Undo');
  expect((await fetch(route)).status).toBe(200);
});

test('with HTTPRoute each version gets a Service, and one made by somebody else is kept', async ({
  addresses,
  graphPage,
  guard,
  page,
}) => {
  guard.tolerate(/409/);
  await graphPage.open(NODE);
  await graphPage.details.getByRole('button', { name: 'Start a canary…' }).click();
  const sheet = page.getByRole('dialog', { name: 'Start a canary of details' });
  await sheet.getByRole('radio', { name: /HTTPRoute/ }).check();
  await expect(sheet.getByLabel('YAML of Service details-v2')).toBeVisible();
  await expect(sheet.getByText('The API server would accept it')).toBeVisible();

  const spec = { parentRefs: [{ group: '', kind: 'Service', name: 'details' }] };
  const made = await fetch(`${addresses.kubernetesUrl}${GATEWAY}/httproutes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'details', namespace: 'bookinfo', labels: { mine: 'yes' } },
      spec,
    }),
  });
  expect(made.status).toBe(201);
  await sheet.getByRole('button', { name: 'Apply' }).click();
  await expect(sheet.getByRole('alert')).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Look again' })).toBeVisible();
  const kept = await fetch(`${addresses.kubernetesUrl}${GATEWAY}/httproutes/details`);
  expect(await kept.text()).toContain('"mine":"yes"');
  const services = `${addresses.kubernetesUrl}/api/v1/namespaces/bookinfo/services/details-v1`;
  expect((await fetch(services)).status).toBe(404);
});
