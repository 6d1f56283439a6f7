/** One server-sent event; `data` has no line breaks. */
export interface ServerSentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** How a stream is fed and ended. */
export interface EventStreamOptions {
  /** Begins sending; resolves to what ends the subscription. */
  readonly open: (send: (event: ServerSentEvent) => void) => Promise<() => void>;
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
  readonly heartbeatMs: number;
  /**
   * A client that leaves more than this and twice the largest event unread is dropped; it comes back by itself and gets
   * what it missed. An event alone never drops anybody, however large the mesh.
   */
  readonly maxUnreadBytes: number;
  readonly onOpen: (close: () => void) => void;
  readonly onClose: (reason: 'left' | 'slow' | 'ended') => void;
}

/**
 * Headers of an event stream; the last keeps nginx from holding events back. No `no-transform`, so that Next compresses
 * the stream: it flushes after each event.
 */
export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-store',
  'x-accel-buffering': 'no',
};

const encoder = new TextEncoder();

/** Viewers of one thing are sent the same events: their bytes are made once, and kept once for all who are slow. */
const encoded = new WeakMap<ServerSentEvent, Uint8Array>();

function bytesOf(event: ServerSentEvent): Uint8Array {
  const known = encoded.get(event);
  if (known !== undefined) return known;
  const { id, event: name, data } = event;
  const bytes = encoder.encode(`id: ${id}\nevent: ${name}\ndata: ${data}\n\n`);
  encoded.set(event, bytes);
  return bytes;
}

/** Without an id, so that the last one stays. */
const ALIVE = encoder.encode('event: alive\ndata: {}\n\n');

const RETRY = encoder.encode('retry: 2000\n\n');

/**
 * A response of server-sent events, with an `alive` event after what is sent at first and in every `heartbeatMs`.
 * Writing never waits for the client: what it does not read is kept up to a limit, so that a slow client delays nobody.
 */
export function eventStreamResponse(options: EventStreamOptions): Response {
  let leave: (() => void) | null = null;
  let heartbeat: NodeJS.Timeout | null = null;
  let finish: (reason: 'left' | 'slow' | 'ended') => void = () => undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        let open = true;
        let largest = 0;
        finish = (reason) => {
          if (!open) return;
          open = false;
          if (heartbeat !== null) clearInterval(heartbeat);
          leave?.();
          try {
            controller.close();
          } catch {
            // The client cancelled: the stream is closed already.
          }
          options.onClose(reason);
        };
        const write = (bytes: Uint8Array) => {
          if (!open) return;
          const unread = options.maxUnreadBytes - (controller.desiredSize ?? 0);
          if (unread > Math.max(options.maxUnreadBytes, 2 * largest)) {
            finish('slow');
            return;
          }
          largest = Math.max(largest, bytes.length);
          controller.enqueue(bytes);
        };
        options.signal.addEventListener('abort', () => finish('left'));
        options.onOpen(() => finish('ended'));
        write(RETRY);
        heartbeat = setInterval(() => write(ALIVE), options.heartbeatMs);
        try {
          leave = await options.open((event) => write(bytesOf(event)));
        } catch {
          // The client sees the stream end and comes back by itself.
          finish('ended');
          return;
        }
        write(ALIVE);
        // Closed while it was opening.
        if (!isOpen()) leave();
        function isOpen(): boolean {
          return open;
        }
      },
      cancel() {
        finish('left');
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: options.maxUnreadBytes }),
  );
  return new Response(stream, { headers: EVENT_STREAM_HEADERS });
}
