import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@/mesh/json';
import { Interner } from '@/server/adapters/kubernetes/interner';
import { toProxyMode, toSlimPod, toWorkloadName } from '@/server/adapters/kubernetes/slim-pod';

function pod(metadata: JsonObject, spec: JsonObject = {}, status: JsonObject = {}): JsonObject {
  return { metadata: { name: 'p', namespace: 'n', ...metadata }, spec, status };
}

function owned(kind: string, name: string, labels: JsonObject = {}): JsonObject {
  return pod({ labels, ownerReferences: [{ kind, name, controller: true }] });
}

describe('the workload of a pod, as Istio names it', () => {
  test.each([
    [
      'a Deployment',
      owned('ReplicaSet', 'web-5d9f', { 'pod-template-hash': '5d9f' }),
      'Deployment',
      'web',
    ],
    [
      'a Rollout',
      owned('ReplicaSet', 'web-77', { 'rollouts-pod-template-hash': '77' }),
      'Rollout',
      'web',
    ],
    ['a bare ReplicaSet', owned('ReplicaSet', 'web-5d9f'), 'ReplicaSet', 'web-5d9f'],
    ['a StatefulSet', owned('StatefulSet', 'db'), 'StatefulSet', 'db'],
    ['a CronJob', owned('Job', 'nightly-28391040'), 'CronJob', 'nightly'],
    ['a Job', owned('Job', 'migrate'), 'Job', 'migrate'],
    ['nothing', pod({}), 'Pod', 'p'],
  ])('owned by %s', (_owner, object, kind, name) => {
    expect(toWorkloadName(object)).toEqual({ kind, name });
  });
});

describe('how a pod takes part in the mesh', () => {
  const app = { name: 'app' };
  test.each([
    [
      'a sidecar among the containers',
      pod({}, { containers: [app, { name: 'istio-proxy', args: ['proxy', 'sidecar'] }] }),
      'sidecar',
    ],
    [
      'a native sidecar',
      pod(
        {},
        { containers: [app], initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }] },
      ),
      'sidecar',
    ],
    [
      'a gateway by its arguments',
      pod({}, { containers: [{ name: 'istio-proxy', args: ['proxy', 'router'] }] }),
      'gateway',
    ],
    [
      'a gateway by its label',
      pod({ labels: { istio: 'ingressgateway' } }, { containers: [{ name: 'istio-proxy' }] }),
      'gateway',
    ],
    [
      'a pod captured by ambient',
      pod({ annotations: { 'ambient.istio.io/redirection': 'enabled' } }, { containers: [app] }),
      'ambient',
    ],
    [
      'a pod whose capture is pending',
      pod({ annotations: { 'ambient.istio.io/redirection': 'pending' } }, { containers: [app] }),
      'none',
    ],
    ['a pod without a proxy', pod({}, { containers: [app] }), 'none'],
  ])('%s', (_what, object, mode) => {
    expect(toProxyMode(object)).toBe(mode);
  });
});

test('pods that have run to their end serve nobody', () => {
  expect(toSlimPod(pod({}, {}, { phase: 'Succeeded' }), new Interner())).toBeNull();
});

test('a pod that is being deleted is not ready', () => {
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const interner = new Interner();
  expect(toSlimPod(pod({}, {}, status), interner)?.ready).toBe(true);
  expect(
    toSlimPod(pod({ deletionTimestamp: '2026-01-01T00:00:00Z' }, {}, status), interner)?.ready,
  ).toBe(false);
});
