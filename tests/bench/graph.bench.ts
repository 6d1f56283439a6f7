import type { Page } from '@playwright/test';
import { paintMs, withPage } from '@/tests/bench/browser';
import { median, printTable, type BenchRow } from '@/tests/bench/print-table';
import { withDemo } from '@/tests/support/stack-run';

const PAN_MS = 3000;

/** Frames per second while the pointer drags the picture about. */
async function panFramesPerSecond(page: Page): Promise<number> {
  await page.evaluate(() => {
    const state = { frames: 0 };
    Object.assign(window, { benchFrames: state });
    const count = (): void => {
      state.frames += 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const frames = (): Promise<number> =>
    page.evaluate(
      () => (window as unknown as { benchFrames: { frames: number } }).benchFrames.frames,
    );
  const box = await page.getByRole('application').boundingBox();
  if (box === null) throw new Error('no graph');
  // A corner of the picture, where the layout leaves room.
  const [x, y] = [box.x + 40, box.y + box.height - 40];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const start = performance.now();
  const before = await frames();
  for (let step = 0; performance.now() - start < PAN_MS; step += 1) {
    await page.mouse.move(x + 150 * Math.sin(step / 8), y - 100 * Math.abs(Math.sin(step / 11)));
  }
  const seconds = (performance.now() - start) / 1000;
  const drawn = (await frames()) - before;
  await page.mouse.up();
  return drawn / seconds;
}

/** Notes in the page when a layout that begins from now on has ended. */
async function watchLayout(page: Page): Promise<void> {
  await page.locator('[data-busy]').evaluate((root) => {
    Reflect.set(window, 'benchLayoutEnded', false);
    new MutationObserver((records) => {
      const hasBegun = records.some(({ oldValue }) => oldValue === 'true');
      if (hasBegun && root.getAttribute('data-busy') === 'false')
        Reflect.set(window, 'benchLayoutEnded', true);
    }).observe(root, { attributeFilter: ['data-busy'], attributeOldValue: true });
  });
}

/** Unfolds everything and waits for the layout; `null` where nothing is folded. */
async function unfoldMs(page: Page): Promise<number | null> {
  const button = page.getByRole('button', { name: 'Open all namespaces' });
  if ((await button.count()) === 0) return null;
  await watchLayout(page);
  const start = performance.now();
  await button.click();
  await page.waitForFunction(() => Reflect.get(window, 'benchLayoutEnded') === true, null, {
    timeout: 120_000,
  });
  return performance.now() - start;
}

async function sized(nodes: number): Promise<readonly BenchRow[]> {
  // Two workloads a service, and a service node where its traffic splits.
  const services = Math.max(5, Math.round(nodes / 3));
  return withDemo(['--services', String(services)], ({ url }) =>
    withPage(async (page) => {
      const paint = await paintMs(page, url);
      const name = (await page.getByRole('application').getAttribute('aria-label')) ?? '';
      const unfold = await unfoldMs(page);
      const rate = await panFramesPerSecond(page);
      const what = /\d+ nodes, \d+ edges/.exec(name)?.[0] ?? `${nodes} nodes`;
      return [
        [`${what}: first paint`, `${paint.toFixed(0)} ms`, '–'],
        ...(unfold === null
          ? []
          : [[`${what}: unfold and lay out all`, `${unfold.toFixed(0)} ms`, '–'] as const]),
        [`${what}: panning`, `${rate.toFixed(0)} frames/s`, nodes === 300 ? '30 or more' : '–'],
      ] as const;
    }),
  );
}

/** First paint with a warm server, the middle of three fresh browsers. */
async function warmPaint(flags: readonly string[]): Promise<number> {
  return withDemo(flags, async ({ url }) => {
    const times: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      const time = await withPage((page) => paintMs(page, url));
      if (run > 0) times.push(time);
    }
    return median(times);
  });
}

const paints: BenchRow[] = [];
for (const [what, flags, aim] of [
  ['the demo', [], 'under 1500 ms'],
  ['10 namespaces, 200 services', ['--services', '200'], 'under 2000 ms'],
  ['25 namespaces, 500 services', ['--services', '500'], 'under 3000 ms'],
] as const) {
  paints.push([what, `${(await warmPaint(flags)).toFixed(0)} ms`, aim]);
}
printTable('First paint of the graph in a fresh browser', paints);

const sizes: BenchRow[] = [];
for (const nodes of [50, 300, 1000]) sizes.push(...(await sized(nodes)));
printTable('Layout and frames in Chromium', sizes);
