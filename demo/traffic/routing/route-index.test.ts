import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import {
  matchesAny,
  type RequestShape,
  type RoutingProxy,
} from '@/demo/traffic/routing/match-request';
import { RouteIndex, type OwnedRules } from '@/demo/traffic/routing/route-index';
import { configObject, modelOf } from '@/demo/traffic/testing/config-fixtures';

const HOST = 'pay.shop.svc.cluster.local';
const client: RoutingProxy = { namespace: 'web', labels: { app: 'front' }, gateways: ['mesh'] };
const request: RequestShape = {
  host: 'pay',
  port: 80,
  method: 'GET',
  path: '/a/b?x=1',
  headers: {},
};

const virtualService = (place: string, spec: object, age = 0): KubernetesObject =>
  configObject('networking.istio.io/v1', 'VirtualService', place, spec, age);
const httpRoute = (place: string, spec: object, age = 0): KubernetesObject =>
  configObject('gateway.networking.k8s.io/v1', 'HTTPRoute', place, spec, age);
const toward = (host: string, match?: unknown): object => ({
  ...(match === undefined ? {} : { match: [match] }),
  route: [{ destination: { host } }],
});
const servicePart = {
  parentRefs: [{ group: '', kind: 'Service', name: 'pay', namespace: 'shop' }],
};
const backend = (name: string): object => ({ backendRefs: [{ name, port: 80 }] });

/** The host that the first matching rule sends to. */
function winner(
  owned: OwnedRules | null,
  asked: RequestShape = request,
  proxy = client,
): string | null {
  const rule = owned?.http.find((candidate) => matchesAny(candidate.matches, asked, proxy));
  return rule?.action.kind === 'forward'
    ? (rule.action.targets[0]?.host.split('.')[0] ?? null)
    : null;
}

const inMesh = (...objects: KubernetesObject[]): OwnedRules | null =>
  new RouteIndex(modelOf(...objects)).forMesh(client, HOST, 80);

describe('which object owns a host for a sidecar', () => {
  it('none, when no object names it', () => {
    expect(
      inMesh(virtualService('shop/other', { hosts: ['other'], http: [toward('x')] })),
    ).toBeNull();
  });

  it('the oldest of two VirtualServices; they are not merged', () => {
    const owned = inMesh(
      virtualService('shop/young', { hosts: ['pay'], http: [toward('young')] }, 5),
      virtualService(
        'shop/old',
        { hosts: ['pay'], http: [toward('old', { uri: { exact: '/only' } })] },
        1,
      ),
    );
    expect(owned?.http).toHaveLength(1);
    expect(winner(owned)).toBeNull();
  });

  it('short names belong to the namespace of the object', () => {
    expect(inMesh(virtualService('web/pay', { hosts: ['pay'], http: [toward('x')] }))).toBeNull();
    expect(
      winner(
        inMesh(
          virtualService('web/pay', { hosts: ['pay.shop.svc.cluster.local'], http: [toward('x')] }),
        ),
      ),
    ).toBe('x');
  });

  it('one private to the client before a public one, whatever their age', () => {
    const hosts = [HOST];
    const owned = inMesh(
      virtualService('shop/public', { hosts, http: [toward('public')] }, 1),
      virtualService('web/private', { hosts, exportTo: ['.'], http: [toward('private')] }, 9),
    );
    expect(winner(owned)).toBe('private');
  });

  it('an exact host before a wildcard', () => {
    const owned = inMesh(
      virtualService(
        'shop/wild',
        { hosts: ['*.shop.svc.cluster.local'], http: [toward('wild')] },
        1,
      ),
      virtualService('shop/exact', { hosts: ['pay'], http: [toward('exact')] }, 9),
    );
    expect(winner(owned)).toBe('exact');
  });

  it("a route of the client's own namespace before an older VirtualService", () => {
    const owned = inMesh(
      virtualService('shop/pay', { hosts: ['pay'], http: [toward('vs')] }, 1),
      httpRoute('web/consumer', { ...servicePart, rules: [backend('consumer')] }, 9),
    );
    expect(winner(owned)).toBe('consumer');
  });

  it('between a producer route and a VirtualService, the older', () => {
    const route = (age: number): KubernetesObject =>
      httpRoute('shop/producer', { ...servicePart, rules: [backend('route')] }, age);
    const service = virtualService('shop/pay', { hosts: ['pay'], http: [toward('vs')] }, 5);
    expect(winner(inMesh(service, route(1)))).toBe('route');
    expect(winner(inMesh(service, route(9)))).toBe('vs');
  });

  it('a consumer route of another namespace is not seen', () => {
    expect(
      inMesh(httpRoute('other/consumer', { ...servicePart, rules: [backend('consumer')] })),
    ).toBeNull();
  });

  it('not one that is bound to a gateway only', () => {
    const spec = { hosts: ['pay'], gateways: ['public'], http: [toward('x')] };
    expect(inMesh(virtualService('shop/pay', spec))).toBeNull();
  });
});

