import type { Page } from '@playwright/test';
import { paintMs, withPage } from '@/tests/bench/browser';
import { median, printTable } from '@/tests/bench/print-table';
import { CANARY } from '@/tests/support/demo-mesh';
import { withDemo } from '@/tests/support/stack-run';

const WRITES = 10;
const STEPS = 40;

interface Split {
  readonly id: string;
  readonly object: unknown;
  readonly apiVersion: string;
  readonly rulePointer: string;
  readonly ruleText: string;
  readonly destinations: readonly {
    readonly host: string;
    readonly subset: string | null;
    readonly port: number | null;
  }[];
}

async function post(url: string, path: string, change: unknown): Promise<number> {
  const start = performance.now();
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ change }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return performance.now() - start;
}

/** Times of dry-run and write, each the middle of several, milliseconds. */
async function writeMs(url: string): Promise<{ readonly preview: number; readonly apply: number }> {
  const response = await fetch(`${url}/api/v1/splits?window=60s`);
  const answer = (await response.json()) as { readonly splits: readonly Split[] };
  const split = answer.splits.find(({ id }) => id === CANARY.id);
  if (split === undefined) throw new Error('the demo has no canary');
  const preview: number[] = [];
  const apply: number[] = [];
  let seen: readonly number[] = CANARY.weights;
  for (let index = 0; index < WRITES; index += 1) {
    const wanted = [50 + index, 50 - index];
    const change = {
      object: split.object,
      apiVersion: split.apiVersion,
      rulePointer: split.rulePointer,
      ruleText: split.ruleText,
      seen: split.destinations.map(({ host, subset, port }, at) => ({
        host,
        subset,
        port,
        weight: seen[at] ?? null,
      })),
      wanted,
    };
    preview.push(await post(url, '/api/v1/splits/preview', change));
    apply.push(await post(url, '/api/v1/splits/apply', change));
    seen = wanted;
  }
  return { preview: median(preview), apply: median(apply) };
}

/** Time from a pointer step on the handle until the frame with the new weight is drawn, milliseconds; the middle one. */
async function dragMs(page: Page, url: string): Promise<number> {
  await paintMs(page, `${url}/?namespaces=bookinfo`);
  const handle = page.getByTestId(`split-${CANARY.id}`);
  await handle.waitFor({ state: 'attached' });
  if (!(await handle.isVisible())) {
    await handle
      .locator('xpath=..')
      .getByRole('button', { name: /^Open the traffic/ })
      .click();
  }
  const bar = await handle.locator('[data-part="bar"]').boundingBox();
  const knob = handle.getByRole('slider').first();
  const start = await knob.boundingBox();
  if (bar === null || start === null) throw new Error('the handle is not drawn');
  await knob.evaluate((slider) => {
    const times: number[] = [];
    Object.assign(window, { benchTimes: times });
    let steppedAtMs = 0;
    const onStep = (event: PointerEvent): void => {
      steppedAtMs = event.timeStamp;
    };
    window.addEventListener('pointermove', onStep, { capture: true });
    // Told only when a step has changed the weight; what follows a frame's callbacks comes after it is drawn.
    new MutationObserver(() => {
      const fromMs = steppedAtMs;
      const drawn = (): void => void times.push(performance.now() - fromMs);
      requestAnimationFrame(() => setTimeout(drawn));
    }).observe(slider, { attributes: true, attributeFilter: ['aria-valuenow'] });
  });
  const y = bar.y + bar.height / 2;
  await page.mouse.move(start.x + start.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(bar.x + bar.width / 2, y, { steps: STEPS });
  const times = await page.evaluate(
    () => (window as unknown as { benchTimes: number[] }).benchTimes,
  );
  await page.keyboard.press('Escape');
  await page.mouse.up();
  if (times.length < STEPS / 2)
    throw new Error(`${STEPS} steps of the pointer drew ${times.length}`);
  return median(times);
}

await withDemo([], async ({ url }) => {
  const drag = await withPage((page) => dragMs(page, url));
  const { preview, apply } = await writeMs(url);
  printTable('Changing weights on the demo', [
    ['pointer step to frame', `${drag.toFixed(1)} ms`, 'one frame, 17 ms'],
    ['preview with dry-run', `${preview.toFixed(0)} ms`, '–'],
    ['write', `${apply.toFixed(0)} ms`, 'under 300 ms'],
  ]);
});
