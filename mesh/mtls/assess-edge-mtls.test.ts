import { describe, expect, test } from 'vitest';
import { assessEdgeMtls } from '@/mesh/mtls/assess-edge-mtls';
import {
  aConfigObject,
  aDestinationRule,
  aPeerAuthentication,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { assessScene } from '@/mesh/testing/mtls-scene';
import { edgeLabels } from '@/mesh/testing/telemetry-builders';
import type { ConfigObject } from '@/mesh/topology/object';

const assess = assessScene;

const strict = (namespace: string, name = 'default', spec = {}) =>
  aPeerAuthentication(namespace, name, { mtls: { mode: 'STRICT' }, ...spec });
const mode = (namespace: string, value: string) =>
  aPeerAuthentication(namespace, 'default', { mtls: { mode: value } });
const tls = (value: string, namespace = 'shop') =>
  aDestinationRule(namespace, 'api', {
    host: 'api.shop.svc.cluster.local',
    trafficPolicy: { tls: { mode: value } },
  });

describe('decision table, sidecar client', () => {
  test.each([
    ['auto', 'STRICT', 'mtls', 'encrypted'],
    ['auto', 'PERMISSIVE', 'mtls', 'encrypted'],
    ['auto', 'DISABLE', 'plaintext', 'plaintext'],
    ['ISTIO_MUTUAL', 'STRICT', 'mtls', 'encrypted'],
    ['ISTIO_MUTUAL', 'PERMISSIVE', 'mtls', 'encrypted'],
    ['ISTIO_MUTUAL', 'DISABLE', 'broken', 'broken'],
    ['DISABLE', 'STRICT', 'broken', 'broken'],
    ['DISABLE', 'PERMISSIVE', 'plaintext', 'plaintext'],
    ['DISABLE', 'DISABLE', 'plaintext', 'plaintext'],
    ['SIMPLE', 'STRICT', 'broken', 'broken'],
    ['SIMPLE', 'PERMISSIVE', 'tls', 'encrypted'],
    ['SIMPLE', 'DISABLE', 'tls', 'encrypted'],
    ['MUTUAL', 'STRICT', 'mtls', 'encrypted'],
    ['MUTUAL', 'PERMISSIVE', 'tls', 'encrypted'],
  ])('%s to %s is %s', (client, server, configured, verdict) => {
    const config = [mode('shop', server), ...(client === 'auto' ? [] : [tls(client)])];
    expect(assess({ config })).toMatchObject({ configured, verdict });
  });

  test.each([
    ['auto', 'plaintext'],
    ['ISTIO_MUTUAL', 'broken'],
    ['DISABLE', 'plaintext'],
    ['SIMPLE', 'tls'],
  ])('%s to a server without proxy is %s', (client, configured) => {
    const config = client === 'auto' ? [] : [tls(client)];
    const server = { proxy: 'none' as const, proxiedPods: 0 };
    expect(assess({ config, server })).toMatchObject({ configured, server: { mode: 'no-proxy' } });
  });

  test('an ingress gateway follows the rows of a sidecar', () => {
    expect(assess({ client: { proxy: 'gateway' }, config: [strict('shop')] })).toMatchObject({
      configured: 'mtls',
      client: { mode: 'auto' },
    });
  });
});

describe('clients without a proxy', () => {
  test.each([
    ['STRICT', 'broken'],
    ['PERMISSIVE', 'plaintext'],
    ['DISABLE', 'plaintext'],
  ])('plaintext to %s is %s', (server, configured) => {
    expect(assess({ client: null, config: [mode('shop', server)] })).toMatchObject({ configured });
    const bare = { proxy: 'none' as const };
    expect(assess({ client: bare, config: [mode('shop', server)] })).toMatchObject({ configured });
  });
});

describe('ambient mode', () => {
  const ambient = { proxy: 'ambient' as const };

  test('ambient to ambient is HBONE, whatever PeerAuthentication says', () => {
    for (const value of ['STRICT', 'PERMISSIVE', 'DISABLE']) {
      expect(
        assess({ client: ambient, server: ambient, config: [mode('shop', value)] }),
      ).toMatchObject({
        configured: 'mtls',
        client: { mode: 'hbone' },
      });
    }
  });

  test('DISABLE counts as PERMISSIVE for an ambient server', () => {
    const answer = assess({ server: ambient, config: [mode('shop', 'DISABLE')] });
    expect(answer.server?.mode).toBe('PERMISSIVE');
  });

  test('a sidecar reaches an ambient server by HBONE even with DISABLE in its DestinationRule', () => {
    expect(assess({ server: ambient, config: [tls('DISABLE')] }).client?.mode).toBe('hbone');
  });

  test('an ambient client sends plaintext to a sidecar, which breaks under STRICT', () => {
    expect(assess({ client: ambient, config: [strict('shop')] }).verdict).toBe('broken');
    expect(assess({ client: ambient }).configured).toBe('plaintext');
  });

  test('a sidecar that understands HBONE is reached by it', () => {
    const server = { labels: { app: 'api', 'networking.istio.io/tunnel': 'http' } };
    expect(assess({ client: ambient, server, config: [strict('shop')] }).configured).toBe('mtls');
  });

  test('a plaintext client is denied by a STRICT ambient server', () => {
    expect(assess({ client: null, server: ambient, config: [strict('shop')] }).verdict).toBe(
      'broken',
    );
  });

  test('ztunnel reports plaintext as `unknown`', () => {
    const question = { protocol: 'tcp' as const, security: { mutualTls: 0, none: 0, unknown: 5 } };
    const answer = assess({ client: null, server: ambient, question });
    expect(answer).toMatchObject({ observedRatio: 0, verdict: 'plaintext' });
  });

  test('port entries of DISABLE alone are not an exception under a STRICT parent', () => {
    const own = (value: string) =>
      aPeerAuthentication('shop', 'api', {
        selector: { matchLabels: { app: 'api' } },
        portLevelMtls: { '9080': { mode: value } },
      });
    const answer = (value: string) =>
      assess({ server: ambient, config: [strict('shop'), own(value)] });
    expect(answer('DISABLE').server?.mode).toBe('STRICT');
    expect(answer('PERMISSIVE').server?.mode).toBe('PERMISSIVE');
  });
});

describe('server mode', () => {
  const selected = (name: string, value: string, createdAtMs = 1_000, namespace = 'shop') =>
    aPeerAuthentication(
      namespace,
      name,
      { selector: { matchLabels: { app: 'api' } }, mtls: { mode: value } },
      { createdAtMs },
    );

  test('nothing configured is PERMISSIVE', () => {
    expect(assess({}).server).toEqual({
      mode: 'PERMISSIVE',
      decidedBy: null,
      at: 'default PERMISSIVE',
    });
  });

  test('workload beats namespace beats mesh, and the decider is named', () => {
    const mesh = strict('istio-system');
    expect(assess({ config: [mesh] }).server).toMatchObject({
      mode: 'STRICT',
      decidedBy: { namespace: 'istio-system', name: 'default' },
    });
    const namespace = mode('shop', 'PERMISSIVE');
    expect(assess({ config: [mesh, namespace] }).server?.mode).toBe('PERMISSIVE');
    const answer = assess({ config: [mesh, namespace, selected('own', 'STRICT')] });
    expect(answer.server).toMatchObject({ mode: 'STRICT', decidedBy: { name: 'own' } });
    expect(answer.reason).toContain('shop/own');
  });

  test('UNSET inherits', () => {
    expect(
      assess({ config: [strict('istio-system'), mode('shop', 'UNSET')] }).server,
    ).toMatchObject({
      mode: 'STRICT',
      decidedBy: { namespace: 'istio-system' },
    });
  });

  test('of several in one scope only the oldest counts, ties by name', () => {
    const config = [selected('young', 'DISABLE', 2_000), selected('old', 'STRICT', 1_000)];
    expect(assess({ config }).server?.decidedBy?.name).toBe('old');
    const tied = [selected('b', 'DISABLE'), selected('a', 'STRICT')];
    expect(assess({ config: tied }).server?.decidedBy?.name).toBe('a');
  });

  test('an empty selector counts as none', () => {
    const empty = strict('shop', 'default', { selector: { matchLabels: {} } });
    expect(assess({ config: [empty] }).server?.mode).toBe('STRICT');
  });

  test('a selector in the root namespace is ignored', () => {
    expect(assess({ config: [selected('root', 'STRICT', 1, 'istio-system')] }).server?.mode).toBe(
      'PERMISSIVE',
    );
  });

  test('a workload in the root namespace has the mesh mode only', () => {
    const config = [mode('istio-system', 'DISABLE'), selected('own', 'STRICT', 1, 'istio-system')];
    const topology = aTopology({
      workloads: [aWorkload('web', 'front'), aWorkload('istio-system', 'api-v1')],
      services: [aService('istio-system', 'api')],
      config,
    });
    const labels = edgeLabels('source', 'web/front', 'istio-system/api-v1', 'api.istio-system');
    const answer = assessEdgeMtls(topology, { ...labels, protocol: 'http', security: null });
    expect(answer.server?.mode).toBe('DISABLE');
  });

  test('port entries are keyed by the container port, not the Service port', () => {
    const own = (port: string) =>
      aPeerAuthentication('shop', 'own', {
        selector: { matchLabels: { app: 'api' } },
        mtls: { mode: 'STRICT' },
        portLevelMtls: { [port]: { mode: 'DISABLE' } },
      });
    const service = {
      ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP', appProtocol: null }],
    };
    const server = { ports: [{ name: 'web', port: 9080 }] };
    expect(assess({ config: [own('9080')], service, server }).server).toMatchObject({
      mode: 'DISABLE',
      at: 'spec.portLevelMtls.9080',
    });
    expect(assess({ config: [own('80')], service, server }).server?.mode).toBe('STRICT');
  });

  test('an UNSET port entry inherits the workload mode', () => {
    const own = aPeerAuthentication('shop', 'own', {
      selector: { matchLabels: { app: 'api' } },
      mtls: { mode: 'STRICT' },
      portLevelMtls: { '9080': { mode: 'UNSET' } },
    });
    expect(assess({ config: [own] }).server).toMatchObject({
      mode: 'STRICT',
      at: 'spec.mtls.mode',
    });
  });

  test('ports without selector are not honoured', () => {
    const config = [strict('shop', 'default', { portLevelMtls: { '9080': { mode: 'DISABLE' } } })];
    expect(assess({ config }).server?.mode).toBe('STRICT');
  });

  test('a port that the sidecar does not capture has no proxy', () => {
    const server = { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '15,9080' } };
    expect(assess({ config: [strict('shop')], server }).server?.mode).toBe('no-proxy');
  });

  test('ports that differ leave the mode open, since metrics name no port', () => {
    const config = [
      aPeerAuthentication('shop', 'own', {
        selector: { matchLabels: { app: 'api' } },
        mtls: { mode: 'STRICT' },
        portLevelMtls: { '9081': { mode: 'PERMISSIVE' } },
      }),
      tls('DISABLE'),
    ];
    const port = (number: number) => ({
      name: `http-${number}`,
      port: number,
      targetPort: number,
      protocol: 'TCP',
      appProtocol: null,
    });
    const answer = assess({ config, service: { ports: [port(9080), port(9081)] } });
    expect(answer).toMatchObject({ server: null, configured: null, verdict: 'unknown' });
  });
});

