import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoProcess } from '@/tests/support/start-demo';

/**
 * What becomes of a request. `drop`: it is carried out, and the connection closed instead of an answer. `garbage`: it is
 * carried out and answered with something that is no JSON. `lose`: it is not carried out, and the connection closed.
 */
export type WriteFault = 'drop' | 'garbage' | 'lose';

/** A request as the proxy sees it; `dryRun` also for deletions, which say so in their body. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly dryRun: boolean;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** A write, and the status it was answered with; `null` while there is no answer. */
export interface SeenWrite extends SeenRequest {
  readonly status: number | null;
}

/** A proxy between Fanari and the Kubernetes API of a demo that can be told to lose answers. */
export interface WriteFaultProxy {
  /** The demo as Fanari reaches it through the proxy. */
  readonly demo: DemoProcess;
  /** From now on; `null` passes a request on as it is. */
  setFault(fault: (request: SeenRequest) => WriteFault | null): void;
  /** Runs when a request has come and before it goes on. */
  setBefore(before: (request: SeenRequest) => Promise<void>): void;
  /** Writes that were passed on or lost since the last call, dry-runs left out. */
  takeWrites(): readonly SeenWrite[];
  close(): void;
}

/** Starts the proxy in front of a demo. */
export async function startWriteFaultProxy(demo: DemoProcess): Promise<WriteFaultProxy> {
  let faultOf: (request: SeenRequest) => WriteFault | null = () => null;
  let before: (request: SeenRequest) => Promise<void> = async () => Promise.resolve();
  let writes: { -readonly [Key in keyof SeenWrite]: SeenWrite[Key] }[] = [];
  const server = http.createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', demo.kubernetesUrl);
    const body = await readBody(request);
    const dryRun = url.searchParams.has('dryRun') || body.includes('"dryRun"');
    const method = request.method ?? 'GET';
    const seen = { method, path: url.pathname, dryRun, atMs: Date.now(), status: null };
    const write: (typeof writes)[number] = seen;
    if (method !== 'GET' && !dryRun && !url.pathname.includes('/authorization.k8s.io/')) {
      writes.push(write);
    }
    await before(seen);
    const fault = faultOf(seen);
    if (fault === 'lose') {
      response.destroy();
      return;
    }
    const { 'transfer-encoding': _, ...headers } = request.headers;
    const onward = http.request(url, { method, headers }, (answer) => {
      write.status = answer.statusCode ?? null;
      if (fault === null) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on('close', () => response.end());
        return;
      }
      answer.resume().on('end', () => {
        if (fault === 'drop') response.destroy();
        else response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>');
      });
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubernetesUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'fanari-write-fault-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const original = readFileSync(demo.kubeconfig, 'utf8');
  writeFileSync(kubeconfig, original.replaceAll(demo.kubernetesUrl, kubernetesUrl));
  return {
    demo: { ...demo, kubernetesUrl, kubeconfig },
    setFault: (next) => (faultOf = next),
    setBefore: (next) => (before = next),
    takeWrites: () => {
      const taken = writes;
      writes = [];
      return taken;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
