import { expect, test } from 'vitest';
import { returnPath } from '@/contract/return-path';

test.each(['/', '/mtls', '/?namespaces=a,b&window=5m', '/mtls?x=%2F%2Fevil.example', '/loginish'])(
  '%s is gone back to',
  (path) => {
    expect(returnPath(path)).toBe(path);
  },
);

test.each([
  null,
  '',
  'mtls',
  'https://evil.example/',
  '//evil.example/',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  ' //evil.example',
  '/ /evil.example',
  '/.//evil.example',
  '/x/..//evil.example',
  '/%2e%2e//evil.example',
  'javascript:alert(1)',
  '/\r\nSet-Cookie: a=b',
  '/\u0000',
  '/ﬀ',
  '/login',
  '/login?returnTo=/login',
  '/api/v1/session/openid',
  '/mtls/../api/v1/session/openid',
  `/${'a'.repeat(2_001)}`,
])('%j leads to the start page', (given) => {
  expect(returnPath(given)).toBe('/');
});
