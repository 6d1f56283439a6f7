import { setTimeout as sleep } from 'node:timers/promises';
import { printTable, type BenchRow } from '@/tests/bench/print-table';
import { startCountingProxy, startServerOn, withDemo } from '@/tests/support/stack-run';

const SERVICES_PER_NAMESPACE = 20;
const REFRESH_SECONDS = 5;
const REFRESHES = 4;

/** Queries per refresh with this many viewers of the same window. */
async function perRefresh(url: string, queries: () => number, viewers: number): Promise<number> {
  const stop = new AbortController();
  const streams = Array.from({ length: viewers }, async () => {
    const response = await fetch(`${url}/api/v1/graph/stream`, { signal: stop.signal });
    await response.body?.pipeTo(new WritableStream());
  });
  const ended = Promise.allSettled(streams);
  // The first refresh also asks for bounds and limits.
  await sleep(REFRESH_SECONDS * 1500);
  const before = queries();
  await sleep(REFRESH_SECONDS * REFRESHES * 1000);
  const asked = queries() - before;
  stop.abort();
  await ended;
  return asked / REFRESHES;
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
        const figure = await perRefresh(server.url, proxy.queries, viewers);
        const aim = viewers === 0 ? '0' : 'the same everywhere';
        measured.push([`${namespaces} namespaces, ${viewers} viewers`, figure.toFixed(1), aim]);
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
