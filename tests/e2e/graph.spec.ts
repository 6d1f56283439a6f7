import { expect } from '@playwright/test';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import { drawnNode, drawnNodes } from '@/tests/e2e/pages/drawn-nodes';

test('the demo opens on a live graph with traffic in it', async ({ graphPage, page }) => {
  await graphPage.open();
  const { nodes, edges } = await graphPage.counts();
  expect(nodes).toBeGreaterThan(20);
  expect(edges).toBeGreaterThan(20);
  await graphPage.open('?show=table');
  await page.getByRole('button', { name: /^Edges \d/ }).click();
  await expect(page.getByRole('region', { name: 'Edges', exact: true })).toContainText(/\d rps/);
});

for (const width of [1440, 800]) {
  test(`at first sight figures stand on edges, ${width} pixels wide`, async ({
    graphPage,
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 });
    await graphPage.open();
    const labels = page.locator('[data-edge-labels]');
    const count = async () => Number(await labels.getAttribute('data-edge-labels'));
    await expect.poll(count).toBeGreaterThan(width === 1440 ? 15 : 6);
    await graphPage.open('?label=none');
    // Only the locks of edges that are not encrypted are left.
    await expect.poll(count).toBeLessThan(10);
  });
}

test('the address alone restores what was on screen', async ({ graphPage, page }) => {
  await graphPage.open('?namespaces=bookinfo&view=app&window=5m&label=p95');
  await expect(graphPage.settings.getByLabel('View')).toHaveValue('app');
  await expect(graphPage.settings.getByLabel('Last')).toHaveValue('5m');
  await expect(graphPage.settings.getByLabel('Labels')).toHaveValue('p95');
  await graphPage.settings.getByLabel('Labels').selectOption('share');
  await expect(page).toHaveURL(/label=share/);
  await page.reload();
  await expect(graphPage.settings.getByLabel('Labels')).toHaveValue('share');
  await expect(graphPage.settings.getByRole('button', { name: /Namespaces/ })).toContainText(
    'bookinfo',
  );
});

test('a wrong expression is said to be wrong, and help says what is right', async ({
  graphPage,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo');
  const find = page.getByRole('searchbox', { name: 'Find in the graph' });
  await find.fill('errors >');
  await expect(find).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText(/^Find: /)).toBeVisible();
  await find.fill('errors > 1');
  await expect(find).not.toHaveAttribute('aria-invalid');
  await page.getByRole('button', { name: 'How to find and hide' }).press('Enter');
  const help = page.getByRole('dialog', { name: 'How to find and hide' });
  await expect(help).toContainText('mtls = plaintext');
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});

test('typing in the middle of an expression keeps the caret, and Back brings the old text', async ({
  graphPage,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo&find=reviews');
  const find = page.getByRole('searchbox', { name: 'Find in the graph' });
  await find.press('Home');
  await page.keyboard.type('name = ');
  await expect(find).toHaveValue('name = reviews');
  await expect(page).toHaveURL(/find=name/);
  await page.keyboard.press('t');
  await expect(find).toHaveValue('name = treviews');
  await find.blur();
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/label=share/);
  await find.fill('db');
  await expect(page).toHaveURL(/find=db/);
  await page.goBack();
  await expect(find).toHaveValue('name = treviews');
});

