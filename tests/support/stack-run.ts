import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  startDemoRun,
  startScript,
  type DemoAddresses,
  type ScriptRun,
} from '@/tests/support/demo-run';

/** A reverse proxy that counts the queries which pass through it. */
export interface CountingProxy {
  readonly url: string;
  /** Instant queries so far, by the moment they ask about: those of one refresh ask about the same. */
  refreshes(): readonly number[];
  close(): void;
}

/** Stands between Fanari and a Prometheus; rejects when it cannot listen. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const byTime = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      if (/\/api\/v1\/query(\?|$)/.test(path)) {
        const body = Buffer.concat(chunks).toString('utf8');
        const time = new URLSearchParams(body === '' ? path.split('?')[1] : body).get('time') ?? '';
        byTime.set(time, (byTime.get(time) ?? 0) + 1);
      }
      const answer = await fetch(target + path, {
        method: request.method ?? 'GET',
        headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
      });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  // As Prometheus itself: closed sooner, a connection may go just when a rare refresh takes it up again.
  server.keepAliveTimeout = 5 * 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    refreshes: () => [...byTime.values()],
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The demo, and a second built server on it behind flags of its own. */
export async function startServerOn(
  demo: DemoAddresses,
  port: number,
  flags: readonly string[],
): Promise<{ readonly run: ScriptRun; readonly url: string }> {
  const { run, found } = await startScript(
    'start.mjs',
    ['--kubeconfig', demo.kubeconfig, '--port', String(port), ...flags],
    (line) => /^Fanari listens at (\S+)/.exec(line)?.[1] ?? null,
  );
  return { run, url: found };
}

/** Runs `measure` over a demo started with these flags, and stops the demo whatever happens. */
export async function withDemo<T>(
  flags: readonly string[],
  measure: (addresses: DemoAddresses) => Promise<T>,
): Promise<T> {
  const { run, addresses } = await startDemoRun(['--port', '20310', ...flags]);
  try {
    return await measure(addresses);
  } finally {
    await run.stop();
  }
}
