import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { parseResourceTarget } from '@/demo/kubernetes/request-target';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { serverSideApply } from '@/demo/kubernetes/server-side-apply';

let store: ObjectStore;

function targetOf(path: string): ResourceTarget {
  const target = parseResourceTarget(path);
  if (target === null) throw new Error(`no resource at ${path}`);
  return target;
}

const MAP = targetOf('/api/v1/namespaces/shop/configmaps/settings');
const DEPLOYMENT = targetOf('/apis/apps/v1/namespaces/shop/deployments/web');

function apply(target: ResourceTarget, manager: string, content: object, force = false) {
  const { type, name } = target;
  const current = store.get(type.group, type.kind, 'shop', name);
  const apiVersion = type.group === '' ? 'v1' : `${type.group}/v1`;
  const patch = { apiVersion, kind: type.kind, metadata: { name }, ...content };
  const options = {
    dryRun: false,
    fieldManager: manager,
    fieldValidation: 'Warn',
    apply: { force },
  } as const;
  const next = serverSideApply(store, target, patch, current, options);
  return current === null ? store.create(next) : store.update(next);
}

function managers(object: KubernetesObject): readonly unknown[] {
  return (object.metadata.managedFields ?? []).map(
    (entry) => (entry as { manager: string }).manager,
  );
}

function conflictOf(change: () => unknown): ApiError {
  try {
    change();
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error('a conflict was expected');
}

beforeEach(() => {
  store = new ObjectStore();
});

describe('serverSideApply', () => {
  it('creates what does not exist and records who owns it', () => {
    const created = apply(MAP, 'one', { data: { a: '1' } });
    expect(created.metadata.managedFields).toMatchObject([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} } },
      },
    ]);
  });

  it('lets two managers own different fields of one object', () => {
    apply(MAP, 'one', { data: { a: '1' } });
    const both = apply(MAP, 'two', { data: { b: '2' } });
    expect(both['data']).toEqual({ a: '1', b: '2' });
    expect(managers(both)).toEqual(['two', 'one']);
  });

  it('shares a field on which both managers agree', () => {
    apply(MAP, 'one', { data: { a: '1' } });
    expect(managers(apply(MAP, 'two', { data: { a: '1' } }))).toEqual(['two', 'one']);
  });

  it('refuses to change a field of another manager and names both', () => {
    apply(MAP, 'one', { data: { a: '1', b: '1' } });
    const error = conflictOf(() => apply(MAP, 'two', { data: { a: '2' } }));
    expect(error).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
      details: {
        causes: [
          { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
        ],
      },
    });
    const several = conflictOf(() => apply(MAP, 'two', { data: { a: '2', b: '2' } }));
    expect(several.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
    );
  });

  it('takes the field over with force, so that the first manager conflicts from then on', () => {
    apply(MAP, 'one', { data: { a: '1', b: '1' } });
    expect(apply(MAP, 'two', { data: { a: '2' } }, true)['data']).toEqual({ a: '2', b: '1' });
    expect(conflictOf(() => apply(MAP, 'one', { data: { a: '1' } })).code).toBe(409);
  });

  it('removes what a manager no longer applies, unless another one owns it', () => {
    apply(MAP, 'one', { data: { a: '1', b: '1' } });
    apply(MAP, 'two', { data: { b: '1' } });
    expect(apply(MAP, 'one', { data: { c: '1' } })['data']).toEqual({ b: '1', c: '1' });
  });

  it('merges containers by name and removes one that is no longer applied', () => {
    const config = (containers: object[]) => ({
      spec: { selector: { matchLabels: { a: 'b' } }, template: { spec: { containers } } },
    });
    const web = { name: 'web', image: 'web:1', ports: [{ containerPort: 80, name: 'http' }] };
    apply(DEPLOYMENT, 'one', config([web, { name: 'side', image: 'side:1' }]));
    const other = {
      spec: { template: { spec: { containers: [{ name: 'added', image: 'x:1' }] } } },
    };
    apply(DEPLOYMENT, 'two', other);
    const next = apply(DEPLOYMENT, 'one', config([{ name: 'web', image: 'web:2' }]));
    const template = next['spec'] as {
      template: { spec: { containers: Record<string, unknown>[] } };
    };
    const { containers } = template.template.spec;
    expect(containers.map(({ name, image }) => `${String(name)} ${String(image)}`)).toEqual([
      'web web:2',
      'added x:1',
    ]);
    expect(containers[0]).not.toHaveProperty('ports');
  });

  it('changes nothing when the same configuration is applied again', () => {
    const first = apply(MAP, 'one', { data: { a: '1' } });
    expect(apply(MAP, 'one', { data: { a: '1' } })).toBe(first);
  });

  it('treats fields without an owner as owned by before-first-apply', () => {
    store.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'shop' },
      data: { a: '1' },
    });
    const error = conflictOf(() => apply(MAP, 'one', { data: { a: '2' } }));
    expect(error.message).toContain('conflict with "before-first-apply" using v1');
  });
});
