import { expect } from '@playwright/test';
import { test } from '@/tests/e2e/fixtures/fanari-test';

const away = /50[0-9]|Failed to load resource/;

for (const kind of ['unavailable', 'garbage']) {
  test(`with Prometheus ${kind} the topology stays, the figures go, and the reason is said`, async ({
    graphPage,
    guard,
    mesh,
  }) => {
    guard.tolerate(away);
    await graphPage.open('?namespaces=bookinfo');
    const { nodes } = await graphPage.counts();
    await mesh.setFault('prometheus', kind);
    await expect(graphPage.gaps).toContainText('Prometheus', { timeout: 40_000 });
    expect((await graphPage.counts()).nodes).toBeGreaterThan(nodes / 2);
    await mesh.setFault('prometheus', null);
    await expect(graphPage.gaps).toHaveCount(0, { timeout: 40_000 });
  });
}

test('with the API server away the graph stays and the reason is said; it heals by itself', async ({
  graphPage,
  guard,
  mesh,
  page,
}) => {
  guard.tolerate(away);
  await graphPage.open('?namespaces=bookinfo');
  const before = await graphPage.counts();
  await mesh.setApiServer('stop');
  const chip = page.getByRole('button', { name: /^Kubernetes/ });
  await expect(graphPage.gaps.or(chip.and(page.getByLabel(/does not answer/))).first()).toBeVisible(
    {
      timeout: 40_000,
    },
  );
  expect((await graphPage.counts()).nodes).toBe(before.nodes);
  await mesh.setApiServer('start');
  await expect(chip).toHaveAccessibleName(/answers/, { timeout: 60_000 });
});

test('with Jaeger away the panel says so and keeps the rest', async ({
  graphPage,
  guard,
  mesh,
}) => {
  guard.tolerate(away);
  await mesh.setFault('jaeger', 'unavailable');
  await graphPage.open('?namespaces=bookinfo&select=node.workload:bookinfo/productpage-v1');
  await expect(graphPage.details).toContainText(/Jaeger|traces/i);
  await expect(graphPage.details.getByRole('button', { name: /spans ·/ })).toHaveCount(0);
  await expect(graphPage.details).toContainText('rps');
});
