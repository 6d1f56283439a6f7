import { describe, expect, it } from 'vitest';
import { istioDenial } from '@/demo/kubernetes/istio-webhook';
import { groupOf } from '@/demo/kubernetes/resource-type';
import { standardScenario } from '@/demo/scenario/standard-scenario';

function denialOf(spec: object): string | null {
  const metadata = { name: 'web', namespace: 'shop' };
  const apiVersion = 'networking.istio.io/v1';
  return istioDenial({ apiVersion, kind: 'VirtualService', metadata, spec });
}

function destinations(...weights: readonly (number | undefined)[]): readonly object[] {
  return weights.map((weight, index) => ({
    destination: { host: 'web', subset: `v${index + 1}` },
    ...(weight === undefined ? {} : { weight }),
  }));
}

function http(rule: object): string | null {
  return denialOf({ hosts: ['web'], http: [rule] });
}

describe("Istio's validation of a VirtualService", () => {
  it('accepts every Istio object of the scenario', () => {
    const objects = standardScenario().objects.filter(({ apiVersion }) =>
      groupOf(apiVersion).endsWith('.istio.io'),
    );
    expect(objects.length).toBeGreaterThan(5);
    expect(objects.map(istioDenial).filter((denial) => denial !== null)).toEqual([]);
  });

  it.each([
    ['one destination without a weight', [undefined], null],
    ['weights that do not sum to 100', [3, 1], null],
    ['a weight of zero beside another', [100, 0], null],
    ['one destination of weight zero', [0], null],
    [
      'several destinations without weights',
      [undefined, undefined],
      'total destination weight = 0',
    ],
    ['weights that are all zero', [0, 0, 0], 'total destination weight = 0'],
    ['a negative weight', [-1, 101], 'weight -1 < 0'],
  ])('judges %s as Istio does', (_what, weights, denial) => {
    const route = destinations(...weights);
    expect(http({ route })).toBe(denial);
    expect(denialOf({ hosts: ['web'], tcp: [{ route }] })).toBe(denial);
  });

  it('asks for a destination with a host', () => {
    expect(http({ route: [{ weight: 1 }] })).toBe('destination is required');
    expect(http({ route: [{ destination: { subset: 'v1' } }] })).toBe(
      'empty domain name not allowed',
    );
  });

  it('names hosts that cover each other', () => {
    const route = destinations(1);
    const hosts = ['*.example.com', 'a.example.com'];
    expect(denialOf({ hosts, http: [{ route }] })).toBe(
      'duplicate hosts in virtual service: *.example.com & a.example.com',
    );
    expect(denialOf({ hosts: ['web', 'web'], http: [{ route }] })).toBe(
      'duplicate hosts in virtual service: web & web',
    );
  });

  it('allows all hosts at gateways only', () => {
    const spec = { hosts: ['*'], http: [{ route: destinations(1) }] };
    expect(denialOf(spec)).toBe(
      'wildcard host * is not allowed for virtual services bound to the mesh gateway',
    );
    expect(denialOf({ ...spec, gateways: ['entry'] })).toBeNull();
    expect(denialOf({ ...spec, gateways: ['entry', 'mesh'] })).not.toBeNull();
  });

  it('lets a rule do one thing', () => {
    const route = destinations(1);
    const redirect = { uri: '/new' };
    expect(http({ redirect })).toBeNull();
    expect(http({})).toBe('HTTP route, redirect or direct_response is required');
    expect(http({ route, redirect })).toBe('HTTP route cannot contain both route and redirect');
    expect(http({ redirect, rewrite: { uri: '/' } })).toBe(
      'HTTP route rule cannot contain both rewrite and redirect',
    );
    expect(http({ name: 'a', route, delegate: { name: 'b' } })).toBe(
      'root HTTP route a must not specify route',
    );
  });

  it('keeps a delegate to HTTP rules of its own', () => {
    const rules = [{ route: destinations(1) }];
    expect(denialOf({ http: rules })).toBeNull();
    expect(denialOf({ http: rules, gateways: ['entry'] })).toBe(
      'delegate virtual service must have no gateways specified',
    );
  });

  it('lists several faults as Istio does', () => {
    const denial = denialOf({ hosts: ['web'], http: [{ route: destinations(0, 0) }, {}] });
    expect(denial).toBe(
      '2 errors occurred:\n\t* total destination weight = 0\n\t* HTTP route, redirect or direct_response is required\n\n',
    );
  });
});
