import { expect } from '@playwright/test';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import type { StatusResponse } from '@/contract/status';

const ARN = 'arn:aws:eks:eu-central-1:123456789012:cluster/payments-production-blue';

test('with a long cluster name and a source that fails the bar keeps one line and says what fails in full', async ({
  page,
}) => {
  await page.route('**/api/v1/status', async (route) => {
    const answer = await route.fetch();
    const status = (await answer.json()) as StatusResponse;
    const sources = status.sources.map((source) =>
      source.source === 'prometheus' ? { ...source, state: 'failing' as const } : source,
    );
    const cluster = { ...status.cluster, name: ARN };
    await route.fulfill({ json: { ...status, cluster, sources, readOnly: true } });
  });
  await page.goto('/');
  const bar = page.getByRole('banner');
  const failing = bar.getByRole('link', { name: /^Prometheus does not answer/ });
  const search = bar.getByRole('button', { name: 'Open the command palette' });
  await expect(failing).toBeVisible();
  await expect(bar).toContainText('mTLS');
  for (const width of [800, 1000, 1001, 1100, 1201, 1280, 1400, 1401, 1440, 1600]) {
    await page.setViewportSize({ width, height: 800 });
    const cut = await bar.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(cut, `the bar at ${width}`).toBe(0);
    const name = failing.getByText('Prometheus');
    const isWhole = await name.evaluate((text) => text.scrollWidth <= text.clientWidth + 1);
    expect(isWhole, `Prometheus at ${width}`).toBe(true);
    const frame = await failing.boundingBox();
    const text = await name.boundingBox();
    if (frame === null || text === null) throw new Error(`no chip at ${width}`);
    expect(text.x + text.width, `the chip at ${width}`).toBeLessThanOrEqual(frame.x + frame.width);
    const icon = await search.locator('svg').boundingBox();
    expect(icon?.width, `the icon at ${width}`).toBe(16);
    const heights = await search
      .locator('kbd')
      .evaluateAll((all) => all.map((kbd) => kbd.getBoundingClientRect().height));
    for (const height of heights) expect(height, `Ctrl K at ${width}`).toBeLessThan(24);
  }
});
