import { expect } from '@playwright/test';
import { test } from '@/tests/e2e/fixtures/fanari-test';
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

test('one click and a confirmation take a change of weights back', async ({ graphPage, mesh }) => {
  await graphPage.open(`?namespaces=bookinfo`);
  const held = await graphPage.grab(await graphPage.handle(CANARY.id), 70);
  await held.release();
  await graphPage.sheet.apply.click();
  await expect.poll(() => mesh.canaryWeights()).toEqual([70, 30]);
  await graphPage.written.getByRole('button', { name: 'Undo' }).click();
  const isAsked = await graphPage.sheet.apply
    .waitFor({ state: 'visible', timeout: 3000 })
    .then(() => true)
    .catch(() => false);
  if (isAsked) await graphPage.sheet.apply.click();
  await expect.poll(() => mesh.canaryWeights()).toEqual([90, 10]);
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
