import type { Page } from '@playwright/test';
import { paintMs, withPage } from '@/tests/bench/browser';
import { median, printTable } from '@/tests/bench/print-table';
import { CANARY } from '@/tests/support/demo-mesh';
import { withDemo } from '@/tests/support/stack-run';

const WRITES = 10;

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

/** Time from a pointer step on the handle to the frame that shows it, milliseconds. */
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
  const knob = await handle.getByRole('slider').first().boundingBox();
  if (bar === null || knob === null) throw new Error('the handle is not drawn');
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { benchTimes: times });
    window.addEventListener(
      'pointermove',
      (event) => requestAnimationFrame(() => times.push(performance.now() - event.timeStamp)),
      { capture: true },
    );
  });
  const y = bar.y + bar.height / 2;
  await page.mouse.move(knob.x + knob.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(bar.x + bar.width / 2, y, { steps: 40 });
  const times = await page.evaluate(
    () => (window as unknown as { benchTimes: number[] }).benchTimes,
  );
  await page.keyboard.press('Escape');
  await page.mouse.up();
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
