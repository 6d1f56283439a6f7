import { expect, test } from 'vitest';
import {
  eventStreamResponse,
  type EventStreamOptions,
  type ServerSentEvent,
} from '@/server/http/event-stream';

function open(over: Partial<EventStreamOptions> = {}) {
  let send: (event: ServerSentEvent) => void = () => undefined;
  const closed: string[] = [];
  let left = 0;
  const response = eventStreamResponse({
    open: async (sender) => {
      send = sender;
      return Promise.resolve(() => {
        left += 1;
      });
    },
    signal: new AbortController().signal,
    heartbeatMs: 60_000,
    maxUnreadBytes: 1000,
    onOpen: () => undefined,
    onClose: (reason) => closed.push(reason),
    ...over,
  });
  return { response, send: (event: ServerSentEvent) => send(event), closed, left: () => left };
}

/** Waits until `open` has resolved. */
const opened = async () => new Promise((resolve) => setImmediate(resolve));

const event = { id: '1', event: 'delta', data: 'x'.repeat(600) };

test('a client that does not read is dropped, and nobody waits for it', async () => {
  const stream = open();
  await opened();
  for (let count = 0; count < 5; count += 1) stream.send(event);
  expect(stream.closed).toEqual(['slow']);
  expect(stream.left()).toBe(1);
});

test('a client that is slow with one large event is not dropped for it', async () => {
  const stream = open();
  await opened();
  const large = { ...event, event: 'graph', data: 'x'.repeat(5000) };
  stream.send(large);
  stream.send(event);
  expect(stream.closed).toEqual([]);
  stream.send(large);
  stream.send(large);
  expect(stream.closed).toEqual(['slow']);
});

test('a client that has gone is unsubscribed once', async () => {
  const gone = new AbortController();
  const stream = open({ signal: gone.signal });
  await opened();
  gone.abort();
  gone.abort();
  stream.send(event);
  expect(stream.closed).toEqual(['left']);
  expect(stream.left()).toBe(1);
});

test('says that it is alive once it is open, and again and again', async () => {
  const stream = open({ heartbeatMs: 10 });
  const reader = stream.response.body?.getReader();
  const texts: string[] = [];
  while (texts.join('').split('event: alive\ndata: {}\n\n').length < 3) {
    const chunk = await reader?.read();
    texts.push(new TextDecoder().decode(chunk?.value));
  }
  await reader?.cancel();
  expect(stream.closed).toEqual(['left']);
});
