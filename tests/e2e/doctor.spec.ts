import { expect, type Page } from '@playwright/test';
import { expectAccessible } from '@/tests/e2e/fixtures/expect-accessible';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import { DoctorPage } from '@/tests/e2e/pages/doctor-page';
import { startServerOn } from '@/tests/support/stack-run';

const away = /50[0-9]|Failed to load resource/;

/** The page's message in place of a drawing. */
function message(page: Page) {
  return page.locator('main :is([role=status], [role=alert])').getByRole('heading', { level: 2 });
}

test('the page tells what is wrong first, with commands to copy, and filters by severity', async ({
  context,
  guard,
  mesh,
  page,
}) => {
  guard.tolerate(away);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await mesh.setFault('prometheus', 'unscraped');
  const doctor = new DoctorPage(page);
  await doctor.open();
  const finding = doctor.findings('mesh-not-scraped');
  await expect(finding).toContainText('Prometheus has no metrics of the mesh', { timeout: 30_000 });
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText('Prometheus');
  const command = await finding.locator('code').first().innerText();
  await finding.getByRole('button', { name: `Copy ${command}` }).click();
  await expect(finding.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command);

  await expect(doctor.findings('kubernetes-version')).toBeVisible();
  await doctor.settings.getByRole('button', { name: /^1 error$/ }).click();
  await expect(doctor.findings('kubernetes-version')).toHaveCount(0);
  await expect(finding).toBeVisible();
  expect(new URL(page.url()).searchParams.get('severity')).toBe('error');
  await page.reload();
  await expect(finding).toBeVisible();
  await expect(doctor.findings('kubernetes-version')).toHaveCount(0);
});

test('objects lead to the graph, and the rail and the chips of sources lead to the doctor', async ({
  graphPage,
  mesh,
  page,
}) => {
  await mesh.setInjection('legacy', 'enabled');
  try {
    await graphPage.open();
    await page.getByRole('link', { name: 'Prometheus answers.' }).click();
    await expect(page).toHaveURL(/\/doctor#prometheus$/);
    await page.getByRole('link', { name: 'Graph', exact: true }).click();
    await page.getByRole('link', { name: 'Doctor', exact: true }).click();
    const doctor = new DoctorPage(page);
    const bare = doctor.findings('pods-before-label');
    await expect(bare).toContainText('older than the label', { timeout: 30_000 });
    await bare.getByRole('link', { name: 'Deployment legacy/legacy-batch' }).click();
    await expect(graphPage.details).toContainText('legacy-batch');
  } finally {
    await mesh.setInjection('legacy', null);
  }
});

test('a namespace that is not there is no blank canvas', async ({ page }) => {
  await page.goto('/?namespaces=nowhere');
  await expect(message(page)).toHaveText('There is no such namespace');
  await page.getByRole('button', { name: 'Show all namespaces' }).click();
  await expect(page.getByRole('application', { name: /^Service graph/ })).toBeVisible();
});

test('an expression that hides everything says so, and is taken back by one click', async ({
  graphPage,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo&hide=name != nothing');
  const hidden = message(page);
  await expect(hidden).toHaveText('Everything is hidden');
  await page.getByRole('button', { name: 'Hide nothing' }).click();
  await expect(hidden).toHaveCount(0);
});

test('nodes without traffic say why: the window, or a Prometheus that scrapes something else', async ({
  graphPage,
  guard,
  mesh,
  page,
}) => {
  guard.tolerate(away);
  await mesh.setFault('prometheus', 'unscraped');
  // A window that no other test reads, so that no figures of before are kept.
  await graphPage.open('?window=7m');
  const notice = page.getByRole('region', { name: 'No traffic' });
  await expect(notice).toContainText('Prometheus has no metrics of the mesh', { timeout: 30_000 });
  await notice.getByRole('link', { name: 'Ask the doctor' }).click();
  await expect(page).toHaveURL(/\/doctor\?window=7m$/);
});

test('a server without a cluster, and one that may read nothing, say so in place of a graph', async ({
  addresses,
  guard,
  mesh,
  page,
}) => {
  test.setTimeout(180_000);
  guard.tolerate(away);
  const none = await startServerOn({ ...addresses, kubeconfig: '/nowhere' }, 20_131, []);
  try {
    await page.goto(none.url);
    await expect(message(page)).toHaveText('No cluster is configured', { timeout: 30_000 });
    await expect(page.locator('main code').first()).toHaveText('kubectl config get-contexts');
    await expectAccessible(page);
  } finally {
    await page.goto('about:blank');
    await none.run.stop();
  }
  await mesh.setDenials([{ verb: 'list' }]);
  const blind = await startServerOn(addresses, 20_132, []);
  try {
    await page.goto(blind.url);
    await expect(message(page)).toHaveText(/may not be listed/, { timeout: 30_000 });
  } finally {
    await page.goto('about:blank');
    await blind.run.stop();
    await mesh.setDenials([]);
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`axe finds nothing serious in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('on the page of the doctor', async ({ guard, mesh, page }) => {
      guard.tolerate(away);
      await mesh.setFault('prometheus', 'unavailable');
      const doctor = new DoctorPage(page);
      await doctor.open();
      await expect(doctor.findings('prometheus-failing')).toBeVisible({ timeout: 30_000 });
      await expectAccessible(page);
      await page.setViewportSize({ width: 800, height: 700 });
      await expectAccessible(page);
      const wide = await page
        .locator('main')
        .evaluate((main) => main.scrollWidth - main.clientWidth);
      expect(wide, 'pixels that lie beyond the page').toBe(0);
    });
  });
}
