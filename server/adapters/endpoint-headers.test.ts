import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseHeaderLines } from '@/server/adapters/endpoint-headers';
import { HttpEndpoint, type EndpointSettings } from '@/server/adapters/http-endpoint';
import { plainEndpoint } from '@/tests/support/plain-endpoint';

let folder: string;
let server: Server;
let url: string;
let seen: IncomingHttpHeaders[];
let asked: string[];
const endpoints: HttpEndpoint[] = [];
const { signal } = new AbortController();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanari-headers-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  seen = [];
  asked = [];
  server = createServer((request, response) => {
    seen.push(request.headers);
    asked.push(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  for (const endpoint of endpoints.splice(0)) endpoint.close();
  server.closeAllConnections();
  server.close();
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function endpointWith(over: Partial<EndpointSettings>): HttpEndpoint {
  const endpoint = new HttpEndpoint('prometheus', { ...plainEndpoint(url), ...over });
  endpoints.push(endpoint);
  return endpoint;
}

async function ask(endpoint: HttpEndpoint, form = false) {
  const parameters = new URLSearchParams({ query: 'up' });
  return endpoint.call({ path: '/api/v1/query', parameters, form, maxBytes: 1000 }, signal);
}

describe('what is sent with each call', () => {
  test('is the user with the password of a file, read again when it has changed', async () => {
    const passwordFile = file('password', 'first\n');
    const endpoint = endpointWith({ user: 'monitor', passwordFile });
    await ask(endpoint);
    writeFileSync(passwordFile, 'the second, longer\n');
    await ask(endpoint);
    const sent = seen.map(({ authorization = '' }) =>
      Buffer.from(authorization.replace('Basic ', ''), 'base64').toString(),
    );
    expect(sent).toEqual(['monitor:first', 'monitor:the second, longer']);
  });

  test('is the password of a file with the user of a URL', async () => {
    const passwordFile = file('password-of-url', 'hidden');
    await ask(endpointWith({ url: url.replace('//', '//monitor@'), passwordFile }));
    const basic = `Basic ${Buffer.from('monitor:hidden').toString('base64')}`;
    expect(seen[0]?.authorization).toBe(basic);
  });

  test('are the headers of the setting, and those of a file, which win', async () => {
    const headersFile = file('headers', '# tenant\nX-Scope-OrgID: team-b\r\nX-Key:  a: b \n\n');
    const headers = { 'x-scope-orgid': 'team-a', 'X-Other': 'yes' };
    await ask(endpointWith({ headers, headersFile }));
    expect(seen[0]).toMatchObject({ 'x-scope-orgid': 'team-b', 'x-key': 'a: b', 'x-other': 'yes' });
  });

  test.each(['bearerTokenFile', 'headersFile', 'passwordFile'] as const)(
    'is nothing at all when %s cannot be read: an answer to nobody would be another answer',
    async (key) => {
      const missing = join(folder, 'secret-name-that-is-not-there');
      const answer = await ask(endpointWith({ user: 'monitor', [key]: missing }));
      expect(answer).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
      expect(answer.ok ? '' : answer.error.message).toMatch(/^Prometheus is not asked: .* read$/);
      expect(JSON.stringify(answer)).not.toContain('secret-name');
      expect(seen).toEqual([]);
    },
  );

  test.each(['colonless', 'X Y: z', ': x', 'Host: other', 'content-length: 3', 'X: a\u0001b'])(
    'is nothing when the file of headers holds %j, whose line is named without its content',
    async (line) => {
      const headersFile = file('wrong', `X-Fine: yes\n${line}\n`);
      const answer = await ask(endpointWith({ headersFile }));
      expect(answer.ok ? '' : answer.error.message).toContain('line 2 of its file of headers');
      expect(answer.ok ? '' : answer.error.message).not.toContain(line);
      expect(seen).toEqual([]);
    },
  );

  test('is a token that fits a header, or nothing', async () => {
    const bearerTokenFile = file('token', 'two\nlines');
    const answer = await ask(endpointWith({ bearerTokenFile }));
    expect(answer).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    expect(JSON.stringify(answer)).not.toContain('two');
  });

  test('goes below the path of the URL, with the parameters that stand in it', async () => {
    const endpoint = endpointWith({ url: `${url}/select/0/prometheus/?dedup=true` });
    await ask(endpoint);
    await ask(endpoint, true);
    expect(asked).toEqual([
      '/select/0/prometheus/api/v1/query?dedup=true&query=up',
      '/select/0/prometheus/api/v1/query?dedup=true',
    ]);
  });
});

test('no file of headers adds a header that ends its line or belongs to the connection', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      let headers: Readonly<Record<string, string>> = {};
      try {
        headers = parseHeaderLines(text);
      } catch (caught) {
        expect((caught as Error).message).toMatch(/^line \d+ of its file of headers/);
      }
      for (const [name, value] of Object.entries(headers)) {
        expect(name).toMatch(/^[^\s:]+$/);
        expect(value).not.toMatch(/[\r\n\0]/);
        expect(['host', 'content-length', 'transfer-encoding']).not.toContain(name);
      }
    }),
  );
});
