import { expect, type Page } from '@playwright/test';
import { test as base } from '@/tests/e2e/fixtures/fanari-test';
import { GraphPage } from '@/tests/e2e/pages/graph-page';
import type { DemoMesh } from '@/tests/support/demo-mesh';
import { startFaultyProxy, type FaultyProxy } from '@/tests/support/faulty-proxy';

/** What Chromium itself prints when a connection breaks, and while Prometheus is away on purpose. */
const broken = /net::ERR_|50[0-9]|Failed to load resource/;

/** Every test looks at the demo through a proxy that can be told to misbehave. */
const test = base.extend<{ readonly faulty: FaultyProxy }>({
  faulty: async ({ addresses }, use) => {
    const proxy = await startFaultyProxy(addresses.url);
    await use(proxy);
    proxy.close();
  },
});

async function open(page: Page, proxy: FaultyProxy): Promise<GraphPage> {
  await page.goto(`${proxy.url}/?namespaces=bookinfo`);
  const graphPage = new GraphPage(page);
  await expect(graphPage.drawing).toBeVisible({ timeout: 30_000 });
  return graphPage;
}

/** What becomes of Prometheus comes to the page with the graph, so the graph must still be coming. */
async function expectUpdates(graphPage: GraphPage, mesh: DemoMesh): Promise<void> {
  await mesh.setFault('prometheus', 'unavailable');
  await expect(graphPage.gaps).toContainText('Prometheus', { timeout: 40_000 });
  await mesh.setFault('prometheus', null);
  await expect(graphPage.gaps).toHaveCount(0, { timeout: 40_000 });
}

test('a stream that is cut is taken up where it was, without asking for everything again', async ({
  page,
  guard,
  mesh,
  faulty: proxy,
}) => {
  guard.tolerate(broken);
  const graphPage = await open(page, proxy);
  // The picture itself came with the page.
  await expect.poll(() => proxy.begun()).toBe(1);
  expect(proxy.streams().map((path) => path.includes('lastEventId'))).toEqual([false]);
  proxy.cut();
  await expect.poll(() => proxy.streams().length).toBe(2);
  expect(proxy.streams()[1]).toMatch(/lastEventId=[0-9a-f]+\.\d+-\d+/);
  await expect.poll(() => proxy.firstEvents().length).toBe(2);
  // What was missed meanwhile, if anything: never the whole graph.
  expect(proxy.firstEvents()).toEqual(['graph', expect.stringMatching(/^(delta|alive)$/)]);
  await expectUpdates(graphPage, mesh);
  expect(proxy.polls()).toBe(0);
  expect(proxy.streams()).toHaveLength(2);
});

test('the only viewer, cut off after more than a minute, is not sent the whole graph again', async ({
  page,
  guard,
  faulty: proxy,
}) => {
  test.setTimeout(180_000);
  guard.tolerate(broken);
  await open(page, proxy);
  await expect.poll(() => proxy.begun()).toBe(1);
  await page.waitForTimeout(65_000);
  proxy.cut();
  await expect.poll(() => proxy.firstEvents().length, { timeout: 20_000 }).toBe(2);
  expect(proxy.firstEvents()[1]).toMatch(/^(delta|alive)$/);
});

for (const fault of ['hold', 'buffer'] as const) {
  test(`behind a proxy that does "${fault}", the graph is asked for instead, until streams work again`, async ({
    page,
    guard,
    mesh,
    faulty: proxy,
  }) => {
    test.setTimeout(180_000);
    guard.tolerate(broken);
    proxy.setFault(fault);
    const graphPage = await open(page, proxy);
    await expectUpdates(graphPage, mesh);
    expect(proxy.polls()).toBeGreaterThan(0);
    proxy.setFault('none');
    await expect
      .poll(
        async () => {
          const before = proxy.polls();
          await page.waitForTimeout(12_000);
          return proxy.polls() - before;
        },
        { timeout: 90_000 },
      )
      .toBe(0);
    await expectUpdates(graphPage, mesh);
  });
}

test('with Fanari away the graph stays with its age, and goes on when it is back', async ({
  page,
  guard,
  mesh,
  faulty: proxy,
}) => {
  guard.tolerate(broken);
  const graphPage = await open(page, proxy);
  const before = await graphPage.counts();
  proxy.setFault('down');
  proxy.cut();
  const banner = page.getByRole('status').filter({ hasText: /Connection lost; this is from/ });
  await expect(banner).toBeVisible({ timeout: 30_000 });
  expect((await graphPage.counts()).nodes).toBe(before.nodes);
  proxy.setFault('none');
  await expect(banner).toHaveCount(0, { timeout: 60_000 });
  await expectUpdates(graphPage, mesh);
});
