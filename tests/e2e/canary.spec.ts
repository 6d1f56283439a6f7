import { expect } from '@playwright/test';
import { expectAccessible } from '@/tests/e2e/fixtures/expect-accessible';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import type { GraphPage } from '@/tests/e2e/pages/graph-page';
import { CANARY } from '@/tests/support/demo-mesh';

const select = `?select=split.${CANARY.id}`;

test('a canary dragged from 90/10 to 50/50 is written, and traffic follows', async ({
  graphPage,
  mesh,
}) => {
  await graphPage.open('?namespaces=bookinfo');
  const handle = await graphPage.handle(CANARY.id);
  const held = await graphPage.grab(handle, 50);
  await expect(handle.getByRole('slider').first()).toHaveAttribute('aria-valuenow', '50');
  expect(await mesh.canaryWeights()).toEqual([90, 10]);
  await held.release();

  await expect(graphPage.sheet.accepted).toBeVisible();
  await expect(graphPage.sheet.diff).toContainText('weight: 50');
  await graphPage.sheet.apply.click();
  await expect(graphPage.written).toContainText('reviews');
  expect(await mesh.canaryWeights()).toEqual([50, 50]);

  // The window is 60 s long, so the observed share arrives step by step.
  await expect(graphPage.written).toContainText('traffic follows', { timeout: 80_000 });
});

test('a handle stands where it will stay from the moment that it can be seen', async ({
  graphPage,
  page,
  request,
}) => {
  await page.addInitScript((testId) => {
    const places: string[] = [];
    Object.assign(window, { places });
    const look = (): void => {
      requestAnimationFrame(look);
      const handle = document.querySelector(`[data-testid="${testId}"]`);
      const slider = handle?.querySelector('[role="slider"]');
      if (!handle || !slider || getComputedStyle(handle).visibility === 'hidden') return;
      const { x, y } = slider.getBoundingClientRect();
      const place = `${Math.round(x)} ${Math.round(y)}`;
      if (places.at(-1) !== place) places.push(place);
    };
    requestAnimationFrame(look);
  }, `split-${CANARY.id}`);
  await graphPage.open('?namespaces=bookinfo');
  await graphPage.handle(CANARY.id);
  const figuresAt = async (): Promise<number> => {
    const graph = (await (await request.get('/api/v1/graph?window=60s')).json()) as { at: number };
    return graph.at;
  };
  // The first figures came with the page; two refreshes later the stream has brought others, and status its answer.
  for (let refresh = 0; refresh < 2; refresh += 1) {
    const before = await figuresAt();
    await expect.poll(figuresAt).toBeGreaterThan(before);
  }
  const places = await page.evaluate(() => (window as { places?: string[] }).places);
  expect(places).toHaveLength(1);
});

/** Drags the canary on the drawing and applies what the sheet shows. */
async function write(graphPage: GraphPage, percent: number): Promise<void> {
  const held = await graphPage.grab(await graphPage.handle(CANARY.id), percent);
  await held.release();
  await graphPage.sheet.apply.click();
  await expect(graphPage.sheet.dialog).toHaveCount(0);
}