describe('client mode', () => {
  const host = 'api.shop.svc.cluster.local';
  const rule = (namespace: string, name: string, spec: object, createdAtMs = 1_000) =>
    aDestinationRule(namespace, name, { host, ...spec }, { createdAtMs });
  const withTls = (value: string) => ({ trafficPolicy: { tls: { mode: value } } });

  test("the client's namespace comes before the service's, which comes before the root's", () => {
    const root = rule('istio-system', 'r', withTls('SIMPLE'));
    const service = rule('shop', 's', withTls('ISTIO_MUTUAL'));
    const client = rule('web', 'c', withTls('DISABLE'));
    expect(assess({ config: [root, service, client] }).client).toMatchObject({
      mode: 'DISABLE',
      decidedBy: { namespace: 'web', name: 'c' },
    });
    expect(assess({ config: [root, service] }).client?.mode).toBe('ISTIO_MUTUAL');
    expect(assess({ config: [root] }).client?.mode).toBe('SIMPLE');
  });

  test('nothing is merged across namespaces', () => {
    const config = [rule('web', 'c', { subsets: [] }), rule('shop', 's', withTls('DISABLE'))];
    expect(assess({ config }).client?.mode).toBe('auto');
  });

  test('a rule that is not exported to the client is not seen', () => {
    const config = [rule('shop', 's', { exportTo: ['.'], ...withTls('DISABLE') })];
    expect(assess({ config }).client?.mode).toBe('auto');
  });

  test('an exact host beats a wildcard, a longer wildcard a shorter', () => {
    const wide = aDestinationRule('shop', 'wide', {
      host: '*.cluster.local',
      ...withTls('SIMPLE'),
    });
    const narrow = aDestinationRule('shop', 'narrow', {
      host: '*.shop.svc.cluster.local',
      ...withTls('DISABLE'),
    });
    expect(assess({ config: [wide, narrow] }).client?.decidedBy?.name).toBe('narrow');
    expect(assess({ config: [wide, narrow, rule('shop', 'exact', {})] }).client?.mode).toBe('auto');
  });

  test('a short host is completed with the namespace of its DestinationRule', () => {
    const short = (namespace: string) =>
      aDestinationRule(namespace, 'x', { host: 'api', ...withTls('DISABLE') });
    expect(assess({ config: [short('shop')] }).client?.mode).toBe('DISABLE');
    expect(assess({ config: [short('web')] }).client?.mode).toBe('auto');
  });

  test('of several for one host the oldest policy counts', () => {
    const config = [
      rule('shop', 'young', withTls('SIMPLE'), 2_000),
      rule('shop', 'old', withTls('DISABLE'), 1_000),
    ];
    expect(assess({ config }).client?.decidedBy?.name).toBe('old');
  });

  test('a block for the port replaces the policy: TLS missing there is unset', () => {
    const settings = (tlsOfPort: object) =>
      rule('shop', 's', {
        trafficPolicy: {
          tls: { mode: 'DISABLE' },
          portLevelSettings: [{ port: { number: 9080 }, ...tlsOfPort }],
        },
      });
    expect(assess({ config: [settings({})] }).client?.mode).toBe('auto');
    expect(assess({ config: [settings({ tls: { mode: 'SIMPLE' } })] }).client).toMatchObject({
      mode: 'SIMPLE',
      at: 'spec.trafficPolicy.portLevelSettings[0].tls.mode',
    });
  });

  test('a subset overrides, though only where a route sends traffic to it', () => {
    const own = rule('shop', 's', {
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
      subsets: [
        { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { tls: { mode: 'DISABLE' } } },
      ],
    });
    const route = aVirtualService('shop', 'api', {
      hosts: ['api'],
      http: [{ route: [{ destination: { host: 'api', subset: 'v1' } }] }],
    });
    expect(assess({ config: [own] }).client?.mode).toBe('ISTIO_MUTUAL');
    expect(assess({ config: [own, route] }).client).toMatchObject({
      mode: 'DISABLE',
      at: 'spec.subsets[0].trafficPolicy.tls.mode',
    });
  });

  test('a rule with workloadSelector counts only for the clients that it selects, and before others', () => {
    const own = rule('web', 'own', {
      workloadSelector: { matchLabels: { app: 'front' } },
      ...withTls('DISABLE'),
    });
    const other = rule('web', 'other', withTls('SIMPLE'), 1);
    expect(assess({ config: [own, other] }).client?.mode).toBe('DISABLE');
    const client = { labels: { app: 'x' } };
    expect(assess({ config: [own, other], client }).client?.mode).toBe('SIMPLE');
  });

  test('a client in the root namespace sees only private rules of its own', () => {
    const ask = (config: readonly ConfigObject[]) => {
      const topology = aTopology({
        workloads: [aWorkload('istio-system', 'front'), aWorkload('shop', 'api-v1')],
        services: [aService('shop', 'api')],
        config,
      });
      const labels = edgeLabels('source', 'istio-system/front', 'shop/api-v1', 'api.shop');
      return assessEdgeMtls(topology, { ...labels, protocol: 'http', security: null }).client;
    };
    const service = rule('shop', 's', withTls('ISTIO_MUTUAL'));
    expect(ask([rule('istio-system', 'r', withTls('DISABLE')), service])?.mode).toBe(
      'ISTIO_MUTUAL',
    );
    const own = rule('istio-system', 'r', { exportTo: ['.'], ...withTls('DISABLE') });
    expect(ask([own, service])?.mode).toBe('DISABLE');
  });
});

