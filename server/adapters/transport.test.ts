import http, { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { sendRequest } from '@/server/adapters/transport';

const closing: (() => void)[] = [];
const never = new AbortController().signal;

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function ask(
  listener: RequestListener,
  over: { deadlineMs?: number; maxBytes?: number } = {},
  signal = never,
) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new http.Agent();
  closing.push(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return sendRequest(
    {
      source: 'prometheus',
      url: new URL(`http://127.0.0.1:${port}/secret-path?token=secret`),
      method: 'GET',
      headers: { authorization: 'Bearer secret' },
      body: null,
      agent,
      deadlineMs: 2000,
      maxBytes: 1000,
      ...over,
    },
    signal,
  );
}

describe('a request to an upstream', () => {
  test('reads compressed answers', async () => {
    const answer = await ask((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello')),
    );
    expect(answer).toMatchObject({ ok: true, value: { status: 200, text: 'hello' } });
  });

  test.each<[string, string, RequestListener]>([
    ['never answers', 'timeout', () => undefined],
    ['hangs in the middle', 'timeout', (_request, response) => void response.write('half')],
    [
      'answers too much',
      'bad-response',
      (_request, response) => void response.end('x'.repeat(5000)),
    ],
    [
      'is a zip bomb',
      'bad-response',
      (_request, response) =>
        void response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync('x'.repeat(1_000_000))),
    ],
    ['hangs up', 'unreachable', (request) => void request.socket.destroy()],
    [
      'sends damaged compression',
      'bad-response',
      (_request, response) =>
        void response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
    ],
  ])('that %s fails as %s, telling no secret', async (_what, kind, listener) => {
    const answer = await ask(listener, { deadlineMs: 300 });
    expect(answer).toMatchObject({ ok: false, error: { kind, source: 'prometheus' } });
    expect(answer.ok ? '' : answer.error.message).not.toContain('secret');
  });

  test('ends when its caller has gone', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 50);
    const answer = await ask(() => undefined, {}, caller.signal);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'aborted' } });
  });
});

describe('the clock of who answers', () => {
  test('a Date one minute ahead is a minute, give or take the second that it is written in', async () => {
    const answer = await ask((_, response) => {
      response.setHeader('date', new Date(Date.now() + 60_000).toUTCString()).end('{}');
    });
    const clock = answer.ok ? answer.value.clock : null;
    expect(clock?.minMs).toBeGreaterThan(58_000);
    expect(clock?.minMs).toBeLessThanOrEqual(60_000);
    expect(clock?.maxMs).toBeGreaterThanOrEqual(60_000);
    expect(clock?.maxMs).toBeLessThan(63_000);
  });

  test.each(['', 'soon'])('a Date that reads "%s" tells nothing', async (date) => {
    const answer = await ask((_, response) => {
      response.sendDate = false;
      if (date !== '') response.setHeader('date', date);
      response.end('{}');
    });
    expect(answer.ok && answer.value.clock).toBeNull();
  });
});
