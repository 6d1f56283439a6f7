import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { namespaceMode, serverMode } from '@/demo/traffic/security/peer-authentication';
import { configObject, modelOf } from '@/demo/traffic/testing/config-fixtures';

const policy = (place: string, spec: unknown, age = 0): KubernetesObject =>
  configObject('security.istio.io/v1', 'PeerAuthentication', place, spec, age);
const mtls = (mode: string): object => ({ mtls: { mode } });
const labels = { app: 'db' };
const selector = { matchLabels: labels };

describe('serverMode', () => {
  it('is PERMISSIVE without any policy', () => {
    expect(serverMode(modelOf(), 'shop', labels, 80)).toBe('PERMISSIVE');
  });

  it('lets the namespace override the mesh and the workload override both', () => {
    const mesh = policy('istio-system/default', mtls('STRICT'));
    const namespace = policy('shop/default', mtls('DISABLE'));
    const workload = policy('shop/db', { selector, ...mtls('PERMISSIVE') });
    expect(serverMode(modelOf(mesh), 'shop', labels, 80)).toBe('STRICT');
    expect(serverMode(modelOf(mesh, namespace), 'shop', labels, 80)).toBe('DISABLE');
    expect(serverMode(modelOf(mesh, namespace, workload), 'shop', labels, 80)).toBe('PERMISSIVE');
    expect(serverMode(modelOf(mesh, namespace, workload), 'shop', { app: 'web' }, 80)).toBe(
      'DISABLE',
    );
  });

  it('inherits through UNSET', () => {
    const model = modelOf(
      policy('istio-system/default', mtls('STRICT')),
      policy('shop/default', mtls('UNSET')),
      policy('shop/db', { selector, portLevelMtls: { 5432: { mode: 'UNSET' } } }),
    );
    expect(serverMode(model, 'shop', labels, 5432)).toBe('STRICT');
  });

  it('applies port settings to the container port of a workload policy only', () => {
    const ports = { portLevelMtls: { 5432: { mode: 'DISABLE' } } };
    const model = modelOf(policy('shop/db', { selector, ...mtls('STRICT'), ...ports }));
    expect(serverMode(model, 'shop', labels, 5432)).toBe('DISABLE');
    expect(serverMode(model, 'shop', labels, 80)).toBe('STRICT');
    const namespaceWide = modelOf(policy('shop/default', { ...mtls('STRICT'), ...ports }));
    expect(serverMode(namespaceWide, 'shop', labels, 5432)).toBe('STRICT');
  });

  it('lets the oldest of a scope win, and ignores selectors in the root namespace', () => {
    const model = modelOf(
      policy('shop/younger', mtls('DISABLE'), 5),
      policy('shop/older', mtls('STRICT'), 1),
      policy('istio-system/db', { selector, ...mtls('DISABLE') }),
    );
    expect(serverMode(model, 'shop', labels, 80)).toBe('STRICT');
    expect(namespaceMode(model, 'other')).toBe('PERMISSIVE');
  });
});
