import { describe, expect, test } from 'vitest';
import {
  aMeshConfig,
  aPeerAuthentication,
  aService,
  aTopology,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { aRequest, aSnapshot } from '@/mesh/testing/telemetry-builders';
import { assessScene } from '@/mesh/testing/mtls-scene';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';
import { foreignTrustDomain, parseSpiffe } from '@/mesh/mtls/trust-domain';
import type { MeshConfig } from '@/mesh/topology/topology';
import type { MtlsReport } from '@/mesh/mtls/mtls';

const OLD = 'spiffe://old.example/ns/web/sa/front';
const FRONT = 'spiffe://cluster.local/ns/web/sa/web-front';
const API = 'spiffe://cluster.local/ns/shop/sa/shop-api';

/** Calls of `web/front` to `shop/api-v1`, five a second under each identity. */
function report(clients: readonly string[], mesh: Partial<MeshConfig> = {}): MtlsReport {
  const topology = aTopology({
    workloads: [aWorkload('web', 'front'), aWorkload('shop', 'api-v1')],
    services: [aService('shop', 'api')],
    config: [aPeerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } })],
    mesh,
  });
  const requests = clients.map((sourcePrincipal) =>
    aRequest('destination', 'web/front', 'shop/api-v1', 'api.shop', 5, {
      sourcePrincipal,
      destinationPrincipal: API,
    }),
  );
  return buildMtlsReport({ topology, telemetry: aSnapshot({ requests }), namespaces: [] });
}

const findings = (made: MtlsReport) => made.findings.map(({ rule, severity }) => [severity, rule]);

describe('SPIFFE ids', () => {
  test('are taken apart by Istio’s form, and others by their trust domain alone', () => {
    expect(parseSpiffe(API)).toEqual({
      trustDomain: 'cluster.local',
      namespace: 'shop',
      serviceAccount: 'shop-api',
    });
    expect(parseSpiffe('spiffe://example.org/billing')).toEqual({
      trustDomain: 'example.org',
      namespace: null,
      serviceAccount: null,
    });
    expect(parseSpiffe('https://example.org/x')).toBeNull();
  });
});

describe('trust domains', () => {
  const foreign = (principal: string, mesh: Partial<MeshConfig> = {}) =>
    foreignTrustDomain(aMeshConfig(mesh), principal);

  test('the mesh’s own and its aliases are none of another', () => {
    expect(foreign(API)).toBeNull();
    expect(foreign(OLD)).toBe('old.example');
    expect(foreign(OLD, { trustDomainAliases: ['older.example', 'old.example'] })).toBeNull();
    expect(foreign(OLD, { trustDomain: 'old.example' })).toBeNull();
    expect(foreign(API, { trustDomain: 'old.example' })).toBe('cluster.local');
  });

  test('a name that merely begins like the mesh’s is another', () => {
    expect(foreign('spiffe://cluster.local.evil/ns/a/sa/b')).toBe('cluster.local.evil');
  });

  test('the identity has a dot where the configured trust domain has an at sign', () => {
    const mesh = { trustDomain: 'team@corp.example' };
    expect(foreign('spiffe://team.corp.example/ns/a/sa/b', mesh)).toBeNull();
  });

  test('nothing is judged where istiod skips the check, or the mesh config could not be read', () => {
    expect(foreign(OLD, { skipsTrustDomainCheck: true })).toBeNull();
    expect(foreign(OLD, { found: false })).toBeNull();
    expect(foreign(OLD, { skipsTrustDomainCheck: null })).toBe('old.example');
  });

  test('what is no SPIFFE id has no trust domain', () => {
    expect(foreign('CN=client')).toBeNull();
  });

  test('an edge says so in its reason, and stays what was observed', () => {
    const question = {
      security: { mutualTls: 5, none: 0, unknown: 0 },
      clientIdentities: [OLD],
      serverIdentities: [API],
    };
    const answer = assessScene({ question });
    expect(answer).toMatchObject({
      verdict: 'encrypted',
      clientIdentities: [OLD],
      serverIdentities: [API],
    });
    expect(answer.reason).toContain('The client proved to be of trust domain old.example');
    expect(answer.reason).not.toContain('The server proved');
  });

  test('a finding names the trust domain once, and what would make it accepted', () => {
    const made = report([OLD, FRONT]);
    const found = made.findings.filter(({ rule }) => rule === 'foreign-trust-domain');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: 'warning' });
    expect(found[0]?.message).toContain('trust domain old.example');
    expect(found[0]?.message).toContain('(cluster.local)');
    expect(found[0]?.message).not.toContain('PILOT_SKIP_VALIDATE_TRUST_DOMAIN');
  });

  test('the finding says so when it could not be read whether the check is skipped', () => {
    const [found] = report([OLD], { skipsTrustDomainCheck: null }).findings;
    expect(found?.message).toContain('PILOT_SKIP_VALIDATE_TRUST_DOMAIN, which could not be read');
    expect(findings(report([OLD], { skipsTrustDomainCheck: true }))).toEqual([]);
    expect(findings(report([OLD], { trustDomainAliases: ['old.example'] }))).toEqual([]);
  });
});

describe('one workload under several service accounts', () => {
  const NEXT = 'spiffe://cluster.local/ns/web/sa/front-next';

  test('the edge carries both, and a finding says which is that of its pods now', () => {
    const made = report([NEXT, FRONT]);
    expect(made.edges[0]?.mtls.clientIdentities).toEqual([NEXT, FRONT]);
    expect(findings(made)).toEqual([['info', 'several-identities']]);
    expect(made.findings[0]?.message).toContain('web/front appears under 2 identities');
    expect(made.findings[0]?.message).toContain(`${FRONT} (the service account of its pods now)`);
    expect(made.findings[0]?.message).not.toContain(`${NEXT} (`);
  });

  test('one service account is no finding', () => {
    expect(findings(report([FRONT]))).toEqual([]);
  });

  test('many clients that nobody names are many, and no finding', () => {
    const topology = aTopology({
      workloads: [aWorkload('shop', 'api-v1')],
      services: [aService('shop', 'api')],
      config: [aPeerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } })],
    });
    const requests = [FRONT, NEXT].map((sourcePrincipal) =>
      aRequest('destination', null, 'shop/api-v1', 'api.shop', 5, { sourcePrincipal }),
    );
    const made = buildMtlsReport({ topology, telemetry: aSnapshot({ requests }), namespaces: [] });
    expect(made.edges[0]?.mtls.clientIdentities).toEqual([NEXT, FRONT]);
    expect(findings(made)).toEqual([]);
  });
});
