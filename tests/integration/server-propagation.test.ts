import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CanaryApi, CanaryStart } from '@/mesh/splits/canary';
import type { Fanari } from '@/server/fanari';
import { applyCanary } from '@/server/usecases/apply-canary';
import { getCanaryCandidates } from '@/server/usecases/get-canary-candidates';
import { previewCanary } from '@/server/usecases/preview-canary';
import { undoCanary } from '@/server/usecases/undo-canary';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';
import { startWriteFaultProxy, type WriteFaultProxy } from '@/tests/support/write-fault-proxy';
import { anybody, ownView } from '@/tests/support/own-view';

const signal = new AbortController().signal;
const context = { signal, actor: anybody, propagationPauseSeconds: 0.7 };

let demo: DemoProcess;
let proxy: WriteFaultProxy;
let fanari: Fanari;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m', '--scrape-interval', '1s']);
  proxy = await startWriteFaultProxy(demo);
  fanari = startFanari(proxy.demo);
});

afterAll(async () => {
  fanari.stop();
  proxy.close();
  await demo.close();
});

/**
 * What was written since the last look, and how long after the write before it, in milliseconds. Left out: tries that a
 * controller's write of a status came before (409), which are made again, and the Events that tell of writes.
 */
function writes(): readonly { readonly text: string; readonly afterMs: number }[] {
  const taken = proxy
    .takeWrites()
    .filter(({ status, path }) => status !== 409 && !path.endsWith('/events'));
  return taken.map(({ method, path, atMs }, index) => ({
    text: `${method} ${path.split('/').slice(-1)[0] ?? ''}`,
    afterMs: atMs - (taken[index - 1]?.atMs ?? atMs),
  }));
}

test.each([
  [
    'VirtualService',
    ['POST destinationrules', 'POST virtualservices'],
    ['DELETE details', 'DELETE details'],
  ],
  [
    'HTTPRoute',
    ['POST services', 'POST services', 'POST httproutes'],
    ['DELETE details', 'DELETE details-v2', 'DELETE details-v1'],
  ],
] satisfies readonly (readonly [CanaryApi, readonly string[], readonly string[]])[])(
  'a %s is written, and gone, one pause apart from what it names, and from nothing else',
  async (api, made, undone) => {
    await until('the candidate', () =>
      getCanaryCandidates(ownView(fanari).sources, { namespaces: ['bookinfo'] }).candidates.some(
        ({ id, destinationRule }) => id === 'bookinfo/details' && destinationRule === null,
      ),
    );
    const start: CanaryStart = {
      namespace: 'bookinfo',
      service: 'details',
      api,
      weights: [
        { version: 'v1', weight: 100 },
        { version: 'v2', weight: 0 },
      ],
    };
    const preview = await previewCanary(ownView(fanari).sources, start, context);
    if (!preview.ok) throw new Error(preview.error.detail);
    expect(preview.value.pauseSeconds).toBe(0.7);
    expect(writes()).toEqual([]);

    const { seen } = preview.value;
    const applied = await applyCanary(ownView(fanari).sources, { start, seen }, context);
    if (!applied.ok) throw new Error(applied.error.detail);
    const started = writes();
    expect(started.map(({ text }) => text)).toEqual(made);
    expect(started.at(-1)?.afterMs).toBeGreaterThanOrEqual(690);
    for (const { afterMs } of started.slice(0, -1)) expect(afterMs).toBeLessThan(690);

    const back = await undoCanary(ownView(fanari).sources, applied.value.undo, context);
    if (!back.ok) throw new Error(back.error.detail);
    const taken = writes();
    expect(taken.map(({ text }) => text)).toEqual(undone);
    expect(taken[1]?.afterMs).toBeGreaterThanOrEqual(690);
    for (const { afterMs } of taken.slice(2)) expect(afterMs).toBeLessThan(690);
  },
);
