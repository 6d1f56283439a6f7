import { readFile } from 'node:fs/promises';
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

test('the share of some namespaces is told as theirs, and on how many edges it was observed', async ({
  mtlsPage,
  page,
}) => {
  await mtlsPage.open('?namespaces=ops');
  const whole = page.getByRole('region', { name: 'The mesh' });
  await expect(whole).toContainText(/from and to ops/);
  await expect(whole).toContainText(/Observed on \d+ of \d+ edges/);
  await mtlsPage.open();
  await expect(whole).toContainText(/of the observed traffic of the mesh/);
});

test('the list is narrowed by verdict, words and a cell of the matrix', async ({ mtlsPage }) => {
  await mtlsPage.open();
  await expect(mtlsPage.rows.first()).toBeVisible();
  const open = await mtlsPage.rows.count();
  await mtlsPage.verdict('Encrypted').click();
  await expect.poll(() => mtlsPage.rows.count()).toBeGreaterThan(open);
  await mtlsPage.edges.getByRole('searchbox').fill('redis-cart');
  await expect(mtlsPage.rows.first()).toContainText('redis-cart');
  await expect.poll(() => mtlsPage.rows.count()).toBeLessThan(open);
  await mtlsPage.edges.getByRole('searchbox').fill('');
  await mtlsPage.matrix.getByRole('button').first().click();
  await expect(mtlsPage.edges.getByRole('button', { name: /show all namespaces/ })).toBeVisible();
});

test('a heading orders the list, and says so', async ({ mtlsPage }) => {
  await mtlsPage.open();
  const rate = mtlsPage.edges.getByRole('columnheader', { name: 'Rate' });
  await rate.getByRole('button').click();
  await expect(rate).toHaveAttribute('aria-sort', 'descending');
  await rate.getByRole('button').click();
  await expect(rate).toHaveAttribute('aria-sort', 'ascending');
});

test('filter, order and page of the list stand in the address, and Back takes one step back', async ({
  mtlsPage,
  page,
}) => {
  await mtlsPage.open('?verdicts=all');
  await expect(mtlsPage.rows).toHaveCount(50);
  await mtlsPage.edges.getByRole('button', { name: 'Next' }).click();
  await expect(page).toHaveURL(/page=2/);
  await page.reload();
  await expect(mtlsPage.edges.getByRole('status')).toContainText(/^51 to/);
  await mtlsPage.edges.getByRole('button', { name: 'Rate', exact: true }).click();
  await expect(page).toHaveURL(/sort=rate\.desc/);
  await expect(page).not.toHaveURL(/page=/);
  await page.goBack();
  await expect(mtlsPage.edges.getByRole('status')).toContainText(/^51 to/);
  await mtlsPage.edges.getByRole('searchbox').fill('redis-cart');
  await expect(page).toHaveURL(/filter=redis-cart/);
  // The address is there before the list is drawn.
  await expect(mtlsPage.rows.filter({ hasNotText: 'redis-cart' })).toHaveCount(0);
  const found = await mtlsPage.rows.count();
  expect(found).toBeGreaterThan(0);
  await page.reload();
  await expect(mtlsPage.edges.getByRole('searchbox')).toHaveValue('redis-cart');
  await expect(mtlsPage.rows).toHaveCount(found);
});

test('the evidence says when it was taken, over which window and from what', async ({
  mtlsPage,
  page,
}) => {
  await mtlsPage.open('?window=5m');
  await expect(mtlsPage.rows.first()).toBeVisible();
  const downloading = page.waitForEvent('download');
  await mtlsPage.edges.getByRole('button', { name: 'Download JSON' }).click();
  const path = await (await downloading).path();
  const evidence: unknown = JSON.parse(await readFile(path, 'utf8'));
  expect(evidence).toMatchObject({
    kind: 'fanari-mtls-evidence',
    takenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    windowSeconds: 300,
    cluster: expect.any(String),
  });
});

test('an edge says who called whom, as the certificates proved it, and is found by that', async ({
  mtlsPage,
  page,
}) => {
  const ratings = 'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings';
  await mtlsPage.open(`?verdicts=all&filter=${encodeURIComponent(`${ratings} mongodb`)}`);
  await mtlsPage.rows.first().getByRole('link').click();
  const section = page.getByRole('region', { name: 'mTLS', exact: true });
  const told = (term: string) =>
    section.locator('dt', { hasText: term }).locator('xpath=following-sibling::dd[1]');
  await expect(told('Client identity')).toHaveText(ratings);
  await expect(told('Server identity')).toHaveText(
    'spiffe://cluster.local/ns/bookinfo/sa/bookinfo-mongodb',
  );
});

test('an edge of the list leads to the same edge on the graph', async ({ mtlsPage, page }) => {
  await mtlsPage.open();
  await mtlsPage.rows.first().getByRole('link').click();
  await expect(page).toHaveURL(/select=edge\./);
});

test('without metrics the modes stand, and nothing is called encrypted', async ({
  guard,
  mesh,
  mtlsPage,
  page,
}) => {
  guard.tolerate(/50[0-9]|Failed to load resource/);
  await mesh.setFault('prometheus', 'unavailable');
  // A window that nothing was read for yet.
  await mtlsPage.open('?window=1h');
  await expect(page.getByRole('main')).toContainText('STRICT');
  await expect(page.getByText('Everything that was seen is encrypted')).toHaveCount(0);
  await expect(page.getByText('Traffic cannot be seen')).toBeVisible();
  await expect(page.getByRole('region', { name: 'The mesh' })).toContainText('traffic not known');
  // Of the header, too: what is not known is no absence.
  await expect(page.getByRole('banner').getByRole('link', { name: /mTLS/ })).toContainText(
    'traffic not known',
  );
  await expect(page.getByText(/no traffic (seen|observed)/i)).toHaveCount(0);
});