test('one click takes a change of weights back, step by step, also after a reload', async ({
  graphPage,
  mesh,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo');
  await write(graphPage, 70);
  await expect.poll(() => mesh.canaryWeights()).toEqual([70, 30]);
  // What was written stays on the handle, also before it is read back.
  const slider = (await graphPage.handle(CANARY.id)).getByRole('slider').first();
  await expect(slider).toHaveAttribute('aria-valuenow', '70');
  await write(graphPage, 40);
  await expect.poll(() => mesh.canaryWeights()).toEqual([40, 60]);

  await graphPage.written.getByRole('button', { name: /^Undo/ }).click();
  await expect.poll(() => mesh.canaryWeights()).toEqual([70, 30]);
  // One step is left: the page has taken note of the answer.
  await expect(graphPage.written.getByRole('button', { name: 'Undo', exact: true })).toBeVisible();
  await page.reload();
  await graphPage.written.getByRole('button', { name: /^Undo/ }).click();
  await expect.poll(() => mesh.canaryWeights()).toEqual([90, 10]);
  await expect(graphPage.written).toHaveCount(0);
});

test('an undo whose answer was lost with the page counts as done when it is clicked again', async ({
  graphPage,
  guard,
  mesh,
  page,
}) => {
  guard.tolerate(/409/);
  await graphPage.open('?namespaces=bookinfo');
  await write(graphPage, 70);
  const apply = '**/api/v1/splits/apply';
  const written = new Promise<void>((resolve) => {
    void page.route(apply, async (route) => {
      await route.fetch();
      resolve();
    });
  });
  await graphPage.written.getByRole('button', { name: 'Undo' }).click();
  await written;
  expect(await mesh.canaryWeights()).toEqual([90, 10]);
  // In this order: a request that is held back would else be sent once more.
  await page.reload();
  await page.unroute(apply);
  await graphPage.written.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Undone' })).toBeVisible();
  await expect(graphPage.written).toHaveCount(0);
  await expect(graphPage.sheet.dialog).toHaveCount(0);
});

test('an undo that somebody else’s change stands in the way of says so, and can go on from there', async ({
  graphPage,
  guard,
  mesh,
  page,
}) => {
  guard.tolerate(/409/);
  await graphPage.open('?namespaces=bookinfo');
  await write(graphPage, 70);
  await mesh.setCanaryWeights([20, 80]);
  await graphPage.written.getByRole('button', { name: 'Undo' }).click();
  await expect(graphPage.sheet.conflict).toBeVisible();
  await expectAccessible(page, '[role="dialog"]');
  expect(await mesh.canaryWeights()).toEqual([20, 80]);
  await graphPage.sheet.dialog.getByRole('button', { name: /review again/ }).click();
  await expect(graphPage.sheet.accepted).toBeVisible();
  await graphPage.sheet.apply.click();
  await expect.poll(() => mesh.canaryWeights()).toEqual([90, 10]);
  await expect(graphPage.written).toHaveCount(0);
});

test('a dry-run that is refused is told in the API server’s words, and cannot be applied', async ({
  graphPage,
  mesh,
  page,
}) => {
  const words = 'admission webhook "weights.example.com" denied the request: frozen until Monday';
  await mesh.setWebhook({ name: 'weights.example.com', message: 'frozen until Monday' });
  await graphPage.open('?namespaces=bookinfo');
  const held = await graphPage.grab(await graphPage.handle(CANARY.id), 50);
  await held.release();
  await expect(graphPage.sheet.dialog.getByRole('alert')).toContainText(words);
  await expect(graphPage.sheet.diff).toContainText('weight: 50');
  await expect(graphPage.sheet.apply).toBeDisabled();
  await expectAccessible(page, '[role="dialog"]');
  await page.keyboard.press('Escape');
  await expect(graphPage.sheet.dialog).toHaveCount(0);
  expect(await mesh.canaryWeights()).toEqual([90, 10]);
});

test('with the API server away the sheet says so, keeps what was chosen, and can be tried again', async ({
  graphPage,
  guard,
  mesh,
}) => {
  guard.tolerate(/50[0-9]|Failed to load resource/);
  await graphPage.open('?namespaces=bookinfo');
  const held = await graphPage.grab(await graphPage.handle(CANARY.id), 55);
  await held.release();
  await expect(graphPage.sheet.accepted).toBeVisible();
  await mesh.setApiServer('stop');
  await graphPage.sheet.apply.click();
  await expect(graphPage.sheet.dialog.getByRole('alert')).toContainText(/Kubernetes|API server/);
  await expect(graphPage.sheet.diff).toContainText('weight: 55');
  await mesh.setApiServer('start');
  await graphPage.sheet.apply.click();
  await expect.poll(() => mesh.canaryWeights()).toEqual([55, 45]);
});

test('the focus goes back to the handle when the sheet goes', async ({ graphPage, page }) => {
  await graphPage.open('?namespaces=bookinfo');
  const slider = (await graphPage.handle(CANARY.id)).getByRole('slider').first();
  await slider.focus();
  await page.keyboard.press('PageDown');
  await page.keyboard.press('Enter');
  await expect(graphPage.sheet.accepted).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(graphPage.sheet.dialog).toHaveCount(0);
  const card = (await graphPage.handle(CANARY.id)).locator('xpath=..');
  await expect(card.locator(':focus')).toHaveCount(1);
});

test('predicted rates stay on the edges while a drag lasts, whatever arrives', async ({
  graphPage,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo');
  const held = await graphPage.grab(await graphPage.handle(CANARY.id), 50);
  const predicted = page.getByText(/^50 % · [\d.]+ rps$/);
  await expect(predicted).toHaveCount(2);
  // Longer than the server needs to send the next graph.
  await page.waitForTimeout(12_000);
  await expect(predicted).toHaveCount(2);
  await page.keyboard.press('Escape');
  await held.release();
  await expect(predicted).toHaveCount(0);
});

test('a change by another user in the meantime is shown and not overwritten', async ({
  graphPage,
  guard,
  mesh,
}) => {
  guard.tolerate(/409/);
  await graphPage.open('?namespaces=bookinfo');
  const held = await graphPage.grab(await graphPage.handle(CANARY.id), 50);
  await held.release();
  await expect(graphPage.sheet.accepted).toBeVisible();
  await mesh.setCanaryWeights([80, 20]);
  await graphPage.sheet.apply.click();
  await expect(graphPage.sheet.conflict).toBeVisible();
  await expect(graphPage.sheet.dialog).toContainText('another-user');
  expect(await mesh.canaryWeights()).toEqual([80, 20]);
});

test('the keyboard alone moves the handle, reviews and applies', async ({
  graphPage,
  mesh,
  page,
}) => {
  await graphPage.open('?namespaces=bookinfo');
  const slider = (await graphPage.handle(CANARY.id)).getByRole('slider').first();
  await slider.focus();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('PageDown');
  await page.keyboard.press('ArrowLeft');
  await expect(slider).toHaveAttribute('aria-valuenow', '59');
  await page.keyboard.press('Enter');
  await expect(graphPage.sheet.accepted).toBeVisible();
  await graphPage.sheet.apply.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => mesh.canaryWeights()).toEqual([59, 41]);
});

test('Escape while dragging leaves everything as it was', async ({ graphPage, mesh, page }) => {
  await graphPage.open('?namespaces=bookinfo');
  const handle = await graphPage.handle(CANARY.id);
  const held = await graphPage.grab(handle, 40);
  await page.keyboard.press('Escape');
  await held.release();
  await expect(graphPage.sheet.dialog).toHaveCount(0);
  expect(await mesh.canaryWeights()).toEqual([90, 10]);
});

test('the fields of the panel write the same change, and only when they add up', async ({
  graphPage,
  mesh,
}) => {
  await graphPage.open(`${select}&namespaces=bookinfo`);
  const first = graphPage.details.getByLabel('Weight of v1 in percent').first();
  const second = graphPage.details.getByLabel('Weight of v2 in percent').first();
  const review = graphPage.details.getByRole('button', { name: 'Review change' }).first();
  await first.fill('25');
  await expect(review).toBeDisabled();
  await second.fill('75');
  await review.click();
  await expect(graphPage.sheet.accepted).toBeVisible();
  await graphPage.sheet.apply.click();
  await expect.poll(() => mesh.canaryWeights()).toEqual([25, 75]);
});
