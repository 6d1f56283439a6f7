import { chromium, type Page } from '@playwright/test';
import playwrightConfig from '@/playwright.config';

/** Opens a fresh page in the browser that the tests use, and closes everything afterwards. */
export async function withPage<T>(measure: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch(playwrightConfig.use?.launchOptions);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    // tsx marks functions with a helper that a page does not have.
    await context.addInitScript('globalThis.__name ??= (target) => target');
    return await measure(await context.newPage());
  } finally {
    await browser.close();
  }
}

/** Time from asking for the page until the graph is laid out and painted, milliseconds. */
export async function paintMs(page: Page, url: string): Promise<number> {
  const start = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('[data-busy="false"] [role="application"]').waitFor({ timeout: 120_000 });
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  return performance.now() - start;
}
