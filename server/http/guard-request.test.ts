import { describe, expect, test } from 'vitest';
import { checkHost, checkSameOrigin, hostNameOf } from '@/server/http/guard-request';

const loopback = { listenHost: '127.0.0.1', allowedHosts: [] };
const open = { listenHost: '0.0.0.0', allowedHosts: [] };

function hostStatus(host: string, policy: Parameters<typeof checkHost>[1]): number | null {
  return checkHost(new Headers({ host }), policy)?.status ?? null;
}

describe('the Host header', () => {
  test.each(['localhost:20010', '127.0.0.1', '[::1]:20010', 'fanari.localhost'])(
    '%s is this machine',
    (host) => {
      expect(hostStatus(host, loopback)).toBeNull();
    },
  );

  test.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1'])(
    '%s is refused on loopback, so that a rebound name reads nothing',
    (host) => {
      expect(hostStatus(host, loopback)).toBe(421);
    },
  );

  test('beyond loopback every name is taken until some are listed', () => {
    expect(hostStatus('mesh.example', open)).toBeNull();
    const listed = { ...open, allowedHosts: ['mesh.example'] };
    expect(hostStatus('mesh.example:443', listed)).toBeNull();
    expect(hostStatus('other.example', listed)).toBe(421);
  });

  test.each(['', 'a b', 'user@host', 'host/path'])('%j is malformed', (host) => {
    expect(hostNameOf(host)).toBeNull();
  });
});

describe('where a write comes from', () => {
  const check = (headers: Record<string, string>) => checkSameOrigin(new Headers(headers)) === null;

  test('Fanari’s own pages, also behind a proxy that ends TLS', () => {
    expect(
      check({
        host: 'mesh.example',
        origin: 'https://mesh.example',
        'sec-fetch-site': 'same-origin',
      }),
    ).toBe(true);
    expect(check({ host: 'mesh.example:443', origin: 'https://mesh.example' })).toBe(true);
  });

  test('programs that are no browsers', () => {
    expect(check({ host: '127.0.0.1:20010' })).toBe(true);
  });

  test.each([
    { host: 'a.example', origin: 'https://b.example' },
    { host: 'a.example', origin: 'null' },
    { host: 'a.example', 'sec-fetch-site': 'same-site' },
    { host: 'a.example', 'sec-fetch-site': 'none' },
    { origin: 'https://b.example' },
  ])('not from $origin ($sec-fetch-site)', (headers) => {
    expect(check(headers as Record<string, string>)).toBe(false);
  });
});
