import { describe, expect, it } from 'vitest';
import { applyStrategicMergePatch } from '@/demo/kubernetes/patch-strategic';
import { typeOfKind } from '@/demo/kubernetes/served-types';
import type { ResourceType } from '@/demo/kubernetes/resource-type';

function typeOf(group: string, kind: string): ResourceType {
  const type = typeOfKind(group, kind);
  if (type === null) throw new Error(`${kind} is not served`);
  return type;
}

function deployment(containers: unknown): Record<string, unknown> {
  return { spec: { template: { spec: { containers } } } };
}

const DEPLOYMENT = typeOf('apps', 'Deployment');

describe('applyStrategicMergePatch', () => {
  it('merges containers by name and keeps the others', () => {
    const before = deployment([
      { name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] },
      { name: 'side', image: 'side:1' },
    ]);
    const patch = deployment([{ name: 'web', image: 'web:2', env: [{ name: 'B', value: '2' }] }]);
    expect(applyStrategicMergePatch(before, patch, DEPLOYMENT)).toEqual(
      deployment([
        {
          name: 'web',
          image: 'web:2',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
        { name: 'side', image: 'side:1' },
      ]),
    );
  });

  it('deletes and orders items as the directives say', () => {
    const before = deployment([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const patch = {
      spec: {
        template: {
          spec: {
            containers: [{ name: 'b', $patch: 'delete' }],
            '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
          },
        },
      },
    };
    expect(applyStrategicMergePatch(before, patch, DEPLOYMENT)).toEqual(
      deployment([{ name: 'c' }, { name: 'a' }]),
    );
  });

  it('replaces lists without a merge key and removes nulls', () => {
    const before = { metadata: { labels: { a: '1', b: '2' } }, spec: { args: [1, 2] } };
    const patch = { metadata: { labels: { a: null } }, spec: { args: [3] } };
    expect(applyStrategicMergePatch(before, patch, DEPLOYMENT)).toEqual({
      metadata: { labels: { b: '2' } },
      spec: { args: [3] },
    });
  });

  it('keeps only the retained keys', () => {
    const before = {
      spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
    };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(applyStrategicMergePatch(before, patch, DEPLOYMENT)).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    });
  });

  it('removes members of a plain list', () => {
    const before = { metadata: { finalizers: ['a', 'b'] } };
    const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } };
    expect(applyStrategicMergePatch(before, patch, DEPLOYMENT)).toEqual({
      metadata: { finalizers: ['b'] },
    });
  });

  it('refuses an item without its merge key', () => {
    const patch = deployment([{ image: 'web:2' }]);
    expect(() => applyStrategicMergePatch(deployment([]), patch, DEPLOYMENT)).toThrow(
      'does not contain declared merge key: name',
    );
  });
});