describe('Gateway API routes', () => {
  it('of one Service are merged and ordered by how specific they are', () => {
    const path = (type: string, value: string): object => ({
      matches: [{ path: { type, value } }],
    });
    const owned = inMesh(
      httpRoute(
        'shop/one',
        { ...servicePart, rules: [{ ...path('PathPrefix', '/'), ...backend('any') }] },
        1,
      ),
      httpRoute(
        'shop/two',
        {
          ...servicePart,
          rules: [
            { ...path('PathPrefix', '/a'), ...backend('prefix') },
            { ...path('Exact', '/a/b'), ...backend('exact') },
          ],
        },
        2,
      ),
    );
    expect(winner(owned)).toBe('exact');
    expect(winner(owned, { ...request, path: '/a/c' })).toBe('prefix');
    expect(winner(owned, { ...request, path: '/ab' })).toBe('any');
  });

  it('with all weights zero answer 500', () => {
    const owned = inMesh(
      httpRoute('shop/one', {
        ...servicePart,
        rules: [{ backendRefs: [{ name: 'x', port: 80, weight: 0 }] }],
      }),
    );
    expect(owned?.http[0]?.action).toEqual({ kind: 'respond', status: 500 });
  });
});

describe('rules of a VirtualService', () => {
  const first = (...rules: object[]): string | null =>
    winner(inMesh(virtualService('shop/pay', { hosts: ['pay'], http: rules })));

  it('are tried in order, and the first match wins', () => {
    expect(first(toward('one', { uri: { prefix: '/a' } }), toward('two'))).toBe('one');
    expect(first(toward('one', { uri: { prefix: '/z' } }), toward('two'))).toBe('two');
  });

  it.each([
    [{ uri: { prefix: '/a/b' } }, true],
    [{ uri: { exact: '/a/b' } }, true],
    [{ uri: { regex: '/a/.*' } }, true],
    [{ uri: { regex: '/a' } }, false],
    [{ uri: { exact: '/A/B' } }, false],
    [{ uri: { exact: '/A/B' }, ignoreUriCase: true }, true],
    [{ method: { exact: 'POST' } }, false],
    [{ headers: { 'X-Tester': {} } }, false],
    [{ withoutHeaders: { 'X-Tester': {} } }, true],
    [{ queryParams: { x: { exact: '1' } } }, true],
    [{ port: 81 }, false],
    [{ sourceLabels: { app: 'front' } }, true],
    [{ sourceLabels: { app: 'back' } }, false],
    [{ sourceNamespace: 'web' }, true],
    [{ sourceNamespace: 'shop' }, false],
    [{ sourceNamespace: 'shop', gateways: ['mesh'] }, true],
    [{ gateways: ['public'] }, false],
    [{ uri: { prefix: '/a' }, method: { exact: 'POST' } }, false],
  ])('match %j: %s', (match, expected) => {
    expect(first(toward('hit', match))).toBe(expected ? 'hit' : null);
  });

  it('delegate to another VirtualService under the matches of both', () => {
    const model = modelOf(
      virtualService('shop/root', {
        hosts: ['pay'],
        http: [
          { match: [{ uri: { prefix: '/a' } }], delegate: { name: 'inner', namespace: 'team' } },
        ],
      }),
      virtualService('team/inner', { http: [toward('inner', { uri: { prefix: '/a/b' } })] }),
    );
    const owned = new RouteIndex(model).forMesh(client, HOST, 80);
    const hits = (path: string): boolean =>
      owned?.http.some(
        (rule) =>
          matchesAny(rule.matches, { ...request, path }, client) &&
          matchesAny(rule.rootMatches, { ...request, path }, client),
      ) ?? false;
    expect(hits('/a/b')).toBe(true);
    expect(hits('/a/c')).toBe(false);
    expect(owned?.http[0]?.action).toMatchObject({
      targets: [{ host: 'inner.team.svc.cluster.local' }],
    });
  });
});

describe('a gateway', () => {
  const gateway: RoutingProxy = {
    namespace: 'istio-system',
    labels: {},
    gateways: ['shop/public'],
  };

  it('merges the VirtualServices of a host, oldest first and catch-alls last', () => {
    const spec = (http: object[]): object => ({
      hosts: ['shop.example.com'],
      gateways: ['shop/public'],
      http,
    });
    const index = new RouteIndex(
      modelOf(
        virtualService('shop/old', spec([toward('catch-all')]), 1),
        virtualService('shop/young', spec([toward('special', { uri: { prefix: '/a' } })]), 9),
      ),
    );
    const owned = index.forGateway(gateway, 'shop.example.com');
    expect(winner(owned, request, gateway)).toBe('special');
    expect(winner(owned, { ...request, path: '/z' }, gateway)).toBe('catch-all');
    expect(index.forGateway(gateway, 'other.example.com')).toBeNull();
  });
});
