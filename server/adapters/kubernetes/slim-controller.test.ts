import { expect, test } from 'vitest';
import type { JsonObject } from '@/mesh/json';
import { toSlimController, toTrustDomainCheck } from '@/server/adapters/kubernetes/slim-controller';

const SWITCH = 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN';
const deployment = (app: string, env: JsonObject[] | null) =>
  toSlimController('Deployment', {
    metadata: { name: app, namespace: 'istio-system' },
    spec: {
      template: {
        metadata: { labels: { app } },
        spec: { containers: [{ name: 'discovery', ...(env === null ? {} : { env }) }] },
      },
    },
  });
const check = (...all: ReturnType<typeof deployment>[]) => toTrustDomainCheck(all);

test('istiod that says nothing checks trust domains', () => {
  expect(check(deployment('istiod', null))).toBe(false);
  expect(check(deployment('istiod', [{ name: 'OTHER', value: 'true' }]))).toBe(false);
});

test('the switch counts as Go reads it', () => {
  const read = (value: string) => check(deployment('istiod', [{ name: SWITCH, value }]));
  expect(['true', '1', 'T'].map(read)).toEqual([true, true, true]);
  expect(['false', '0', 'yes', ''].map(read)).toEqual([false, false, false, false]);
});

test('one istiod of several that skips the check is enough', () => {
  const skips = deployment('istiod', [{ name: SWITCH, value: 'true' }]);
  expect(check(deployment('istiod', null), skips)).toBe(true);
});

test('it is unknown without an istiod, and where the value stands elsewhere', () => {
  expect(check()).toBeNull();
  expect(check(deployment('web', [{ name: SWITCH, value: 'true' }]))).toBeNull();
  const elsewhere = { name: SWITCH, valueFrom: { configMapKeyRef: { name: 'x', key: 'y' } } };
  expect(check(deployment('istiod', [elsewhere]))).toBeNull();
});
