import { describe, expect, test } from 'vitest';
import { indexTopology } from '@/mesh/topology/topology-index';
import { lookUpDestinationRule } from '@/mesh/mtls/destination-rule-lookup';
import { aDestinationRule, aTopology } from '@/mesh/testing/topology-builders';
import type { ConfigObject } from '@/mesh/topology/object';

const host = 'api.shop.svc.cluster.local';
const rule = (namespace: string, name: string, spec: object = {}) =>
  aDestinationRule(namespace, name, { host, ...spec });

/** Name of the rule that a client of a namespace resolves for a Service in `shop`. */
function found(
  defaults: readonly string[],
  clientNamespace: string,
  config: readonly ConfigObject[],
): string | null {
  const topology = aTopology({ config, mesh: { defaultDestinationRuleExportTo: defaults } });
  const question = { clientNamespace, clientLabels: {}, host, serviceNamespace: 'shop' };
  const rules = lookUpDestinationRule(indexTopology(topology), question);
  return rules?.objects[0]?.meta.name ?? null;
}

describe('the mesh-wide default of exportTo', () => {
  const service = rule('shop', 'service');
  const root = rule('istio-system', 'root');

  test('"." hides a rule that says nothing from other namespaces, and not from its own', () => {
    expect(found(['.'], 'web', [service])).toBeNull();
    expect(found(['.'], 'shop', [service])).toBe('service');
    expect(found(['.'], 'web', [root])).toBeNull();
    expect(found(['*'], 'web', [service])).toBe('service');
  });

  test('a rule that says something itself is judged by that', () => {
    expect(found(['.'], 'web', [rule('shop', 'public', { exportTo: ['*'] })])).toBe('public');
    expect(found(['.'], 'web', [rule('shop', 'named', { exportTo: ['web'] })])).toBe('named');
    expect(found(['*'], 'web', [rule('shop', 'private', { exportTo: ['.'] })])).toBeNull();
  });

  test('"." beside other values still makes private, and without it every value leaves rules public', () => {
    expect(found(['.', '*'], 'web', [service])).toBeNull();
    expect(found(['elsewhere'], 'web', [service])).toBe('service');
    expect(found(['~'], 'web', [service])).toBe('service');
  });

  test('a private rule of the root namespace comes before the service’s for clients there', () => {
    expect(found(['*'], 'istio-system', [root, service])).toBe('service');
    expect(found(['.'], 'istio-system', [root, service])).toBe('root');
  });
});