test('the palette finds a node although the graph has not been opened', async ({ page }) => {
  await page.goto('/mtls');
  // The page comes from the server; only when a source has answered is it listening to keys for sure.
  await page.getByRole('link', { name: 'Kubernetes answers.' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Node, namespace or command' }).fill('reviews-v3');
  await page.getByRole('button', { name: /^reviews-v3/ }).click();
  await expect(page).toHaveURL(/select=node\./);
});

test('a figure says where it is from, by keyboard, and Escape takes only that away', async ({
  graphPage,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo&select=node.workload:bookinfo/productpage-v1');
  await graphPage.details
    .getByRole('button', { name: /^Requests/ })
    .first()
    .focus();
  await expect(page.getByRole('tooltip')).toContainText('istio_requests_total');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tooltip')).toHaveCount(0);
  await expect(page).toHaveURL(/select=node\./);
});

test('the table tells by keyboard what the drawing shows', async ({ graphPage, page }) => {
  await graphPage.open('?namespaces=bookinfo');
  await page.keyboard.press('t');
  const table = page.getByRole('region', { name: 'Nodes', exact: true });
  await expect(table).toBeVisible();
  // Only rows in view are drawn.
  await page.getByRole('searchbox', { name: 'Filter rows' }).fill('reviews');
  const row = table.getByRole('button', { name: /^reviews-v1/ });
  await row.focus();
  await page.keyboard.press('Enter');
  await expect(graphPage.details.getByRole('heading', { level: 2 })).toHaveText(/reviews-v1/);
  await expect(page).toHaveURL(/select=node\./);
});

test.describe('at 800 pixels', () => {
  test.use({ viewport: { width: 800, height: 900 } });

  for (const namespaces of ['bookinfo', 'boutique']) {
    test(`every node of ${namespaces} has its name`, async ({ graphPage, page }) => {
      await graphPage.open(`?namespaces=${namespaces}`);
      const names = page.locator('[data-node-names]');
      await expect
        .poll(async () => {
          const nodes = (await drawnNodes(page)).length;
          return nodes > 9 && nodes - Number(await names.getAttribute('data-node-names'));
        })
        .toBe(0);
    });
  }

  test('what the chip of a split covers from afar can be dragged there, and selected', async ({
    graphPage,
    page,
  }) => {
    await graphPage.open();
    const service = 'service:boutique/adservice';
    const chip = page.getByRole('button', { name: /^Open the traffic split of adservice/ });
    await expect(chip).toBeVisible();
    const box = await chip.boundingBox();
    const before = await drawnNode(page, service);
    if (box === null) throw new Error('the chip is not drawn');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 60, box.y + box.height / 2 - 40, { steps: 6 });
    await page.mouse.up();
    const after = await drawnNode(page, service);
    expect(Math.round(after.x - before.x)).toBe(-60);
    expect(Math.round(after.y - before.y)).toBe(-40);
    await expect(chip).toHaveAttribute('aria-expanded', 'false');

    await chip.click();
    const opened = page.getByTestId('split-VirtualService/boutique/adservice/spec/http/0');
    // All of it, but for fractions of a pixel.
    await expect(opened).toBeInViewport({ ratio: 0.99 });
    await opened.getByRole('button', { name: 'adservice', exact: true }).click();
    await expect(page).toHaveURL(/select=node\.service:boutique\/adservice/);
  });
});

test('rows, filter and order of the table are in the address', async ({ graphPage, page }) => {
  await graphPage.open('?namespaces=bookinfo&show=table');
  await page.getByRole('button', { name: /^Edges \d/ }).click();
  await page.getByRole('searchbox', { name: 'Filter rows' }).fill('reviews');
  const rate = page.getByRole('columnheader', { name: /^Rate/ });
  await rate.getByRole('button').click();
  await expect(rate).toHaveAttribute('aria-sort', 'descending');
  await expect(page).toHaveURL(/rows=edges&table-filter=reviews&table-sort=rps\.desc/);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Filter rows' })).toHaveValue('reviews');
  await expect(rate).toHaveAttribute('aria-sort', 'descending');
  const rows = page.getByRole('region', { name: 'Edges', exact: true }).locator('tbody tr');
  await expect(rows.first()).toContainText('reviews');
  for (const text of await rows.allInnerTexts()) expect(text).toContain('reviews');
  await rate.getByRole('button').click();
  await expect(rate).toHaveAttribute('aria-sort', 'ascending');
  await page.goBack();
  await expect(rate).toHaveAttribute('aria-sort', 'descending');
  // Of both tables only edges have ends: the other is ordered by health again.
  await page.getByRole('columnheader', { name: /^From/ }).getByRole('button').click();
  await page.getByRole('button', { name: /^Nodes \d/ }).click();
  await expect(page.getByRole('columnheader', { name: /^Health/ })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
});

test('a trace of a node unfolds into its waterfall', async ({ graphPage, page }) => {
  await graphPage.open('?namespaces=bookinfo&select=node.workload:bookinfo/productpage-v1');
  const traces = graphPage.details.getByRole('button', { name: /spans ·/ });
  await traces.first().click();
  const spans = page.getByRole('list', { name: /^Spans of/ });
  await expect(spans.getByRole('listitem').first()).toBeVisible();
});

for (const width of [1280, 800]) {
  test(`Escape closes the YAML and then the details, ${width} pixels wide`, async ({
    graphPage,
    page,
  }) => {
    await page.setViewportSize({ width, height: 800 });
    await graphPage.open('?namespaces=bookinfo&select=node.workload:bookinfo/productpage-v1');
    await graphPage.details.getByRole('button', { name: /^VirtualService/ }).click();
    const yaml = page.getByRole('dialog', { name: /^VirtualService/ });
    await expect(yaml).toContainText('apiVersion');
    await page.keyboard.press('Escape');
    await expect(yaml).toHaveCount(0);
    await expect(graphPage.details.getByRole('heading', { level: 2 })).toHaveText(/productpage/);
    await page.keyboard.press('Escape');
    await expect(page).not.toHaveURL(/select=/);
  });
}

test('with 800 pixels the details come as a drawer, and nothing is out of reach', async ({
  graphPage,
  page,
}) => {
  await page.setViewportSize({ width: 800, height: 700 });
  await graphPage.open('?namespaces=bookinfo&select=node.workload:bookinfo/productpage-v1');
  await expect(graphPage.details.getByRole('heading', { level: 2 })).toHaveText(/productpage/);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(800);
});

test.describe('the animation of traffic', () => {
  test.use({ contextOptions: { reducedMotion: 'no-preference' } });

  test('runs, stands while the page is hidden, and obeys reduced motion at once', async ({
    graphPage,
    page,
  }) => {
    await graphPage.open('?namespaces=bookinfo');
    const frame = () =>
      graphPage.particles.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const moves = async () => {
      const before = await frame();
      await page.waitForTimeout(500);
      return (await frame()) !== before;
    };
    await expect.poll(moves).toBe(true);
    await page.evaluate(() =>
      Object.defineProperty(document, 'hidden', { configurable: true, value: true }),
    );
    await expect.poll(moves).toBe(false);
    await page.evaluate(() =>
      Object.defineProperty(document, 'hidden', { configurable: true, value: false }),
    );
    await expect.poll(moves).toBe(true);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const motion = page.getByRole('button', { name: 'Motion' });
    await expect(motion).toHaveAttribute('aria-pressed', 'false');
    await expect.poll(moves).toBe(false);
    const drawn = await graphPage.particles.evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      return canvas.getContext('2d')?.getImageData(0, 0, width, height).data.some(Boolean);
    });
    expect(drawn).toBe(false);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await expect(motion).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(moves).toBe(true);
  });
});

test('the theme can be turned dark, and stays dark', async ({ graphPage, page }) => {
  await graphPage.open('?namespaces=bookinfo');
  const theme = page.getByRole('button', { name: /^Theme/ });
  while (!(await theme.getAttribute('aria-label'))?.includes('Dark')) await theme.click();
  const scheme = page.locator('html');
  await expect(scheme).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(scheme).toHaveAttribute('data-mantine-color-scheme', 'dark');
});
