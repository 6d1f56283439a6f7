import { expect, test } from 'vitest';
import { loginRedirect } from '@/server/front/login-redirect';

const html = { accept: 'text/html,*/*' };
const to = (url: string, headers: Record<string, string> = html, method = 'GET') =>
  loginRedirect({ method, url, headers }, '/fanari');

test('a browser without a session is led to the login, and knows the way back', () => {
  expect(to('/fanari')).toBe('/fanari/login?returnTo=%2F');
  expect(to('/fanari?window=5m')).toBe('/fanari/login?returnTo=%2F%3Fwindow%3D5m');
  expect(to('/fanari/mtls?a=b')).toBe('/fanari/login?returnTo=%2Fmtls%3Fa%3Db');
  expect(to('/fanari//evil.example')).toBe('/fanari/login?returnTo=%2F');
});

test.each(['/fanari/login', '/fanari/api/v1/graph', '/fanari/_next/x.js', '/fanari/metrics'])(
  'not from %s',
  (path) => {
    expect(to(path)).toBeNull();
  },
);

test('nobody else is led away', () => {
  expect(to('/fanari', { accept: 'application/json' })).toBeNull();
  expect(to('/fanari', html, 'POST')).toBeNull();
  expect(to('/fanari', { ...html, rsc: '1' })).toBeNull();
  for (const name of ['fanari-session', '__Host-fanari-session', '__Secure-fanari-session']) {
    expect(to('/fanari', { ...html, cookie: `a=b; ${name}=x` })).toBeNull();
  }
  expect(to('/fanari', { ...html, cookie: 'not-fanari-session=x' })).not.toBeNull();
});
