import type { ApiObject } from '@/tests/real/cluster/api-client';

/** An object that both are asked to create, without storing it. */
export interface IstioCase {
  readonly name: string;
  readonly object: ApiObject;
}

const to = (host: string, subset = '', weight: number | null = null) => ({
  destination: { host, ...(subset === '' ? {} : { subset }) },
  ...(weight === null ? {} : { weight }),
});

function istio(group: string, kind: string, spec: unknown): ApiObject {
  return {
    apiVersion: `${group}.istio.io/v1`,
    kind,
    metadata: { name: 'tried', namespace: 'default' },
    spec,
  };
}

const route = (name: string, spec: unknown): IstioCase => ({
  name: `VirtualService: ${name}`,
  object: istio('networking', 'VirtualService', spec),
});
const http = (name: string, ...rules: readonly unknown[]): IstioCase =>
  route(name, { hosts: ['reviews'], http: rules });
const rule = (name: string, spec: unknown): IstioCase => ({
  name: `DestinationRule: ${name}`,
  object: istio('networking', 'DestinationRule', spec),
});
const other = (kind: string, name: string, spec: unknown, group = 'networking'): IstioCase => ({
  name: `${kind}: ${name}`,
  object: istio(group, kind, spec),
});

const one = [to('reviews')];

/** Good and bad objects of Istio. */
export const istioCases: readonly IstioCase[] = [
  http('two weights', { route: [to('a', 'v1', 90), to('a', 'v2', 10)] }),
  http('weights that do not total 100', { route: [to('a', 'v1', 3), to('a', 'v2', 1)] }),
  http('weights of zero', { route: [to('a', 'v1', 0), to('a', 'v2', 0)] }),
  http('one weight of zero', { route: [to('a', 'v1', 0)] }),
  http('a negative weight', { route: [to('a', 'v1', -1), to('a', 'v2', 101)] }),
  http('no weights on two destinations', { route: [to('a', 'v1'), to('a', 'v2')] }),
  http('a huge total', { route: [to('a', 'v1', 2_147_483_647), to('a', 'v2', 2_147_483_647)] }),
  route('no hosts', { hosts: [], http: [{ route: one }] }),
  route('the same host twice', { hosts: ['a', 'a'], http: [{ route: one }] }),
  route('every host, for the mesh', { hosts: ['*'], http: [{ route: one }] }),
  route('nothing but hosts', { hosts: ['reviews'] }),
  http('route and redirect', { route: one, redirect: { uri: '/x' } }),
  http('neither route nor redirect', { match: [{ uri: { prefix: '/x' } }] }),
  http('direct response and route', { route: one, directResponse: { status: 200 } }),
  http('a direct response that is no status', { directResponse: { status: 9 } }),
  http('no destination host', { route: [to('')] }),
  http('a destination of every host', { route: [to('*')] }),
  http('a port beyond the range', {
    route: [{ destination: { host: 'a', port: { number: 70_000 } } }],
  }),
  http('a fault in more than all', {
    fault: { abort: { httpStatus: 500, percentage: { value: 120 } } },
    route: one,
  }),
  http('an abort that is no status', { fault: { abort: { httpStatus: 9 } }, route: one }),
  http('a delay of nothing', { fault: { delay: { percentage: { value: 10 } } }, route: one }),
  http('a mirror of more than all', {
    mirror: { host: 'b' },
    mirrorPercentage: { value: 120 },
    route: one,
  }),
  http('negative retries', { retries: { attempts: -1 }, route: one }),
  http('retries on nothing known', {
    retries: { attempts: 1, retryOn: 'bad weather' },
    route: one,
  }),
  http('a match of an empty prefix', { match: [{ uri: { prefix: '' } }], route: one }),
  http('a match of a bad expression', { match: [{ uri: { regex: '(' } }], route: one }),
  http('rewrite of a redirect', { redirect: { uri: '/x' }, rewrite: { uri: '/y' } }),
  route('TCP without a route', { hosts: ['reviews'], tcp: [{ match: [{ port: 1 }] }] }),
  route('TLS without a match', { hosts: ['reviews'], tls: [{ route: one }] }),
  rule('subsets', { host: 'a', subsets: [{ name: 'v1', labels: { version: 'v1' } }] }),
  rule('no host', { host: '' }),
  rule('the same subset twice', { host: 'a', subsets: [{ name: 'v1' }, { name: 'v1' }] }),
  rule('a bad subset name', { host: 'a', subsets: [{ name: 'V 1' }] }),
  rule('negative connections', {
    host: 'a',
    trafficPolicy: { connectionPool: { tcp: { maxConnections: -1 } } },
  }),
  rule('ejection of more than all', {
    host: 'a',
    trafficPolicy: { outlierDetection: { maxEjectionPercent: 120 } },
  }),
  rule('mutual TLS without certificates', {
    host: 'a',
    trafficPolicy: { tls: { mode: 'MUTUAL' } },
  }),
  rule('Istio TLS with certificates', {
    host: 'a',
    trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', clientCertificate: '/x' } },
  }),
  other('Gateway', 'no servers', { servers: [] }),
  other('Gateway', 'the same port name twice', {
    servers: [1, 2].map((number) => ({
      hosts: ['a.example.com'],
      port: { number, name: 'http', protocol: 'HTTP' },
    })),
  }),
  other('Gateway', 'TLS without a mode', {
    servers: [{ hosts: ['*'], port: { number: 443, name: 'https', protocol: 'HTTPS' } }],
  }),
  other('ServiceEntry', 'no hosts', { hosts: [] }),
  other('ServiceEntry', 'the same port twice', {
    hosts: ['a.example.com'],
    resolution: 'DNS',
    ports: ['a', 'b'].map((name) => ({ number: 80, name, protocol: 'HTTP' })),
  }),
  other('ServiceEntry', 'no ports', { hosts: ['a.example.com'], resolution: 'DNS' }),
  other(
    'PeerAuthentication',
    'a port without a selector',
    { portLevelMtls: { 80: { mode: 'STRICT' } } },
    'security',
  ),
  other('PeerAuthentication', 'strict', { mtls: { mode: 'STRICT' } }, 'security'),
  other('AuthorizationPolicy', 'a denial without rules', { action: 'DENY' }, 'security'),
  other('AuthorizationPolicy', 'an empty from', { rules: [{ from: [] }] }, 'security'),
  other(
    'AuthorizationPolicy',
    'an empty source',
    { rules: [{ from: [{ source: {} }] }] },
    'security',
  ),
  other(
    'AuthorizationPolicy',
    'an unknown condition',
    { rules: [{ when: [{ key: 'weather', values: ['bad'] }] }] },
    'security',
  ),
  other(
    'AuthorizationPolicy',
    'custom without a provider',
    { action: 'CUSTOM', rules: [{}] },
    'security',
  ),
];
