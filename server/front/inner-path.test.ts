import { expect, test } from 'vitest';
import { innerPath } from '@/server/front/inner-path';

test.each([
  ['/', '/fanari'],
  ['/fanari', '/fanari'],
  ['/fanari/', '/fanari'],
  ['/fanari/?window=5m', '/fanari?window=5m'],
  ['/?window=5m', '/fanari?window=5m'],
  ['/mtls', '/fanari/mtls'],
  ['/fanari/mtls', '/fanari/mtls'],
  ['/fanariother', '/fanari/fanariother'],
  ['/healthz', '/fanari/healthz'],
  ['/_next/static/a.js', '/fanari/_next/static/a.js'],
  ['http://10.0.0.1:20010/fanari/api/v1/graph?view=app', '/fanari/api/v1/graph?view=app'],
])('%s is asked of Next as %s, whether or not a proxy stripped the base path', (target, inner) => {
  expect(innerPath(target, '/fanari')).toBe(inner);
});

test.each(['/', '/mtls?a=%zz', '/api/v1/graph'])('at the root %s stays', (target) => {
  expect(innerPath(target, '')).toBe(target);
});

test.each(['*', 'example.com:443', '/%', '/api/%E0%A4%A', 'ftp://a/b'])(
  '%s is no target',
  (target) => {
    expect(innerPath(target, '')).toBeNull();
    expect(innerPath(target, '/fanari')).toBeNull();
  },
);
