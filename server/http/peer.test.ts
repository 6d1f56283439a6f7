import { describe, expect, test } from 'vitest';
import { markPeer, peerOf } from '@/server/http/peer';
import { RequestOrigins } from '@/server/http/request-origin';

/** A request as routes see it, after the front has marked it. */
function arrived(peer: string, headers: Record<string, string> = {}): Headers {
  const request = { headers: { ...headers }, socket: { remoteAddress: peer } };
  markPeer(request);
  return new Headers(request.headers);
}

const origins = new RequestOrigins({
  trustedProxies: ['10.1.0.0/16', '192.0.2.7', '2001:db8::/32'],
  publicUrl: null,
});

describe('the other end of a connection', () => {
  test('is told by the socket, whatever the client wrote', () => {
    const forged = { 'x-fanari-internal-peer': 'x 10.1.0.1', 'x-fanari-internal-other': '1' };
    const headers = arrived('203.0.113.9', forged);
    expect(peerOf(headers)).toBe('203.0.113.9');
    expect(headers.has('x-fanari-internal-other')).toBe(false);
  });

  test('is not known where no front marked the request', () => {
    expect(peerOf(new Headers())).toBeNull();
    expect(peerOf(new Headers({ 'x-fanari-internal-peer': 'guess 10.1.0.1' }))).toBeNull();
  });

  test('is an IPv4 address also on a socket for both families', () => {
    expect(peerOf(arrived('::ffff:10.1.2.3'))).toBe('10.1.2.3');
  });
});

describe('the address of a client', () => {
  test.each([
    ['nobody in between', '203.0.113.9', '10.9.9.9', '203.0.113.9'],
    ['one proxy', '10.1.0.1', '203.0.113.9', '203.0.113.9'],
    [
      'a client that forged what its proxy passed on',
      '10.1.0.1',
      '1.1.1.1, 203.0.113.9',
      '203.0.113.9',
    ],
    ['two trusted proxies', '10.1.0.1', '203.0.113.9, 192.0.2.7', '203.0.113.9'],
    ['a proxy that says nothing', '10.1.0.1', '', '10.1.0.1'],
    ['a proxy that passes nonsense on', '10.1.0.1', 'unknown', '10.1.0.1'],
    ['a proxy that writes ports', '::ffff:10.1.0.1', '[2001:dc8::5]:4711', '2001:dc8::5'],
    ['a proxy with an IPv6 address', '2001:db8::1', '203.0.113.9:80', '203.0.113.9'],
  ])('with %s', (_, peer, forwarded, client) => {
    expect(origins.clientOf(arrived(peer, { 'x-forwarded-for': forwarded }))).toBe(client);
  });
});

describe('https', () => {
  const proto = { 'x-forwarded-proto': 'https', host: 'mesh.example.org' };

  test('is believed of trusted proxies only', () => {
    expect(origins.isHttps(arrived('10.1.0.1', proto))).toBe(true);
    expect(origins.isHttps(arrived('10.2.0.1', proto))).toBe(false);
  });

  test('is known by the public URL, for its host only', () => {
    const named = new RequestOrigins({
      trustedProxies: [],
      publicUrl: 'https://mesh.example.org/fanari',
    });
    expect(named.isHttps(arrived('10.2.0.1', { host: 'mesh.example.org' }))).toBe(true);
    expect(named.isHttps(arrived('127.0.0.1', { host: 'localhost:20010' }))).toBe(false);
    expect(named.publicOriginOf(arrived('127.0.0.1', { host: 'evil.example' })).origin).toBe(
      'https://mesh.example.org',
    );
  });
});
