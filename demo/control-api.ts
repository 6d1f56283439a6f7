import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An action of the control API: gets the JSON body (`null` when empty), gives what is answered. May throw an `Error`. */
export type ControlAction = (body: unknown) => unknown;

/** A running control API. */
export interface ControlApi {
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Serves actions by which tests make the embedded mesh misbehave. Keys are `METHOD /path`. Always on loopback, whatever
 * the other APIs listen on. Rejects when the port is taken.
 */
export async function startControlApi(
  port: number,
  actions: Readonly<Record<string, ControlAction>>,
): Promise<ControlApi> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void serve(request, response, actions);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  actions: Readonly<Record<string, ControlAction>>,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://control').pathname;
  const action = actions[`${request.method ?? 'GET'} ${path}`];
  if (action === undefined) {
    answer(response, 404, { error: 'no such action', actions: Object.keys(actions) });
    return;
  }
  try {
    const text = await readBody(request);
    answer(response, 200, (await action(text === '' ? null : JSON.parse(text))) ?? { ok: true });
  } catch (error) {
    answer(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