describe('auto mTLS', () => {
  test('the mesh can switch it off', () => {
    const answer = assess({ mesh: { enableAutoMtls: false } });
    expect(answer).toMatchObject({ configured: 'plaintext', client: { mode: 'plaintext' } });
    expect(answer.reason).toContain('enableAutoMtls');
  });

  test('trap: a DISABLE namespace with a STRICT workload breaks, since clients only look at the namespace', () => {
    const config = [
      mode('shop', 'DISABLE'),
      strict('shop', 'own', { selector: { matchLabels: { app: 'api' } } }),
    ];
    const answer = assess({ config });
    expect(answer).toMatchObject({ configured: 'broken', verdict: 'broken' });
    expect(answer.reason).toContain('shop/default');
    expect(answer.reason).toContain('shop/own');
  });

  test('a DISABLE workload in a STRICT namespace is reached in plaintext', () => {
    const own = aPeerAuthentication('shop', 'own', {
      selector: { matchLabels: { app: 'api' } },
      mtls: { mode: 'DISABLE' },
    });
    expect(assess({ config: [strict('shop'), own] })).toMatchObject({
      client: { mode: 'auto' },
      configured: 'plaintext',
    });
  });

  test('a headless service with an endpoint without sidecar is called in plaintext', () => {
    const server = { pods: 2, proxiedPods: 1 };
    expect(assess({ service: { headless: true }, server }).configured).toBe('plaintext');
    expect(assess({ service: { headless: true } }).configured).toBe('mtls');
  });

  test('a host outside the mesh gets none; TLS that the application speaks is not plaintext', () => {
    const entry = (ports: object[]) =>
      aConfigObject('networking.istio.io/ServiceEntry', 'web', 'ext', {
        hosts: ['ext.example'],
        ports: ports as never,
      });
    const ask = (config: readonly ConfigObject[]) =>
      assess({
        config,
        question: {
          destination: { workload: null, namespace: null },
          destinationService: 'ext.example',
        },
      });
    expect(ask([entry([{ number: 80, protocol: 'HTTP' }])]).verdict).toBe('plaintext');
    expect(ask([entry([{ number: 443, protocol: 'TLS' }])])).toMatchObject({
      configured: 'tls',
      verdict: 'encrypted',
    });
    const originate = aDestinationRule('web', 'ext', {
      host: 'ext.example',
      trafficPolicy: { tls: { mode: 'SIMPLE' } },
    });
    expect(ask([entry([{ number: 80, protocol: 'HTTP' }]), originate]).configured).toBe('tls');
  });
});

