import { paintMs, withPage } from '@/tests/bench/browser';
import { printTable, type BenchRow } from '@/tests/bench/print-table';
import { withDemo } from '@/tests/support/stack-run';

/** What a browser fetches for a page, by kind, in bytes on the wire (compressed). */
async function bytesOf(url: string, isGraph: boolean): Promise<ReadonlyMap<string, number>> {
  return withPage(async (page) => {
    const bytes = new Map<string, number>();
    const kinds = new Map<string, string>();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId) ?? 'Other';
      bytes.set(kind, (bytes.get(kind) ?? 0) + encodedDataLength);
    });
    if (isGraph) await paintMs(page, url);
    else await page.goto(url, { waitUntil: 'load' });
    await page.waitForTimeout(2000);
    return bytes;
  });
}

const rows = await withDemo([], async ({ url }) => {
  const table: BenchRow[] = [];
  for (const [name, path] of [
    ['graph', '/'],
    ['mTLS', '/mtls'],
  ] as const) {
    const bytes = await bytesOf(url + path, path === '/');
    for (const kind of ['Script', 'Stylesheet', 'Document']) {
      const aim = name === 'graph' && kind === 'Script' ? 'under 400 kB' : '–';
      table.push([`${name}: ${kind}`, `${((bytes.get(kind) ?? 0) / 1000).toFixed(0)} kB`, aim]);
    }
  }
  return table;
});
printTable('Bytes on the wire per route, as Chromium fetches them (workers apart)', rows);
