import { describe, expect, it } from 'vitest';
import { injectSidecar, injectingRevision } from '@/demo/controllers/sidecar-injection';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';

type Labels = Record<string, string>;

function namespace(labels: Labels, name = 'shop'): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function pod(labels: Labels, spec: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', labels },
    spec: { containers: [{ name: 'web' }], ...spec },
  };
}

describe('injectingRevision', () => {
  it.each<[string, Labels, Labels, string | null]>([
    ['a plain namespace', {}, {}, null],
    ['an enabled namespace', { 'istio-injection': 'enabled' }, {}, 'default'],
    [
      'a pod that opts out',
      { 'istio-injection': 'enabled' },
      { 'sidecar.istio.io/inject': 'false' },
      null,
    ],
    ['a pod that opts in', {}, { 'sidecar.istio.io/inject': 'true' }, 'default'],
    [
      'a disabled namespace',
      { 'istio-injection': 'disabled' },
      { 'sidecar.istio.io/inject': 'true' },
      null,
    ],
    ['a revision', { 'istio.io/rev': 'canary' }, {}, 'canary'],
    [
      'enabled before a revision',
      { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' },
      {},
      'default',
    ],
    [
      'a pod with a revision of its own',
      {},
      { 'istio.io/rev': 'x', 'sidecar.istio.io/inject': 'true' },
      'x',
    ],
  ])('%s', (_title, scope, labels, revision) => {
    expect(injectingRevision(namespace(scope), pod(labels))).toBe(revision);
  });

  it('never injects into the host network or into system namespaces', () => {
    const enabled = { 'istio-injection': 'enabled' };
    expect(injectingRevision(namespace(enabled), pod({}, { hostNetwork: true }))).toBeNull();
    expect(injectingRevision(namespace(enabled, 'kube-system'), pod({}))).toBeNull();
  });
});

describe('injectSidecar', () => {
  it('keeps labels that the pod has and a proxy that it brings', () => {
    const enabled = namespace({ 'istio-injection': 'enabled' });
    const named = injectSidecar(pod({ 'service.istio.io/canonical-name': 'mine' }), enabled);
    expect(named.metadata.labels).toMatchObject({ 'service.istio.io/canonical-name': 'mine' });
    const own = pod({}, { containers: [{ name: 'istio-proxy' }] });
    expect(injectSidecar(own, enabled)).toBe(own);
  });

  it('lists what it added in the status annotation', () => {
    const injected = injectSidecar(pod({}), namespace({ 'istio.io/rev': 'canary' }));
    const status: unknown = JSON.parse(
      injected.metadata.annotations?.['sidecar.istio.io/status'] ?? '',
    );
    expect(status).toMatchObject({
      initContainers: ['istio-init'],
      containers: ['istio-proxy'],
      revision: 'canary',
    });
  });
});
