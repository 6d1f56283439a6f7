import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { deployment, service } from '@/demo/scenario/manifests';
import { denialOf } from '@/demo/traffic/security/authorization';
import type { AuthorizedRequest } from '@/demo/traffic/security/authorized-request';
import { configObject, modelOf } from '@/demo/traffic/testing/config-fixtures';

const PROVIDERS = `
extensionProviders:
  - name: asks-http
    envoyExtAuthzHttp: { service: authz.tools.svc.cluster.local, port: 8000, includeRequestHeadersInCheck: [X-Ext-Authz] }
  - name: shows-nothing
    envoyExtAuthzHttp: { service: tools/authz.tools.svc.cluster.local, port: 8000 }
  - name: asks-grpc
    envoyExtAuthzGrpc: { service: authz.tools.svc.cluster.local, port: 9000 }
  - name: nowhere
    envoyExtAuthzGrpc: { service: gone.tools.svc.cluster.local, port: 9000 }
  - name: down
    envoyExtAuthzGrpc: { service: idle.tools.svc.cluster.local, port: 9000, statusOnError: '503' }
  - name: down-open
    envoyExtAuthzGrpc: { service: idle.tools.svc.cluster.local, port: 9000, failOpen: true }
  - name: traces
    zipkin: { service: zipkin.tools.svc.cluster.local, port: 9411 }
`;
const ports = [
  { name: 'http', port: 8000 },
  { name: 'grpc', port: 9000 },
];
const mesh: readonly KubernetesObject[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: PROVIDERS },
  },
  deployment({
    namespace: 'tools',
    name: 'authz',
    app: 'authz',
    version: 'v1',
    image: 'i',
    port: 8000,
    serviceAccount: 'authz',
  }),
  service('tools', 'authz', { app: 'authz' }, ports),
  service('tools', 'idle', { app: 'nobody' }, ports),
];
const policy = (name: string, spec: object): KubernetesObject =>
  configObject('security.istio.io/v1', 'AuthorizationPolicy', `shop/${name}`, spec);
const custom = (provider: string, rules: readonly object[] = [{}]): KubernetesObject =>
  policy(`ask-${provider}`, { action: 'CUSTOM', provider: { name: provider }, rules });

const request: AuthorizedRequest = {
  principal: null,
  namespace: null,
  host: 'pay',
  port: 80,
  method: 'GET',
  path: '/admin',
  headers: {},
  isTcp: false,
};
const allowed = { headers: { 'x-ext-authz': 'allow' } };
const denial = (
  policies: readonly KubernetesObject[],
  more: Partial<AuthorizedRequest> = {},
): unknown =>
  denialOf(
    modelOf(...mesh, ...policies),
    { namespace: 'shop', labels: { app: 'pay' } },
    { ...request, ...more },
  );
const to = (operation: object): object => ({ to: [{ operation }] });

const ASKED = { status: 403, flags: 'UAEX' };
const UNASKED = { status: 403, flags: '-' };

describe('external authorization', () => {
  it.each(['asks-http', 'asks-grpc'])('%s denies unless the request carries the header', (name) => {
    expect(denial([custom(name)])).toEqual(ASKED);
    expect(denial([custom(name)], { headers: { 'x-ext-authz': 'deny' } })).toEqual(ASKED);
    expect(denial([custom(name)], allowed)).toBeNull();
  });

  it('asks only of what the rules match', () => {
    const rules = [to({ paths: ['/admin*'] })];
    expect(denial([custom('asks-grpc', rules)])).toEqual(ASKED);
    expect(denial([custom('asks-grpc', rules)], { path: '/' })).toBeNull();
    expect(denial([custom('asks-grpc', [])])).toBeNull();
  });

  it('cannot see a header that an HTTP authorizer is not shown', () => {
    expect(denial([custom('shows-nothing')], allowed)).toEqual(ASKED);
  });

  it('comes before DENY and ALLOW, which still hold for what it lets pass', () => {
    const deny = policy('deny', { action: 'DENY', rules: [to({ methods: ['GET'] })] });
    const allow = policy('allow', { rules: [to({ methods: ['POST'] })] });
    expect(denial([deny, custom('asks-grpc')])).toEqual(ASKED);
    expect(denial([deny, custom('asks-grpc')], allowed)).toEqual(UNASKED);
    expect(denial([allow, custom('asks-grpc')], allowed)).toEqual(UNASKED);
  });

  it.each([
    ['is not defined', ['never-heard-of']],
    ['authorizes nothing', ['traces']],
    ['has no such service', ['nowhere']],
    ['is one of several', ['asks-grpc', 'asks-http']],
  ])('denies without asking where the provider %s', (_why, names) => {
    const rules = [to({ paths: ['/admin'] })];
    const policies = names.map((name) => custom(name, rules));
    expect(denial(policies, allowed)).toEqual(UNASKED);
    expect(denial(policies, { path: '/' })).toBeNull();
  });

  it('answers with statusOnError while the authorizer has no pods, or lets pass with failOpen', () => {
    expect(denial([custom('down')], allowed)).toEqual({ status: 503, flags: 'UAEX' });
    expect(denial([custom('down-open')])).toBeNull();
  });

  it('puts TCP connections to gRPC authorizers only', () => {
    expect(denial([custom('asks-http')], { isTcp: true })).toBeNull();
    expect(denial([custom('asks-grpc')], { isTcp: true })).toEqual(ASKED);
  });

  it('leaves AUDIT and dry runs to the logs', () => {
    const audit = policy('audit', { action: 'AUDIT', rules: [{}] });
    const shadow = custom('asks-grpc');
    const dryRun = {
      ...shadow,
      metadata: { ...shadow.metadata, annotations: { 'istio.io/dry-run': 'true' } },
    };
    expect(denial([audit, dryRun])).toBeNull();
  });
});