describe('verdict', () => {
  const seen = (mutualTls: number, none: number) => ({
    question: { security: { mutualTls, none, unknown: 0 } },
  });

  test('observation decides what configuration allows', () => {
    expect(assess(seen(10, 0))).toMatchObject({
      verdict: 'encrypted',
      observedRatio: 1,
      observedPerSecond: 10,
    });
    expect(assess(seen(5, 5))).toMatchObject({ verdict: 'partly', observedRatio: 0.5 });
    expect(assess(seen(0, 10))).toMatchObject({ verdict: 'plaintext', observedRatio: 0 });
  });

  test('configuration that cannot work stays broken while older traffic is still observed', () => {
    const answer = assess({ config: [strict('shop'), tls('DISABLE')], ...seen(10, 0) });
    expect(answer).toMatchObject({ verdict: 'broken', observedRatio: 1 });
  });

  test('an edge without traffic is unknown, whatever would happen', () => {
    expect(assess({ question: { reporter: null } })).toMatchObject({
      verdict: 'unknown',
      configured: 'mtls',
    });
  });

  test('what nobody knows is unknown, not encrypted', () => {
    const question = { source: { workload: 'gone', namespace: 'web' } };
    expect(assess({ question })).toMatchObject({ verdict: 'unknown', client: null });
    expect(assess({ server: { proxy: 'unknown' } })).toMatchObject({
      verdict: 'unknown',
      server: null,
    });
  });

  test('a policy of `unknown` from sidecars is no observation', () => {
    const question = { security: { mutualTls: 0, none: 0, unknown: 10 } };
    expect(assess({ question }).observedRatio).toBeNull();
  });

  test('an edge whose counters stand still is unknown, not encrypted by configuration', () => {
    const question = { security: { mutualTls: 0, none: 0, unknown: 0 } };
    expect(assess({ question })).toMatchObject({ verdict: 'unknown', observedRatio: null });
  });

  test('a client that metrics do not name is not called plaintext when it came with mutual TLS', () => {
    const question = { security: { mutualTls: 5, none: 0, unknown: 0 } };
    expect(assess({ client: null, config: [strict('shop')], question })).toMatchObject({
      verdict: 'encrypted',
      observedRatio: 1,
      client: null,
    });
  });

  test('auto mTLS toward a port that is excluded from the sidecar is broken', () => {
    const server = { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9080' } };
    expect(assess({ server })).toMatchObject({ configured: 'broken', verdict: 'broken' });
    expect(assess({ server, config: [tls('DISABLE')] })).toMatchObject({ configured: 'plaintext' });
  });

  test('a block for the port in a subset replaces the TLS of the whole rule', () => {
    const config = [
      aDestinationRule('shop', 'api', {
        host: 'api',
        trafficPolicy: { tls: { mode: 'DISABLE' } },
        subsets: [
          {
            name: 'v1',
            labels: {},
            trafficPolicy: { portLevelSettings: [{ port: { number: 9080 } }] },
          },
        ],
      }),
      aVirtualService('shop', 'api', {
        hosts: ['api'],
        http: [{ route: [{ destination: { host: 'api', subset: 'v1' } }] }],
      }),
    ];
    expect(assess({ config }).client?.mode).toBe('auto');
  });
});
