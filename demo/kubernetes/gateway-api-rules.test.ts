import { describe, expect, it } from 'vitest';
import { gatewayApiCauses } from '@/demo/kubernetes/gateway-api-rules';
import { groupOf } from '@/demo/kubernetes/resource-type';
import { standardScenario } from '@/demo/scenario/standard-scenario';

function causesOf(kind: string, spec: object): readonly string[] {
  const apiVersion = 'gateway.networking.k8s.io/v1';
  const object = { apiVersion, kind, metadata: { name: 'web', namespace: 'shop' }, spec };
  return gatewayApiCauses(object).map(({ field, message }) => `${field}: ${message}`);
}

function route(rule: object): readonly string[] {
  return causesOf('HTTPRoute', { rules: [rule] });
}

const WEB = { name: 'web', port: 80 };
const REDIRECT = {
  type: 'RequestRedirect',
  requestRedirect: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } },
};
const REWRITE = { type: 'URLRewrite', urlRewrite: { hostname: 'other.example.com' } };
const MIRROR = { type: 'RequestMirror', requestMirror: { backendRef: WEB } };
const EXACT = { path: { type: 'Exact', value: '/a' } };

describe('rules of the Gateway API definitions', () => {
  it('accepts every object of the scenario', () => {
    const objects = standardScenario().objects.filter(({ apiVersion }) =>
      groupOf(apiVersion).startsWith('gateway.'),
    );
    expect(objects.length).toBeGreaterThan(2);
    expect(objects.flatMap(gatewayApiCauses)).toEqual([]);
  });

  it('accepts a split with a mirror', () => {
    const backendRefs = [
      { ...WEB, weight: 90 },
      { ...WEB, name: 'web-v2', weight: 0 },
    ];
    const matches = [{ path: { type: 'PathPrefix', value: '/shop' } }];
    expect(route({ matches, filters: [MIRROR], backendRefs })).toEqual([]);
  });

  it('asks for the port of a Service, and of nothing else', () => {
    expect(route({ backendRefs: [{ name: 'web', weight: 1 }] })).toEqual([
      'spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference',
    ]);
    expect(route({ backendRefs: [{ group: 'x.example', kind: 'Pool', name: 'web' }] })).toEqual([]);
  });

  it('lets a rule redirect or forward, not both', () => {
    expect(route({ filters: [REDIRECT], backendRefs: [WEB] })).toEqual([
      'spec.rules[0]: Invalid value: "object": RequestRedirect filter must not be used together with backendRefs',
    ]);
    expect(route({ filters: [REDIRECT, REWRITE] })).toEqual([
      'spec.rules[0].filters: Invalid value: "array": May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both',
    ]);
  });

  it('replaces a prefix only where exactly one is matched', () => {
    expect(route({ filters: [REDIRECT] })).toEqual([]);
    expect(route({ matches: [EXACT], filters: [REDIRECT] })).toEqual([
      'spec.rules[0]: Invalid value: "object": When using RequestRedirect filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified',
    ]);
  });

  it('wants a filter to carry what its type says, once', () => {
    const twice = [REWRITE, REWRITE];
    expect(route({ filters: twice })[0]).toContain('URLRewrite filter cannot be repeated');
    const wrong = { type: 'RequestMirror', urlRewrite: {} };
    expect(route({ filters: [wrong] })).toEqual([
      'spec.rules[0].filters[0]: Invalid value: "object": filter.requestMirror must be specified for RequestMirror filter.type',
      'spec.rules[0].filters[0]: Invalid value: "object": filter.urlRewrite must be nil if the filter.type is not URLRewrite',
    ]);
  });

  it.each([
    ['shop', "value must be an absolute path and start with '/'"],
    ['/a//b', "must not contain '//'"],
    ['/a/..', "must not end with '/..'"],
    ['/a#b', "must not contain '#'"],
    ['/ä', 'must only contain valid characters'],
  ])('refuses the path %s', (value, text) => {
    const [first = ''] = route({ matches: [{ path: { type: 'Exact', value } }] });
    expect(first).toContain('spec.rules[0].matches[0].path: Invalid value: "object"');
    expect(first).toContain(text);
    expect(route({ matches: [{ path: { type: 'RegularExpression', value } }] })).toEqual([]);
  });

  it('keeps the timeout of one try within that of the request', () => {
    expect(route({ timeouts: { request: '1s', backendRequest: '1500ms' } })).toHaveLength(1);
    expect(route({ timeouts: { request: '1m', backendRequest: '1500ms' } })).toEqual([]);
    expect(route({ timeouts: { request: '0s', backendRequest: '1h' } })).toEqual([]);
  });

  it('tells parents that are the same object apart by their sections', () => {
    const parents = (...sections: readonly (string | undefined)[]) =>
      causesOf('TCPRoute', {
        parentRefs: sections.map((sectionName) => ({ name: 'entry', sectionName })),
      });
    expect(parents('a', 'b')).toEqual([]);
    expect(parents('a', undefined)[0]).toContain('sectionName or port must be specified');
    expect(parents('a', 'a')[0]).toContain('sectionName or port must be unique');
  });

  it('keeps the listeners of a gateway apart', () => {
    const http = { name: 'http', port: 80, protocol: 'HTTP' };
    expect(causesOf('Gateway', { listeners: [http, { ...http, name: 'b', port: 81 }] })).toEqual(
      [],
    );
    const [twice = ''] = causesOf('Gateway', { listeners: [http, { ...http, port: 81 }] });
    expect(twice).toBe(
      'spec.listeners: Invalid value: "array": Listener name must be unique within the Gateway',
    );
    const [same = ''] = causesOf('Gateway', { listeners: [http, { ...http, name: 'b' }] });
    expect(same).toContain('Combination of port, protocol and hostname must be unique');
  });
});
