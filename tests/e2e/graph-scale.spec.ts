import { expect, type Page } from '@playwright/test';
import { test as overDemo } from '@/tests/e2e/fixtures/fanari-test';
import { drawnNode, drawnNodes, type DrawnNode } from '@/tests/e2e/pages/drawn-nodes';
import { DemoMesh } from '@/tests/support/demo-mesh';
import { startDemoRun, type DemoAddresses } from '@/tests/support/demo-run';

/** Six namespaces of twenty services, about 240 workloads. */
const test = overDemo.extend<object, { readonly addresses: DemoAddresses }>({
  addresses: [
    async ({}, use) => {
      const { run, addresses } = await startDemoRun(['--port', '20130', '--services', '120']);
      await use(addresses);
      await run.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  // No test here changes the mesh, and it has no canary to put back.
  mesh: ({ addresses }, use) => use(new DemoMesh(addresses)),
});

const teams = ['01', '02', '03', '04', '05', '06'].map((number) => `team-${number}`);
const one = '?namespaces=team-01';

const byId = (a: DrawnNode, b: DrawnNode): number => a.id.localeCompare(b.id);

async function drawnIds(page: Page): Promise<readonly string[]> {
  return (await drawnNodes(page)).map(({ id }) => id).sort();
}

/** Nodes drawn, once they are laid out for good (which is when the browser remembers it) and stand still. */
async function settled(page: Page): Promise<readonly DrawnNode[]> {
  let last = '';
  const standsStill = async () => {
    const before = last;
    const isLaidOut = await page.evaluate(() =>
      Object.keys(localStorage).some((key) => key.startsWith('fanari.layout.')),
    );
    last = isLaidOut ? JSON.stringify(await drawnNodes(page)) : '';
    return last.length > 2 && last === before;
  };
  await expect.poll(standsStill, { intervals: [300] }).toBe(true);
  return drawnNodes(page);
}

test('above 150 nodes namespaces come folded; each opens and folds by itself, by keyboard and pointer', async ({
  graphPage,
  page,
}) => {
  await graphPage.open();
  expect((await graphPage.counts()).nodes).toBeGreaterThan(150);
  await settled(page);
  const folded = teams.map((team) => `namespace:${team}`);
  expect(await drawnIds(page)).toEqual(expect.arrayContaining(folded));
  expect((await drawnIds(page)).length).toBeLessThan(20);

  await graphPage.drawing.focus();
  const spoken = page.getByText(/^team-\d+, folded namespace of \d+ nodes/);
  for (let step = 0; step < 8 && (await spoken.count()) === 0; step += 1)
    await page.keyboard.press('ArrowRight');
  const team = /^team-\d+/.exec(await spoken.innerText())?.[0] ?? '';
  await page.keyboard.press('Space');
  const fold = page.getByRole('button', { name: `Fold namespace ${team}` });
  await expect(fold).toBeVisible();
  await expect(page.getByRole('button', { name: /^Fold namespace/ })).toHaveCount(1);
  const open = await drawnIds(page);
  expect(open).not.toContain(`namespace:${team}`);
  expect(open.filter((id) => id.includes(`:${team}/`)).length).toBeGreaterThan(30);
  await expect(page).toHaveURL(/folded=/);

  await fold.click();
  await expect.poll(() => drawnIds(page)).toContain(`namespace:${team}`);
  const other = await drawnNode(page, `namespace:${teams.find((name) => name !== team) ?? ''}`);
  await page.mouse.dblclick(other.x, other.y);
  await expect(page.getByRole('button', { name: /^Fold namespace/ })).toHaveCount(1);
  const opened = await page
    .getByRole('button', { name: /^Fold namespace/ })
    .getAttribute('aria-label');
  await page.reload();
  await expect(page.getByRole('button', { name: opened ?? '' })).toBeVisible();
});

test('all namespaces open at once, the map moves the view, and all fold again', async ({
  graphPage,
  page,
}) => {
  await graphPage.open();
  await settled(page);
  await page.getByRole('button', { name: 'Open all namespaces' }).click();
  await expect.poll(async () => (await drawnIds(page)).length).toBeGreaterThan(240);
  const map = page.locator('canvas[class*="minimap"]');
  await settled(page);
  // A map of what is all in view would only cover a part of it.
  await expect(map).toBeHidden();
  for (let step = 0; step < 5; step += 1)
    await page.getByRole('button', { name: 'Zoom in' }).click();
  await expect(map).toBeVisible();

  const nodes = await settled(page);
  const [first] = [...nodes].sort((a, b) => a.planeX + a.planeY - b.planeX - b.planeY);
  if (first === undefined) throw new Error('nothing is drawn');
  const stage = await graphPage.drawing.boundingBox();
  const frame = await map.boundingBox();
  if (stage === null || frame === null) throw new Error('nothing is drawn');
  const isInView = async (id: string): Promise<boolean> => {
    const { x, y } = await drawnNode(page, id);
    return x > stage.x && x < stage.x + stage.width && y > stage.y && y < stage.y + stage.height;
  };
  await page.mouse.move(frame.x + frame.width * 0.9, frame.y + frame.height * 0.9);
  await page.mouse.down();
  expect(await isInView(first.id)).toBe(false);
  const far = await drawnNode(page, first.id);
  await page.mouse.move(frame.x + frame.width * 0.3, frame.y + frame.height * 0.3, { steps: 4 });
  await page.mouse.up();
  const near = await drawnNode(page, first.id);
  expect(near.x - far.x).toBeGreaterThan(stage.width / 2);
  expect(near.y - far.y).toBeGreaterThan(stage.height / 2);
  await page.getByRole('button', { name: 'Hide the map' }).click();
  await expect(map).toHaveCount(0);

  await page.getByRole('button', { name: 'Fold all namespaces' }).click();
  await expect.poll(async () => (await drawnIds(page)).length).toBeLessThan(20);
});

test('nodes and namespaces that were moved stand there after a reload, until the layout is reset', async ({
  graphPage,
  page,
}) => {
  await graphPage.open('?namespaces=team-01,team-02&folded=none');
  const before = await settled(page);
  // A service that splits traffic has its weights on it, which take the pointer.
  const [still, moved] = before.filter(({ id }) => id.startsWith('workload:team-01/'));
  const elsewhere = before.find(({ id }) => id.includes(':team-02/'));
  if (still === undefined || moved === undefined || elsewhere === undefined)
    throw new Error('two namespaces expected');
  const shift = async (from: DrawnNode, to: DrawnNode) => {
    const start = await drawnNode(page, from.id);
    const end = await drawnNode(page, to.id);
    // `+ 0`, because -0 is not equal to 0.
    return {
      x: Math.round(end.planeX - start.planeX) + 0,
      y: Math.round(end.planeY - start.planeY) + 0,
    };
  };
  const atFirst = await shift(still, moved);
  await page.mouse.move(moved.x, moved.y);
  await page.mouse.down();
  await page.mouse.move(moved.x + 60, moved.y + 45, { steps: 6 });
  await page.mouse.up();
  const afterDrag = await shift(still, moved);
  expect(afterDrag.x).toBeGreaterThan(atFirst.x + 30);
  expect(afterDrag.y).toBeGreaterThan(atFirst.y + 20);

  const name = page.getByTitle('Namespace team-02; drag to move');
  const title = await name.boundingBox();
  if (title === null) throw new Error('the namespace has no title');
  await page.mouse.move(title.x + 20, title.y + title.height / 2);
  await page.mouse.down();
  await page.mouse.move(title.x + 20, title.y + 120, { steps: 6 });
  await page.mouse.up();
  const apart = await shift(still, elsewhere);

  await page.reload();
  await settled(page);
  expect(await shift(still, moved)).toEqual(afterDrag);
  const apartAfter = await shift(still, elsewhere);
  expect(Math.abs(apartAfter.x - apart.x)).toBeLessThanOrEqual(1);
  expect(Math.abs(apartAfter.y - apart.y)).toBeLessThanOrEqual(1);

  await page.getByRole('button', { name: /^Reset the layout/ }).click();
  await expect.poll(() => shift(still, moved)).toEqual(atFirst);
});

test('hiding most of a large graph opens no namespace and moves none', async ({
  graphPage,
  page,
}) => {
  await graphPage.open();
  const before = await settled(page);
  const hide = page.getByRole('searchbox', { name: 'Hide from the graph' });
  // Services alone, and those of all namespaces but one, are fewer than 150 nodes.
  for (const expression of ['kind = workload', 'kind = workload or namespace = team-03']) {
    await hide.fill(expression);
    await expect.poll(async () => (await graphPage.counts()).nodes).toBeLessThan(150);
    const left = await settled(page);
    for (const node of left) {
      const stood = before.find(({ id }) => id === node.id);
      expect([node.planeX, node.planeY]).toEqual([stood?.planeX, stood?.planeY]);
    }
    expect(left.map(({ id }) => id)).toContain('namespace:team-01');
    await expect(page.getByRole('button', { name: /^Fold namespace/ })).toHaveCount(0);
  }
  expect(await drawnIds(page)).not.toContain('namespace:team-03');
  await hide.fill('');
  await expect.poll(() => drawnIds(page)).toContain('namespace:team-03');
  // In whatever order they were drawn anew.
  expect([...(await settled(page))].sort(byId)).toEqual([...before].sort(byId));
});

test('what is hidden leaves drawing, counts and table, and comes back to its place', async ({
  graphPage,
  page,
}) => {
  await graphPage.open(`${one}&folded=none`);
  const before = await settled(page);
  const counts = await graphPage.counts();
  const hide = page.getByRole('searchbox', { name: 'Hide from the graph' });
  await hide.fill('version = v2');
  await expect.poll(async () => (await graphPage.counts()).nodes).toBeLessThan(counts.nodes - 10);
  await expect(page).toHaveURL(/hide=/);
  expect((await graphPage.counts()).edges).toBeLessThan(counts.edges);
  const left = await settled(page);
  expect(left.some(({ id }) => id.endsWith('-v1'))).toBe(true);
  expect(left.filter(({ id }) => id.endsWith('-v2'))).toEqual([]);

  await page.reload();
  await settled(page);
  expect((await drawnIds(page)).filter((id) => id.endsWith('-v2'))).toEqual([]);
  await hide.fill('');
  await expect.poll(async () => (await graphPage.counts()).nodes).toBe(counts.nodes);
  const after = new Map((await settled(page)).map((node) => [node.id, node]));
  const [origin] = before;
  const back = origin === undefined ? undefined : after.get(origin.id);
  if (origin === undefined || back === undefined) throw new Error('a node has gone');
  for (const node of before) {
    const now = after.get(node.id);
    expect(Math.abs((now?.planeX ?? 0) - back.planeX - (node.planeX - origin.planeX))).toBeLessThan(
      1,
    );
    expect(Math.abs((now?.planeY ?? 0) - back.planeY - (node.planeY - origin.planeY))).toBeLessThan(
      1,
    );
  }
});
