import { expect } from '@playwright/test';
import { test as base } from '@/tests/e2e/fixtures/fanari-test';
import { CANARY } from '@/tests/support/demo-mesh';
import { ReplicaSet, SERVED_BY } from '@/tests/support/replica-set';

const test = base.extend<object, { readonly replicas: ReplicaSet }>({
  replicas: [
    async ({ addresses }, use) => {
      const set = await ReplicaSet.start(addresses, 2);
      await use(set);
      await set.close();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`when the replica of a page ends by ${signal}, the graph stays, and goes on at another`, async ({
    page,
    graphPage,
    guard,
    mesh,
    replicas,
  }) => {
    test.setTimeout(180_000);
    // What Chromium itself prints when a connection breaks, and while Prometheus is away on purpose.
    guard.tolerate(/net::ERR_/);
    await replicas.restore();
    const streams: { readonly url: string; readonly servedBy: string }[] = [];
    let polls = 0;
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname === '/api/v1/graph') polls += 1;
      if (pathname !== '/api/v1/graph/stream') return;
      streams.push({ url: response.url(), servedBy: response.headers()[SERVED_BY] ?? '' });
    });
    await page.goto(`${replicas.url}/?namespaces=bookinfo&select=split.${CANARY.id}`);
    await expect(graphPage.drawing).toBeVisible({ timeout: 30_000 });
    const first = graphPage.details.getByLabel('Weight of v1 in percent').first();
    await expect(first).toHaveValue('90');
    await expect.poll(() => streams.length).toBe(1);
    const before = await graphPage.counts();
    expect(before.nodes).toBeGreaterThan(3);
    // Every name that the drawing has from now on: what it shows must never be less.
    await graphPage.drawing.evaluate((drawing) => {
      const names = new Set([drawing.getAttribute('aria-label') ?? '']);
      Object.assign(window, { drawingNames: names });
      new MutationObserver(() => names.add(drawing.getAttribute('aria-label') ?? '')).observe(
        drawing,
        { attributes: true, attributeFilter: ['aria-label'] },
      );
    });

    const port = Number(streams[0]?.servedBy.split(':').at(-1));
    await replicas.end(port, signal);
    // While no replica tells this page anything.
    await mesh.setCanaryWeights([35, 65]);
    await expect.poll(() => streams.length, { timeout: 20_000 }).toBe(2);
    expect(streams[1]?.url).toMatch(/lastEventId=[0-9a-f]+\.\d+-\d+/);
    expect(Number(streams[1]?.servedBy.split(':').at(-1))).not.toBe(port);
    await expect(first).toHaveValue('35');
    await mesh.setFault('prometheus', 'unavailable');
    await expect(graphPage.gaps).toContainText('Prometheus', { timeout: 40_000 });
    await mesh.setFault('prometheus', null);
    await expect(graphPage.gaps).toHaveCount(0, { timeout: 40_000 });
    const names = await page.evaluate(() => [
      ...(window as unknown as { readonly drawingNames: Set<string> }).drawingNames,
    ]);
    const fewest = Math.min(...names.map((name) => Number(/\d+/.exec(name)?.[0] ?? 0)));
    expect(fewest, names.join(' | ')).toBe(before.nodes);
    expect(polls).toBe(0);
    expect(streams).toHaveLength(2);
  });
}
