import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@/mesh/json';
import { doctorFacts, said } from '@/mesh/testing/doctor-facts';
import { anHttpRoute, aTopology, aVirtualService } from '@/mesh/testing/topology-builders';
import type { ConfigObject } from '@/mesh/topology/object';

function facts(...config: readonly ConfigObject[]) {
  return doctorFacts({ topology: aTopology({ config }) });
}

function route(name: string, status: JsonObject): ConfigObject {
  return { ...anHttpRoute('shop', name, {}), status };
}

function parent(type: string, status: string, reason: string): JsonObject {
  const conditions = [{ type, status, reason, message: 'service "x" not found' }];
  return { parents: [{ controllerName: 'istio.io/gateway-controller', conditions }] };
}

describe('what controllers say of objects', () => {
  test('routes that are not accepted for one reason are one finding, in the controller’s words', () => {
    const status = parent('ResolvedRefs', 'False', 'BackendNotFound');
    const [found] = said(facts(route('a', status), route('b', status)), 'config-refused');
    expect(found).toMatchObject({
      severity: 'error',
      title: '2 HTTPRoutes not accepted: ResolvedRefs: BackendNotFound',
      seen: 'shop/a and 1 more: service "x" not found',
      objectCount: 2,
    });
  });

  test('a route that two parents refuse is one object', () => {
    const { parents } = parent('Accepted', 'False', 'NoMatchingParent');
    const twice = { parents: [...(parents as JsonObject[]), ...(parents as JsonObject[])] };
    expect(said(facts(route('a', twice)), 'config-refused')).toMatchObject([{ objectCount: 1 }]);
  });

  test.each([
    ['Accepted', 'True', []],
    ['Accepted', 'Unknown', []],
    ['Reconciled', 'False', []],
    ['Programmed', 'False', ['warning']],
    ['Conflicted', 'True', ['error']],
    ['Conflicted', 'False', []],
  ])('a condition %s=%s gives %j', (type, status, severities) => {
    const found = said(facts(route('a', parent(type, status, 'Any'))), 'config-refused');
    expect(found.map(({ severity }) => severity)).toEqual(severities);
  });

  test('messages of Istio’s analysis keep their code, level and page', () => {
    const message = {
      type: { code: 'IST0101', name: 'ReferencedResourceNotFound' },
      level: 'WARNING',
      documentationUrl: 'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
    };
    const object = {
      ...aVirtualService('shop', 'cart', {}),
      status: { validationMessages: [message] },
    };
    const [found] = said(facts(object), 'config-analysis');
    expect(found).toMatchObject({ severity: 'warning' });
    expect(found?.title).toBe(
      'Istio’s analysis: IST0101 ReferencedResourceNotFound (1 VirtualService)',
    );
    expect(found?.fix?.text).toContain('ist0101');
  });

  test('without any status it is not known whether Istio accepts its objects', () => {
    expect(said(facts(aVirtualService('shop', 'cart', {})), 'status-not-written')).toMatchObject([
      { severity: 'unknown' },
    ]);
    const written = { ...aVirtualService('shop', 'cart', {}), status: { observedGeneration: '1' } };
    expect(said(facts(written), 'status-not-written')).toEqual([]);
    expect(said(facts(written), 'config-accepted')).toHaveLength(1);
  });
});
