import http from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startScript, type ScriptRun } from '@/tests/support/demo-run';
import { DETAILS_ROUTE, DETAILS_RULE, detailsStart, ISTIO } from '@/tests/support/details-start';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';
import {
  startWriteFaultProxy,
  type SeenRequest,
  type WriteFaultProxy,
} from '@/tests/support/write-fault-proxy';

const PORT = 20_424;
const FANARI = `http://127.0.0.1:${PORT}`;
const BUILD_MS = 300_000;

let demo: DemoProcess;
let proxy: WriteFaultProxy;
let run: ScriptRun;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m']);
  proxy = await startWriteFaultProxy(demo);
  ({ run } = await startScript(
    'start.mjs',
    [
      ...['--kubeconfig', proxy.demo.kubeconfig, '--prometheus-url', demo.prometheusUrl],
      // Longer than the process waits for connections at its end, and than its supervisor does for other programs.
      ...['--port', String(PORT), '--log-level', 'error', '--propagation-pause', '6s'],
    ],
    (line) => (line.startsWith('Fanari listens at') ? line : null),
  ));
  await until('readiness', async () => (await fetch(`${FANARI}/readyz`)).ok);
}, BUILD_MS);

afterAll(async () => {
  await run.stop();
  proxy.close();
  await demo.close();
});

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(FANARI + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Sends a start and gives up as soon as `meanwhile` has resolved, as a browser does whose tab is closed. */
async function startAndLeave(meanwhile: () => Promise<void>): Promise<void> {
  const preview = (await post('/api/v1/splits/start/preview', { start: detailsStart })) as {
    seen: string;
  };
  const request = http.request(`${FANARI}/api/v1/splits/start/apply`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  request.on('error', () => undefined);
  request.end(JSON.stringify({ start: detailsStart, seen: preview.seen }));
  await meanwhile();
  request.destroy();
}

const made = ({ method, dryRun, path }: SeenRequest) =>
  method === 'POST' && !dryRun && path.startsWith(ISTIO);

/** Resolves when the first write of a start has come to the API server; that one is held up for a moment. */
function firstWrite(): Promise<void> {
  return new Promise((resolve) => {
    proxy.setBefore(async (request) => {
      if (!made(request)) return;
      resolve();
      await new Promise((done) => setTimeout(done, 400));
    });
  });
}

const isThere = async (path: string) => (await fetch(demo.kubernetesUrl + path)).ok;

const created = () =>
  run.output
    .filter((line) => line.includes('"audit":true'))
    .map((line) => JSON.parse(line) as { action: string; outcome: string })
    .filter(({ action, outcome }) => action === 'create' && outcome === 'accepted').length;

test('a start whose browser has gone is finished and logged', async () => {
  const begun = firstWrite();
  await startAndLeave(() => begun);
  await until('the audit lines', () => created() === 2);
  expect([await isThere(DETAILS_RULE), await isThere(DETAILS_ROUTE)]).toEqual([true, true]);
  for (const path of [DETAILS_ROUTE, DETAILS_RULE])
    await fetch(demo.kubernetesUrl + path, { method: 'DELETE' });
});

test('a start is finished and logged although SIGTERM comes after its first write and the browser has gone', async () => {
  await until('the candidate', async () => {
    const response = await fetch(`${FANARI}/api/v1/splits/candidates?namespaces=bookinfo`);
    const { candidates } = (await response.json()) as {
      candidates: { id: string; destinationRule: unknown }[];
    };
    return candidates.some(
      ({ id, destinationRule }) => id === 'bookinfo/details' && destinationRule === null,
    );
  });
  const before = created();
  const begun = firstWrite();
  let stopped: Promise<void> = Promise.resolve();
  await startAndLeave(async () => {
    await begun;
    stopped = run.stop();
  });
  await stopped;
  expect(created() - before).toBe(2);
  expect([await isThere(DETAILS_RULE), await isThere(DETAILS_ROUTE)]).toEqual([true, true]);
}, 40_000);
