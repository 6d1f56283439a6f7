import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { CompressedFiles } from '@/server/front/compressed-files';

const servers: http.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A server that compresses what it is asked for, and counts how often; paths with `missing` are 404, with `live` not immutable. */
async function start(maxBytes: number) {
  const files = new CompressedFiles('/mesh', maxBytes);
  const compressed: string[] = [];
  const server = http.createServer((request, response) => {
    const path = request.url ?? '';
    if (files.serve(request, response)) return;
    compressed.push(path);
    response
      .setHeader('content-encoding', 'gzip')
      .setHeader('cache-control', path.includes('live') ? 'no-store' : 'immutable');
    response.statusCode = path.includes('missing') ? 404 : 200;
    const bytes = gzipSync(`content of ${path}`);
    response.write(bytes.subarray(0, 5));
    response.end(bytes.subarray(5));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const get = (path: string, headers: http.OutgoingHttpHeaders = {}) =>
    new Promise<{ readonly headers: http.IncomingHttpHeaders; readonly text: string }>(
      (resolve, reject) => {
        const all = { 'accept-encoding': 'br, gzip;q=0.5', ...headers };
        http
          .get({ host: '127.0.0.1', port, path, headers: all }, (answer) => {
            const chunks: Buffer[] = [];
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            answer.on('end', () => {
              resolve({
                headers: answer.headers,
                text: gunzipSync(Buffer.concat(chunks)).toString(),
              });
            });
          })
          .on('error', reject);
      },
    );
  return { get, compressed };
}

const FILE = '/mesh/_next/static/a.js';

test('a file of the build is compressed once, and sent again with the same headers', async () => {
  const { get, compressed } = await start(1_000);
  await get(FILE);
  const again = await get(FILE);
  expect(again.text).toBe(`content of ${FILE}`);
  expect(again.headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': 'immutable' });
  expect(compressed).toEqual([FILE]);
});

test.each([
  ['pages', '/mesh/mtls', {}],
  ['a path with a query, which may be anything', `${FILE}?a`, {}],
  ['what is not found', '/mesh/_next/static/missing.js', {}],
  ['what may change', '/mesh/_next/static/live.js', {}],
  ['a path that leads elsewhere', '/mesh/_next/static/../../api/v1/graph', {}],
  ['a path with an empty segment', '/mesh/_next/static//a.js', {}],
  ['a path with something escaped', '/mesh/_next/static/%61.js', {}],
  ['who rules gzip out', FILE, { 'accept-encoding': 'br, gzip;q=0' }],
  ['who asks for a part', FILE, { range: 'bytes=0-1' }],
  ['who may have it already', FILE, { 'if-none-match': '"a"' }],
])('%s: left to Next each time', async (_, path, headers) => {
  const { get, compressed } = await start(1_000);
  await get(path, headers);
  await get(path, headers);
  expect(compressed).toEqual([path, path]);
});

test('does not keep what is larger than all that it may hold', async () => {
  const { get, compressed } = await start(10);
  await get(FILE);
  await get(FILE);
  expect(compressed).toEqual([FILE, FILE]);
});

test('keeps no more bytes than it may, and drops what was unasked for longest', async () => {
  const size = gzipSync(`content of ${FILE}`).length;
  const { get, compressed } = await start(2 * size + 5);
  const file = (letter: string) => `/mesh/_next/static/${letter}.js`;
  for (const letter of ['a', 'b', 'a', 'c', 'a', 'b']) await get(file(letter));
  expect(compressed).toEqual(['a', 'b', 'c', 'b'].map(file));
});
