import { expect } from '@playwright/test';
import { expectAccessible } from '@/tests/e2e/fixtures/expect-accessible';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import { CANARY } from '@/tests/support/demo-mesh';

const node = 'select=node.workload:bookinfo/productpage-v1';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`axe finds nothing serious in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('on the graph', async ({ graphPage, page }) => {
      await graphPage.open('?namespaces=bookinfo');
      await expectAccessible(page);
    });

    test('on the panel of a node, with its traces', async ({ graphPage, page }) => {
      await graphPage.open(`?namespaces=bookinfo&${node}`);
      await graphPage.details
        .getByRole('button', { name: /spans ·/ })
        .first()
        .click();
      await expect(page.getByRole('list', { name: /^Spans of/ })).toBeVisible();
      await expectAccessible(page);
    });

    test('on the tables', async ({ graphPage, page }) => {
      await graphPage.open('?show=table');
      await expectAccessible(page);
      await page.getByRole('button', { name: /^Edges/ }).click();
      await expectAccessible(page);
    });

    test('on the panel of a split and the sheet of a change', async ({ graphPage, page }) => {
      await graphPage.open(`?namespaces=bookinfo&select=split.${CANARY.id}`);
      await expectAccessible(page);
      await graphPage.details.getByLabel('Weight of v1 in percent').first().fill('60');
      await graphPage.details.getByLabel('Weight of v2 in percent').first().fill('40');
      await graphPage.details.getByRole('button', { name: 'Review change' }).first().click();
      await expect(graphPage.sheet.accepted).toBeVisible();
      await expectAccessible(page, '[role="dialog"]');
    });

    test('on the mTLS page', async ({ mtlsPage, page }) => {
      await mtlsPage.open();
      await expectAccessible(page);
    });

    test('on an address that leads nowhere', async ({ guard, page }) => {
      guard.tolerate(/status of 404/);
      await page.goto('/nothing/here');
      await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
      await expectAccessible(page);
    });

    test('on the legend, the help and the palette', async ({ graphPage, page }) => {
      await graphPage.open('?namespaces=bookinfo');
      for (const name of ['Legend', 'Keyboard', 'How to find and hide']) {
        await page.getByRole('button', { name, exact: true }).click();
        const overlay = page.getByRole('dialog', { name, exact: true });
        await expect(overlay).toBeVisible();
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await expect(overlay).toBeHidden();
      }
      await page.keyboard.press('Shift+?');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page, '[role="dialog"]');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await page.keyboard.press('Control+k');
      await page.getByRole('textbox', { name: 'Node, namespace or command' }).fill('rev');
      await expect(page.getByRole('button', { name: /^reviews-v3/ })).toBeVisible();
      await expectAccessible(page, '[role="dialog"]');
    });

    test('while Prometheus is down', async ({ graphPage, guard, mesh, page }) => {
      guard.tolerate(/50[0-9]|Failed to load resource/);
      await graphPage.open('?namespaces=bookinfo');
      await mesh.setFault('prometheus', 'unavailable');
      await expect(graphPage.gaps).toBeVisible({ timeout: 40_000 });
      await expectAccessible(page);
    });
  });
}

test('axe finds nothing serious with 800 pixels', async ({ graphPage, page }) => {
  await page.setViewportSize({ width: 800, height: 700 });
  await graphPage.open(`?namespaces=bookinfo&${node}`);
  await expectAccessible(page);
});
