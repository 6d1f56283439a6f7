import http, { Agent, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { endFront } from '@/server/front/end-front';
import { OpenAnswers } from '@/server/front/open-answers';
import { endWithProcess, isEnding, leaveEndToFront } from '@/server/process-end';
import { keepUnderWay, mayBeginWrite } from '@/server/writes-under-way';

const agents: Agent[] = [];

afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy();
});

/** A server as the front is one, whose answers `answer` gives, and a client that keeps its connection. */
async function start(answer: (path: string, response: ServerResponse) => void) {
  const answers = new OpenAnswers();
  const front = http.createServer((request, response) => {
    answers.add(response);
    answer(request.url ?? '', response);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port } = front.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  const get = (path: string, by: Agent | undefined = agent) =>
    new Promise<{ readonly connection: string | undefined; readonly text: string }>(
      (resolve, reject) => {
        http
          .get({ host: '127.0.0.1', port, path, agent: by }, (response) => {
            let text = '';
            response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
            response.on('error', reject);
            response.on('end', () => resolve({ connection: response.headers.connection, text }));
          })
          .on('error', reject);
      },
    );
  return { front, answers, get };
}

const freshAgent = () => {
  const agent = new Agent();
  agents.push(agent);
  return agent;
};

test('ends without cutting an answer, a kept connection or a write, streams last but one', async () => {
  const order: string[] = [];
  let stream: ServerResponse | null = null;
  leaveEndToFront();
  endWithProcess({
    endStreams: () => {
      order.push('streams');
      stream?.end('end of stream');
    },
    stop: () => order.push('service'),
  });
  const { front, answers, get } = await start((path, response) => {
    if (path === '/stream') {
      stream = response;
      response.write('begun ');
    } else if (path === '/slow') setTimeout(() => response.end('slow'), 700);
    else if (path === '/write') {
      // Longer than anything else is waited for, and answered in pieces.
      const write = keepUnderWay(sleep(4_000).then(() => order.push('write')));
      void write.then(async () => {
        response.write('writ');
        await sleep(50);
        response.end('ten');
      });
    } else response.end('plain');
  });
  expect(await get('/plain')).toEqual({ connection: 'keep-alive', text: 'plain' });
  const streamed = get('/stream', freshAgent());
  const slow = get('/slow', freshAgent());
  const write = get('/write', freshAgent());
  await sleep(50);
  expect(isEnding()).toBe(false);

  const ended = endFront(front, answers);
  expect(isEnding()).toBe(true);
  // The kept connection, and then one that is new.
  expect(await get('/plain')).toEqual({ connection: 'close', text: 'plain' });
  expect(await get('/plain')).toEqual({ connection: 'close', text: 'plain' });
  expect(await slow).toEqual({ connection: 'close', text: 'slow' });
  expect((await streamed).text).toBe('begun end of stream');
  await expect(get('/plain')).rejects.toThrow('ECONNREFUSED');
  expect(await write).toEqual({ connection: 'close', text: 'written' });
  await ended;
  expect(order).toEqual(['streams', 'write', 'service']);
  expect(mayBeginWrite()).toBe(false);
}, 10_000);

test('cuts what is still unanswered in the end', async () => {
  const { front, answers, get } = await start(() => undefined);
  const never = get('/never').catch((caught: unknown) => (caught as Error).message);
  await sleep(50);
  const begunMs = Date.now();
  await endFront(front, answers);
  expect(await never).toBe('socket hang up');
  expect(Date.now() - begunMs).toBeLessThan(5_000);
}, 10_000);
