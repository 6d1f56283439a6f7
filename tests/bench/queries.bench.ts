import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { printTable, type BenchRow } from '@/tests/bench/print-table';
import { startCountingProxy, startServerOn, withDemo } from '@/tests/support/stack-run';

const SERVICES_PER_NAMESPACE = 20;
const REFRESH_SECONDS = 2;
const REFRESHES = 3;
/** The embedded Prometheus takes its time over thousands of workloads. */
const PATIENCE_MS = 90_000;

/** Queries of each refresh with this many viewers of the same window, e.g. `8` or `8 to 9`. */
async function perRefresh(
  url: string,
  refreshes: () => readonly number[],
  viewers: number,
): Promise<string> {
  // Thrown away unread: the proxy that counts runs here too, and must not wait for a hundred graphs to be taken apart.
  const headers = { 'accept-encoding': 'gzip' };
  const streams = Array.from({ length: viewers }, () =>
    get(`${url}/api/v1/graph/stream`, { headers }, (response) => response.resume()).on(
      'error',
      () => undefined,
    ),
  );
  const before = refreshes().length;
  const deadline = performance.now() + (viewers === 0 ? 4 * REFRESH_SECONDS * 1000 : PATIENCE_MS);
  // The first refresh may have been under way; the last one may be.
  while (refreshes().length < before + REFRESHES + 2 && performance.now() < deadline) {
    await sleep(200);
  }
  const counted = refreshes().slice(before + 1, -1);
  for (const stream of streams) stream.destroy();
  if (counted.length === 0) return viewers === 0 ? '0' : 'no refresh in time';
  const [least, most] = [Math.min(...counted), Math.max(...counted)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

async function rows(namespaces: number): Promise<readonly BenchRow[]> {
  const services = namespaces * SERVICES_PER_NAMESPACE;
  return withDemo(['--services', String(services)], async (demo) => {
    const proxy = await startCountingProxy(demo.prometheusUrl);
    const flags = ['--prometheus-url', proxy.url, '--refresh', `${REFRESH_SECONDS}s`];
    const server = await startServerOn(demo, 20320, flags);
    try {
      const measured: BenchRow[] = [];
      for (const viewers of [0, 1, 100]) {
        const figure = await perRefresh(server.url, proxy.refreshes, viewers);
        const aim = viewers === 0 ? '0' : 'the same everywhere';
        measured.push([`${namespaces} namespaces, ${viewers} viewers`, figure, aim]);
      }
      return measured;
    } finally {
      await server.run.stop();
      proxy.close();
    }
  });
}

const table: BenchRow[] = [];
for (const namespaces of [1, 10, 100]) table.push(...(await rows(namespaces)));
printTable('Prometheus queries per refresh', table);
