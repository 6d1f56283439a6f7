import { beforeEach, expect, test } from 'vitest';
import { LoginThrottle } from '@/server/identity/login-throttle';

let nowMs = 0;
let throttle: LoginThrottle;
beforeEach(() => {
  nowMs = 1_000_000;
  throttle = new LoginThrottle(() => nowMs);
});

const isLet = (address: string | null) => 'forgive' in throttle.begin(address);

function count(address: (index: number) => string | null, times: number): number {
  return Array.from({ length: times }, (_, index) => isLet(address(index))).filter(Boolean).length;
}

test('ten logins of an address may fail, then it waits, and others do not', () => {
  expect(count(() => '192.0.2.1', 50)).toBe(10);
  expect(isLet('192.0.2.2')).toBe(true);
  const refused = throttle.begin('192.0.2.1');
  expect(refused).toEqual({ retryAfterSeconds: 300 });
  nowMs += 300_000;
  expect(isLet('192.0.2.1')).toBe(true);
});

test('logins that succeed do not count', () => {
  for (let index = 0; index < 50; index += 1) {
    const attempt = throttle.begin('192.0.2.1');
    expect('forgive' in attempt).toBe(true);
    if ('forgive' in attempt) {
      attempt.forgive();
      attempt.forgive();
    }
  }
  expect(count(() => '192.0.2.1', 20)).toBe(10);
});

test('the addresses of one IPv6 network count together', () => {
  expect(count((index) => `2001:db8:1:2::${index.toString(16)}`, 40)).toBe(10);
  expect(isLet('2001:db8:1:2:ffff::1')).toBe(false);
  expect(isLet('2001:db8:1:3::1')).toBe(true);
});

test('from however many addresses, no more than three hundred fail', () => {
  expect(count((index) => `198.51.${index % 256}.${Math.floor(index / 256)}`, 20_000)).toBe(300);
});

test('logins from nobody knows where count together', () => {
  expect(count(() => null, 20)).toBe(10);
});
