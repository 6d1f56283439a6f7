import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * How a proxy treats event streams: it passes them on, holds everything back, or only lets through what fills a buffer;
 * `down`: it breaks every request off.
 */
export type StreamFault = 'none' | 'hold' | 'buffer' | 'down';

const BUFFER_BYTES = 4096;

/** A proxy between browser and Fanari that can be told to misbehave. */
export interface FaultyProxy {
  readonly url: string;
  /** From now on, for requests made after it. */
  setFault(fault: StreamFault): void;
  /** Breaks every open stream in the middle. */
  cut(): void;
  /** Paths of the event streams asked for so far. */
  streams(): readonly string[];
  /** The first event of each stream that came through, in the order in which they came. */
  firstEvents(): readonly string[];
  /** Event streams of which the first events have gone through, up to the `alive` that follows them. */
  begun(): number;
  /** How often the whole graph was asked for. */
  polls(): number;
  close(): void;
}

/** Passes requests on to `target`. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let fault: StreamFault = 'none';
  let polls = 0;
  let begun = 0;
  const streams: string[] = [];
  const firstEvents: string[] = [];
  const open = new Set<ServerResponse>();
  const server = http.createServer((request, response) => {
    if (fault === 'down') {
      response.destroy();
      return;
    }
    const path = request.url ?? '/';
    const isStream = path.includes('/graph/stream');
    if (isStream) streams.push(path);
    if (/\/graph(\?|$)/.test(path)) polls += 1;
    // Compressed events would fill no buffer.
    const { 'accept-encoding': _, ...headers } = request.headers;
    const { method = 'GET' } = request;
    const onward = http.request(new URL(path, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!isStream) {
        answer.pipe(response);
        return;
      }
      open.add(response);
      passEvents(answer, response, fault);
      if (fault !== 'none') return;
      onFirstAlive(answer, () => (begun += 1));
      onFirstEvent(answer, (name) => firstEvents.push(name));
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => {
      open.delete(response);
      onward.destroy();
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setFault: (next) => (fault = next),
    cut: () => {
      for (const response of open) response.destroy();
    },
    streams: () => streams,
    firstEvents: () => firstEvents,
    begun: () => begun,
    polls: () => polls,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function passEvents(answer: http.IncomingMessage, response: ServerResponse, fault: StreamFault) {
  let held = Buffer.alloc(0);
  response.flushHeaders();
  answer.on('data', (chunk: Buffer) => {
    if (fault === 'none') response.write(chunk);
    if (fault !== 'buffer') return;
    held = Buffer.concat([held, chunk]);
    const full = held.length - (held.length % BUFFER_BYTES);
    response.write(held.subarray(0, full));
    held = held.subarray(full);
  });
  answer.on('close', () => response.destroy());
}

function onFirstEvent(answer: http.IncomingMessage, listener: (name: string) => void): void {
  let head = '';
  const look = (chunk: Buffer) => {
    head += chunk.toString('latin1');
    const name = /^event: ?(\w+)$/m.exec(head)?.[1];
    if (name === undefined) return;
    answer.off('data', look);
    listener(name);
  };
  answer.on('data', look);
}

function onFirstAlive(answer: http.IncomingMessage, listener: () => void): void {
  let end = '';
  const look = (chunk: Buffer) => {
    end += chunk.toString('latin1');
    if (/^event: ?alive$/m.test(end)) {
      answer.off('data', look);
      listener();
    }
    end = end.slice(-20);
  };
  answer.on('data', look);
}
