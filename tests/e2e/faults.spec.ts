import { expect, type Page } from '@playwright/test';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import { drawnNodes } from '@/tests/e2e/pages/drawn-nodes';

const away = /50[0-9]|Failed to load resource/;

/** Workloads of the bookshop that are drawn. */
async function workloads(page: Page): Promise<readonly string[]> {
  const ids = (await drawnNodes(page)).map(({ id }) => id);
  return ids.filter((id) => id.startsWith('workload:bookinfo/')).sort();
}

const productpage = '?namespaces=bookinfo&select=node.workload:bookinfo/productpage-v1';

for (const [kind, unread] of [
  ['unavailable', '10m'],
  ['garbage', '30m'],
] as const) {
  test(`with Prometheus ${kind} topology and last figures stay, and their age and the reason are said`, async ({
    graphPage,
    guard,
    mesh,
    page,
  }) => {
    guard.tolerate(away);
    await graphPage.open(productpage);
    const before = await graphPage.counts();
    await expect.poll(async () => (await workloads(page)).length).toBeGreaterThan(8);
    const known = await workloads(page);
    const rate = graphPage.details.locator('dt', { hasText: /^Requests/ }).first();
    const figure = rate.locator('xpath=following-sibling::dd');
    await expect(figure).toHaveText(/^\d[\d.]* rps/);
    await mesh.setFault('prometheus', kind);
    const reason = /No traffic figures from Prometheus for (\d+) s: \S/;
    await expect(graphPage.gaps).toContainText(reason, { timeout: 40_000 });
    const age = async () => Number(reason.exec(await graphPage.gaps.innerText())?.[1]);
    const firstAge = await age();
    const last = await figure.innerText();
    await expect.poll(age, { timeout: 20_000 }).toBeGreaterThan(firstAge);
    await expect(figure).toHaveText(last);
    expect(await graphPage.counts()).toEqual(before);
    const labels = page.locator('[data-edge-labels]');
    expect(Number(await labels.getAttribute('data-edge-labels'))).toBeGreaterThan(3);

    // A window of which nothing was ever read has no figures to keep, and shows none.
    await graphPage.settings.getByLabel('Last').selectOption(unread);
    await expect(figure).toHaveText(/^—/, { timeout: 30_000 });
    expect(await workloads(page)).toEqual(known);
    await mesh.setFault('prometheus', null);
    await expect(graphPage.gaps).toHaveCount(0, { timeout: 40_000 });
    // The chip turns with the figures, not at the next poll of the status, which comes every ten seconds.
    await expect(page.getByRole('link', { name: 'Prometheus answers.' })).toBeVisible({
      timeout: 2000,
    });
    await expect(figure).toHaveText(/^\d[\d.]* rps/);
  });
}

test('with the API server away the graph stays and the reason is said; it heals by itself', async ({
  graphPage,
  guard,
  mesh,
  page,
}) => {
  guard.tolerate(away);
  await graphPage.open('?namespaces=bookinfo');
  const before = await graphPage.counts();
  await mesh.setApiServer('stop');
  const chip = page.getByRole('link', { name: /^Kubernetes/ });
  await expect(graphPage.gaps.or(chip.and(page.getByLabel(/does not answer/))).first()).toBeVisible(
    {
      timeout: 40_000,
    },
  );
  expect((await graphPage.counts()).nodes).toBe(before.nodes);
  await mesh.setApiServer('start');
  await expect(chip).toHaveAccessibleName(/answers/, { timeout: 60_000 });
});

test('with Jaeger away the panel says so and keeps the rest', async ({
  graphPage,
  guard,
  mesh,
}) => {
  guard.tolerate(away);
  await mesh.setFault('jaeger', 'unavailable');
  await graphPage.open(productpage);
  await expect(graphPage.details).toContainText(/No traces: Jaeger .{10}/);
  await expect(graphPage.details.getByRole('button', { name: /spans ·/ })).toHaveCount(0);
  await expect(graphPage.details).toContainText('rps');
});
