import { describe, expect, test } from 'vitest';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';
import {
  aDestinationRule,
  aPeerAuthentication,
  aService,
  aTopology,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { aRequest, aSnapshot } from '@/mesh/testing/telemetry-builders';
import type { ConfigObject } from '@/mesh/topology/object';
import type { MtlsReport } from '@/mesh/mtls/mtls';
import type { RequestSample } from '@/mesh/telemetry/telemetry';

const WORKLOADS = [
  aWorkload('web', 'front'),
  aWorkload('shop', 'api-v1'),
  aWorkload('shop', 'api-v2'),
  aWorkload('legacy', 'batch', { proxy: 'none', proxiedPods: 0 }),
];

function report(
  config: readonly ConfigObject[],
  requests: readonly RequestSample[] | null,
  namespaces: readonly string[] = [],
): MtlsReport {
  const topology = aTopology({
    workloads: WORKLOADS,
    services: [aService('shop', 'api'), aService('legacy', 'batch')],
    config,
  });
  const telemetry = requests === null ? null : aSnapshot({ requests });
  return buildMtlsReport({ topology, telemetry, namespaces });
}

const rules = (made: MtlsReport) => made.findings.map(({ rule }) => rule);
const both = (to: string, host: string, rate: number) => [
  aRequest('source', 'web/front', to, host, rate),
  aRequest('destination', 'web/front', to, host, rate),
];
const calls = [
  ...both('shop/api-v1', 'api.shop', 6),
  ...both('shop/api-v2', 'api.shop', 2),
  aRequest('destination', null, 'shop/api-v1', 'api.shop', 2, { security: 'none' }),
  aRequest('source', 'web/front', 'legacy/batch', 'batch.legacy', 1),
];
const selector = { matchLabels: { app: 'api' } };

describe('buildMtlsReport', () => {
  test('every flow counts once, from workload to workload, although a service stands between', () => {
    const made = report([], calls);
    expect(made.edges.map(({ id, mtls }) => [id, mtls.verdict])).toEqual([
      ['unknown>workload:shop/api-v1>http', 'plaintext'],
      ['workload:web/front>workload:legacy/batch>http', 'plaintext'],
      ['workload:web/front>workload:shop/api-v1>http', 'encrypted'],
      ['workload:web/front>workload:shop/api-v2>http', 'encrypted'],
    ]);
    expect(made.mesh.verdicts).toMatchObject({ encrypted: 2, plaintext: 2 });
    expect(made.mesh.observedRatio).toBeCloseTo(0.8);
  });

  test('the matrix has one cell per pair of namespaces, with outside as null', () => {
    const made = report([], calls);
    expect(
      made.cells.map(({ source, target, verdict, edges }) => [source, target, verdict, edges]),
    ).toEqual([
      [null, 'shop', 'plaintext', 1],
      ['web', 'legacy', 'plaintext', 1],
      ['web', 'shop', 'encrypted', 2],
    ]);
  });

  test('a namespace shows its mode, who decides it, and what differs', () => {
    const own = aPeerAuthentication('shop', 'own', {
      selector,
      mtls: { mode: 'STRICT' },
      portLevelMtls: { '9080': { mode: 'DISABLE' } },
    });
    const mesh = aPeerAuthentication('istio-system', 'default', { mtls: { mode: 'PERMISSIVE' } });
    const shop = report([own, mesh], calls).namespaces.find(
      ({ namespace }) => namespace === 'shop',
    );
    expect(shop).toMatchObject({
      mode: { mode: 'PERMISSIVE', decidedBy: { namespace: 'istio-system' } },
      workloads: 2,
      workloadsWithProxy: 2,
      verdicts: { encrypted: 2, plaintext: 1, broken: 0 },
    });
    expect(shop?.exceptions.map(({ workload, port, mode }) => [workload, port, mode.mode])).toEqual(
      [
        ['api-v1', null, 'STRICT'],
        ['api-v1', 9080, 'DISABLE'],
        ['api-v2', null, 'STRICT'],
        ['api-v2', 9080, 'DISABLE'],
      ],
    );
  });

  test('the figures of some namespaces say so, and of how many edges a policy was reported', () => {
    const whole = report([], calls);
    expect(whole).toMatchObject({ scope: [], mesh: { verdict: 'partly', observedEdges: 3 } });
    const shop = report([], both('shop/api-v1', 'api.shop', 6), ['shop']);
    expect(shop).toMatchObject({ scope: ['shop'], mesh: { verdict: 'encrypted' } });
    const legacy = report([], calls, ['legacy']);
    expect(legacy).toMatchObject({
      scope: ['legacy'],
      mesh: { verdict: 'plaintext', observedRatio: null, observedEdges: 0 },
    });
  });

  test('an edge that fell silent takes nothing from the verdict of what passes', () => {
    const silent = both('shop/api-v2', 'api.shop', 0);
    const made = report([], [...both('shop/api-v1', 'api.shop', 6), ...silent]);
    expect(made.edges.map(({ mtls }) => mtls.verdict)).toEqual(['encrypted', 'unknown']);
    expect(made.mesh).toMatchObject({ verdict: 'encrypted', observedEdges: 1 });
    expect(report([], silent).mesh.verdict).toBe('unknown');
  });

  test('one edge of which nothing is known leaves the verdict of all unknown', () => {
    const toWhatIsGone = aRequest('source', 'web/front', 'shop/gone', 'gone.shop', 1);
    const made = report([], [...both('shop/api-v1', 'api.shop', 6), toWhatIsGone]);
    expect(made.mesh).toMatchObject({ verdict: 'unknown', observedRatio: 1 });
    expect(report([], null).mesh.verdict).toBe('unknown');
  });

  test('chosen namespaces keep the flows that touch them', () => {
    const made = report([], calls, ['legacy']);
    expect(made.namespaces.map(({ namespace }) => namespace)).toEqual(['legacy']);
    expect(made.edges.map(({ target }) => target.label)).toEqual(['batch']);
  });

  test('without metrics the modes stand, and nothing is claimed of traffic', () => {
    const made = report([], null);
    expect(made).toMatchObject({
      edges: [],
      cells: [],
      mesh: { observedRatio: null, mode: { mode: 'PERMISSIVE' } },
    });
    expect(made.namespaces).toHaveLength(3);
    expect(rules(made)).toEqual([]);
  });
});

describe('findings', () => {
  const strict = aPeerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } });
  const rule = (mode: string, host: string) =>
    aDestinationRule('web', `to-${host}`, {
      host: `${host}.svc.cluster.local`,
      trafficPolicy: { tls: { mode } },
    });

  test('a STRICT server that a DestinationRule calls without TLS', () => {
    const made = report([strict, rule('DISABLE', 'api.shop')], calls);
    const found = made.findings.find((finding) => finding.rule === 'tls-disabled-to-strict');
    expect(found).toMatchObject({ severity: 'error' });
    expect(found?.objects.map(({ name }) => name)).toEqual(['to-api.shop', 'default']);
  });

  test('mutual TLS demanded of a server without a proxy', () => {
    expect(rules(report([rule('ISTIO_MUTUAL', 'batch.legacy')], calls))).toContain(
      'mutual-tls-to-no-proxy',
    );
  });

  test('a STRICT server with clients outside the mesh, and a PERMISSIVE one that cannot become STRICT', () => {
    expect(rules(report([strict], calls))).toContain('plaintext-client-to-strict');
    expect(rules(report([], calls))).toContain('plaintext-client');
  });

  test('a STRICT server that a client calls with TLS that has no certificate', () => {
    const made = report([strict, rule('SIMPLE', 'api.shop')], both('shop/api-v1', 'api.shop', 5));
    expect(made.findings).toMatchObject([{ rule: 'client-cannot-meet-strict', severity: 'error' }]);
  });

  test('objects that count for nothing: a second one of a scope, a selector in the root namespace', () => {
    const second = aPeerAuthentication(
      'shop',
      'second',
      { mtls: { mode: 'DISABLE' } },
      { createdAtMs: 9_000 },
    );
    expect(rules(report([strict, second], null))).toEqual(['duplicate-scope']);
    const root = aPeerAuthentication('istio-system', 'x', { selector, mtls: { mode: 'STRICT' } });
    expect(rules(report([root], null))).toEqual(['selector-in-root-namespace']);
  });

  test('a STRICT workload in a DISABLE namespace', () => {
    const config = [
      aPeerAuthentication('shop', 'default', { mtls: { mode: 'DISABLE' } }),
      aPeerAuthentication('shop', 'own', { selector, mtls: { mode: 'STRICT' } }),
    ];
    expect(rules(report(config, null))).toEqual(['strict-workload-in-disabled-namespace']);
  });

  test('a port entry by the number of the Service', () => {
    const own = aPeerAuthentication('shop', 'own', {
      selector,
      portLevelMtls: { '80': { mode: 'DISABLE' } },
    });
    const port = { name: 'http', port: 80, targetPort: 9080, protocol: 'TCP', appProtocol: null };
    const topology = aTopology({
      workloads: WORKLOADS,
      services: [aService('shop', 'api', { ports: [port] })],
      config: [own],
    });
    expect(rules(buildMtlsReport({ topology, telemetry: null, namespaces: [] }))).toEqual([
      'port-of-service',
    ]);
  });
});
