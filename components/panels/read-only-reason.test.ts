import { expect, test } from 'vitest';
import { readOnlyReason } from '@/components/panels/read-only-reason';
import type { StatusResponse } from '@/contract/status';

const group = 'networking.istio.io';
const kind = 'VirtualService';
const permissions: StatusResponse['permissions'] = [
  { group, kind, verb: 'patch', allowed: true },
  { group, kind, verb: 'create', allowed: false },
  { group, kind, verb: 'delete', allowed: false },
];
const status: StatusResponse = {
  ...{ version: '1', demo: false, readOnly: false, refreshSeconds: 15, permissions },
  cluster: { name: 'here', kubernetesVersion: null, istioVersion: null },
  ...{ sources: [], windows: [], scrapeIntervalSeconds: null, retentionSeconds: null },
  ...{ jaegerPublicUrl: null, namespaces: [] },
};

test('what may be patched can be changed, though none may be created', () => {
  expect(readOnlyReason(status, { group, kind, namespace: 'a', name: 'b' })).toBeNull();
  expect(readOnlyReason(status, { group, kind, namespace: 'a', name: '' })).toMatch(
    /may not create VirtualService.*to start a canary/,
  );
});

test('what is not known to be forbidden is left to trying', () => {
  const unknown = permissions.map((permission) => ({ ...permission, allowed: null }));
  const object = { group, kind, namespace: 'a', name: '' };
  expect(readOnlyReason({ ...status, permissions: unknown }, object)).toBeNull();
  expect(readOnlyReason({ ...status, permissions: [] }, object)).toBeNull();
  expect(readOnlyReason(undefined, object)).toBeNull();
});
