import { expect } from '@playwright/test';
import { test } from '@/tests/e2e/fixtures/fanari-test';

test('the mTLS page names modes, and for each open edge the reason', async ({ mtlsPage, page }) => {
  await mtlsPage.open();
  const main = page.getByRole('main');
  await expect(main).toContainText('STRICT');
  await expect(main).toContainText('PERMISSIVE');
  await expect(main).toContainText(/plaintext/i);
  await expect(main.getByRole('table').first()).toBeVisible();
});

test('the scope of the graph page is kept on the way to the mTLS page', async ({
  graphPage,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo&window=5m');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'mTLS' }).click();
  await expect(page).toHaveURL(/mtls\?.*namespaces=bookinfo/);
  await expect(page).toHaveURL(/window=5m/);
});
