import { expect, type Locator } from '@playwright/test';
import { test } from '@/tests/e2e/fixtures/fanari-test';
import { drawnNode, drawnNodes } from '@/tests/e2e/pages/drawn-nodes';
import type { GraphPage } from '@/tests/e2e/pages/graph-page';
import type { DemoMesh } from '@/tests/support/demo-mesh';

interface Rule {
  readonly route: readonly { readonly destination: object; readonly weight?: number }[];
  readonly [field: string]: unknown;
}

/** The HTTP rules of one VirtualService of the demo, read and written as another user does. */
class Route {
  readonly #url: string;

  constructor(mesh: DemoMesh, namespace: string, name: string) {
    const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/${name}`;
    this.#url = mesh.addresses.kubernetesUrl + path;
  }

  async rules(): Promise<readonly Rule[]> {
    const response = await fetch(this.#url);
    return ((await response.json()) as { spec: { http: readonly Rule[] } }).spec.http;
  }

  async setRules(http: readonly Rule[]): Promise<void> {
    const response = await fetch(`${this.#url}?fieldManager=another-user`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { http } }),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  async weights(): Promise<readonly (readonly (number | undefined)[])[]> {
    return (await this.rules()).map(({ route }) => route.map(({ weight }) => weight));
  }
}

/** Drags one boundary of a handle to a place in its bar, percent from the left, and lets go. */
async function drag(graphPage: GraphPage, slider: Locator, place: number): Promise<void> {
  const bar = await slider.locator('xpath=..').boundingBox();
  const knob = await slider.boundingBox();
  if (bar === null || knob === null) throw new Error('the handle is not drawn');
  const { mouse } = graphPage.page;
  const y = bar.y + bar.height / 2;
  await mouse.move(knob.x + knob.width / 2, y);
  await mouse.down();
  await mouse.move(bar.x + (bar.width * place) / 100, y, { steps: 8 });
  await mouse.up();
}

async function apply(graphPage: GraphPage): Promise<void> {
  await expect(graphPage.sheet.accepted).toBeVisible();
  await graphPage.sheet.apply.click();
  await expect(graphPage.sheet.dialog).toHaveCount(0);
}

test('of three versions a drag moves the two beside the boundary, and the third keeps its share', async ({
  graphPage,
  mesh,
}) => {
  const route = new Route(mesh, 'boutique', 'adservice');
  expect(await route.weights()).toEqual([[60, 30, 10]]);
  await graphPage.open('?namespaces=boutique');
  const handle = await graphPage.handle('VirtualService/boutique/adservice/spec/http/0');
  const sliders = handle.getByRole('slider');
  await expect(sliders).toHaveCount(2);
  await drag(graphPage, sliders.nth(1), 75);
  const [first, second, third] = await shown(graphPage);
  expect(first).toBe(60);
  expect(second).toBeGreaterThan(10);
  expect(second).toBeLessThan(20);
  expect((first ?? 0) + (second ?? 0) + (third ?? 0)).toBe(100);
  await apply(graphPage);
  await expect.poll(() => route.weights()).toEqual([[first, second, third]]);

  await graphPage.written.getByRole('button', { name: /^Undo/ }).click();
  await expect.poll(() => route.weights()).toEqual([[60, 30, 10]]);
});

test('of several rules each can be stepped to and moved, and the others are left alone', async ({
  graphPage,
  mesh,
}) => {
  const route = new Route(mesh, 'bookinfo', 'ratings');
  const before = await route.rules();
  const [jason, rest] = before;
  if (jason === undefined || rest === undefined) throw new Error('two rules expected');
  const split = rest.route.map((entry, index) => ({ ...entry, weight: [70, 30][index] ?? 0 }));
  await route.setRules([{ ...jason, route: split }, rest]);
  try {
    await graphPage.open('?namespaces=bookinfo');
    const last = await graphPage.handle('VirtualService/bookinfo/ratings/spec/http/1');
    await expect(last).toContainText('2/2 · everything else');
    await last.getByRole('button', { name: 'Previous rule' }).click();
    const first = graphPage.page.getByTestId('split-VirtualService/bookinfo/ratings/spec/http/0');
    await expect(first).toContainText('1/2 · header end-user = jason');
    await expect(first.getByRole('slider')).toHaveAttribute('aria-valuenow', '70');
    await expect(graphPage.details).toContainText('When header end-user = jason.');
    await drag(graphPage, first.getByRole('slider'), 40);
    const chosen = await shown(graphPage);
    expect(Math.abs((chosen[0] ?? 0) - 40)).toBeLessThan(4);
    await apply(graphPage);
    await expect.poll(() => route.weights()).toEqual([chosen, [60, 40]]);
    expect((await route.rules())[0]?.['fault']).toEqual(jason['fault']);
  } finally {
    await route.setRules(before);
  }
});

test('a mirrored route says what is copied where, and a drag leaves the mirror as it is', async ({
  graphPage,
  mesh,
  page,
}) => {
  const route = new Route(mesh, 'boutique', 'paymentservice');
  const before = await route.rules();
  const [rule] = before;
  if (rule === undefined) throw new Error('a rule expected');
  await graphPage.open('?namespaces=boutique');
  const service = 'service:boutique/paymentservice';
  await expect.poll(async () => (await drawnNodes(page)).map(({ id }) => id)).toContain(service);
  const { x, y } = await drawnNode(page, service);
  await page.mouse.click(x, y);
  await expect(graphPage.details).toContainText('50 % is also copied to paymentservice v2');

  const to = (subset: string, weight: number) => ({
    destination: { host: 'paymentservice', subset },
    weight,
  });
  await route.setRules([{ ...rule, route: [to('v1', 80), to('v2', 20)] }]);
  try {
    await graphPage.open('?namespaces=boutique');
    const handle = await graphPage.handle('VirtualService/boutique/paymentservice/spec/http/0');
    await expect(handle).toContainText('mirrors 50 % to v2');
    await drag(graphPage, handle.getByRole('slider'), 60);
    const chosen = await shown(graphPage);
    await apply(graphPage);
    await expect.poll(() => route.weights()).toEqual([chosen]);
    const [after] = await route.rules();
    expect(after?.['mirror']).toEqual(rule['mirror']);
    expect(after?.['mirrorPercentage']).toEqual(rule['mirrorPercentage']);
  } finally {
    await route.setRules(before);
  }
});

/** The weights that the sheet asks to confirm, in percent. */
async function shown(graphPage: GraphPage): Promise<readonly number[]> {
  const after = graphPage.sheet.dialog.getByRole('table').first().locator('tbody strong');
  await expect(after.first()).toBeVisible();
  return (await after.allInnerTexts()).map(Number);
}
