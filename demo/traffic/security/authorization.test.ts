import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { denialOf } from '@/demo/traffic/security/authorization';
import type { AuthorizedRequest } from '@/demo/traffic/security/authorized-request';
import type { MeshModel } from '@/demo/traffic/model/mesh-model';
import { configObject, modelOf } from '@/demo/traffic/testing/config-fixtures';

const policy = (spec: unknown, place = 'shop/p'): KubernetesObject =>
  configObject('security.istio.io/v1', 'AuthorizationPolicy', place, spec);
const server = { namespace: 'shop', labels: { app: 'pay' } };
const request: AuthorizedRequest = {
  principal: 'cluster.local/ns/web/sa/front',
  namespace: 'web',
  host: 'pay',
  port: 80,
  method: 'GET',
  path: '/charge/1',
  headers: { 'x-team': 'blue' },
  isTcp: false,
};
const isAllowed = (model: MeshModel, at: typeof server, asked: AuthorizedRequest): boolean =>
  denialOf(model, at, asked) === null;
const allowed = (spec: unknown, more: Partial<AuthorizedRequest> = {}): boolean =>
  isAllowed(modelOf(policy(spec)), server, { ...request, ...more });
const from = (source: unknown): object => ({ rules: [{ from: [{ source }] }] });
const to = (operation: unknown): object => ({ rules: [{ to: [{ operation }] }] });

describe('denialOf', () => {
  it('allows everything without a policy, and nothing under an ALLOW without rules', () => {
    expect(isAllowed(modelOf(), server, request)).toBe(true);
    expect(allowed({})).toBe(false);
    expect(allowed({ action: 'DENY' })).toBe(true);
    expect(allowed({ rules: [{}] })).toBe(true);
    expect(allowed({ action: 'DENY', rules: [{}] })).toBe(false);
  });

  it('denies before it allows', () => {
    const model = modelOf(
      policy({ rules: [{}] }, 'shop/all'),
      policy({ action: 'DENY', ...from({ namespaces: ['web'] }) }, 'shop/not-web'),
    );
    expect(isAllowed(model, server, request)).toBe(false);
  });

  it('selects by labels, and mesh-wide from the root namespace', () => {
    const selector = { selector: { matchLabels: { app: 'other' } } };
    expect(allowed({ ...selector })).toBe(true);
    expect(isAllowed(modelOf(policy({}, 'istio-system/p')), server, request)).toBe(false);
    expect(isAllowed(modelOf(policy({}, 'elsewhere/p')), server, request)).toBe(true);
  });

  it('knows nobody without mTLS: not for ALLOW, and not for DENY by name', () => {
    const plaintext = { principal: null, namespace: null };
    expect(allowed(from({ principals: ['*'] }))).toBe(true);
    expect(allowed(from({ principals: ['*'] }), plaintext)).toBe(false);
    expect(allowed({ action: 'DENY', ...from({ namespaces: ['web'] }) }, plaintext)).toBe(true);
    expect(allowed({ action: 'DENY', ...from({ notPrincipals: ['*'] }) }, plaintext)).toBe(false);
  });

  it.each([
    ['/charge/*', true],
    ['*/1', true],
    ['/charge/{*}', true],
    ['/{**}', true],
    ['/refund/*', false],
    ['/charge', false],
  ])('matches path pattern %s: %s', (pattern, expected) => {
    expect(allowed(to({ paths: [pattern] }))).toBe(expected);
  });

  it('takes all parts of a rule together', () => {
    const rule = {
      from: [{ source: { serviceAccounts: ['web/front'] } }],
      to: [{ operation: { methods: ['GET'], notPaths: ['/admin*'] } }],
      when: [{ key: 'request.headers[X-Team]', values: ['blue'] }],
    };
    expect(allowed({ rules: [rule] })).toBe(true);
    expect(allowed({ rules: [rule] }, { method: 'POST' })).toBe(false);
    expect(allowed({ rules: [rule] }, { path: '/admin/x' })).toBe(false);
    expect(allowed({ rules: [rule] }, { headers: {} })).toBe(false);
  });

  it('for TCP, HTTP attributes never match in ALLOW and are dropped in DENY', () => {
    expect(allowed(to({ methods: ['GET'] }), { isTcp: true })).toBe(false);
    expect(
      allowed({ action: 'DENY', ...to({ methods: ['POST'], ports: ['80'] }) }, { isTcp: true }),
    ).toBe(false);
    expect(
      allowed({ action: 'DENY', ...to({ methods: ['POST'], ports: ['81'] }) }, { isTcp: true }),
    ).toBe(true);
  });
});
