import { describe, expect, test } from 'vitest';
import { assessScene } from '@/mesh/testing/mtls-scene';
import { isEnforced } from '@/mesh/mtls/is-enforced';
import {
  aConfigObject,
  aDestinationRule,
  aPeerAuthentication,
  aVirtualService,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import type { JsonObject } from '@/mesh/json';

const HOST = 'api.shop.svc.cluster.local';
const API = { selector: { matchLabels: { app: 'api' } } };
const mode = (namespace: string, value: string, name = 'default', spec: JsonObject = {}) =>
  aPeerAuthentication(namespace, name, { mtls: { mode: value }, ...spec });
const rule = (trafficPolicy: JsonObject, spec: JsonObject = {}, namespace = 'shop', name = 'api') =>
  aDestinationRule(namespace, name, { host: HOST, trafficPolicy, ...spec });
const route = (...subsets: (string | null)[]) =>
  aVirtualService('shop', 'api', {
    hosts: ['api'],
    http: [
      {
        route: subsets.map((subset) => ({
          destination: { host: 'api', ...(subset === null ? {} : { subset }) },
        })),
      },
    ],
  });
const rates = (mutualTls: number, none: number, unknown = 0) => ({
  security: { mutualTls, none, unknown },
});

describe('ports of the server', () => {
  const disabledPort = aPeerAuthentication('shop', 'own', {
    ...API,
    mtls: { mode: 'STRICT' },
    portLevelMtls: { '9080': { mode: 'DISABLE' } },
  });

  test('DISABLE on the port of a STRICT workload is called in plaintext, and works', () => {
    expect(assessScene({ config: [disabledPort] })).toMatchObject({
      configured: 'plaintext',
      verdict: 'plaintext',
      server: { mode: 'DISABLE', at: 'spec.portLevelMtls.9080' },
    });
  });

  test('mutual TLS that a DestinationRule demands of that port is broken', () => {
    const config = [disabledPort, rule({ tls: { mode: 'ISTIO_MUTUAL' } })];
    expect(assessScene({ config }).verdict).toBe('broken');
  });

  test('a client without proxy reaches that port, and not the workload beside it', () => {
    expect(assessScene({ client: null, config: [disabledPort] }).configured).toBe('plaintext');
    const strict = mode('shop', 'STRICT', 'own', API);
    expect(assessScene({ client: null, config: [strict] }).configured).toBe('broken');
  });
});

describe('ports that go around the sidecar', () => {
  const withIncluded = (value: string) => ({
    annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': value },
  });

  test('a port that is not among the included ones has no proxy', () => {
    const modeOf = (value: string) => assessScene({ server: withIncluded(value) }).server?.mode;
    expect(modeOf('8080')).toBe('no-proxy');
    expect(modeOf('')).toBe('no-proxy');
    expect(modeOf('8080, 9080')).toBe('PERMISSIVE');
    expect(modeOf('*')).toBe('PERMISSIVE');
  });

  test('plaintext reaches it past a STRICT policy', () => {
    const scene = { client: null, server: withIncluded('8080'), config: [mode('shop', 'STRICT')] };
    expect(assessScene(scene)).toMatchObject({ configured: 'plaintext', verdict: 'plaintext' });
  });
});

describe('the DestinationRule of a client', () => {
  test('a rule whose selector takes the client does not beat a more specific host', () => {
    const config = [
      aDestinationRule('web', 'wide', {
        host: '*.cluster.local',
        workloadSelector: { matchLabels: { app: 'front' } },
        trafficPolicy: { tls: { mode: 'DISABLE' } },
      }),
      rule({ tls: { mode: 'SIMPLE' } }, {}, 'web', 'exact'),
    ];
    expect(assessScene({ config }).client?.mode).toBe('SIMPLE');
  });

  test('a rule whose selector takes others hides what the namespace of the service says', () => {
    const own = { workloadSelector: { matchLabels: { app: 'other' } } };
    const config = [
      rule({ tls: { mode: 'DISABLE' } }, own, 'web', 'own'),
      rule({ tls: { mode: 'SIMPLE' } }),
    ];
    expect(assessScene({ config }).client?.mode).toBe('auto');
  });

  test('a rule with selector is not seen from other namespaces', () => {
    const own = { workloadSelector: { matchLabels: { app: 'front' } } };
    const config = [rule({ tls: { mode: 'DISABLE' } }, own)];
    expect(assessScene({ config }).client?.mode).toBe('auto');
  });

  test('subsets of one server that differ leave the mode open, since metrics name no subset', () => {
    const subset = (name: string, value: string) => ({
      name,
      labels: { version: 'v1' },
      trafficPolicy: { tls: { mode: value } },
    });
    const config = [
      rule({}, { subsets: [subset('a', 'DISABLE'), subset('b', 'ISTIO_MUTUAL')] }),
      route('a', 'b'),
    ];
    const answer = assessScene({ config });
    expect(answer).toMatchObject({ client: null, configured: null, verdict: 'unknown' });
    expect(answer.reason).toContain('subsets are configured differently');
  });

  test('traffic to the host as a whole beside a subset has the policy of the rule', () => {
    const subsets = [{ name: 'a', labels: {}, trafficPolicy: { tls: { mode: 'DISABLE' } } }];
    const config = [rule({ tls: { mode: 'ISTIO_MUTUAL' } }, { subsets }), route('a', null)];
    expect(assessScene({ config }).configured).toBeNull();
    const only = [rule({ tls: { mode: 'ISTIO_MUTUAL' } }, { subsets }), route('a')];
    expect(assessScene({ config: only }).client?.mode).toBe('DISABLE');
  });
});

describe('one TLS setting for all endpoints', () => {
  const passthrough = { loadBalancer: { simple: 'PASSTHROUGH' } };
  const bare = aWorkload('shop', 'api-v2', { proxy: 'none', proxiedPods: 0 });
  const clientAt = (...config: ReturnType<typeof rule>[]) =>
    assessScene({ config, others: [bare] }).client;

  test('PASSTHROUGH balancing turns auto mTLS off when an endpoint of the Service has no sidecar', () => {
    expect(clientAt()).toMatchObject({ mode: 'auto' });
    expect(clientAt(rule(passthrough))).toMatchObject({
      mode: 'plaintext',
      decidedBy: { kind: 'DestinationRule', name: 'api' },
    });
  });

  test('balancing set for the port counts, and a block for the port replaces that of the rule', () => {
    const forPort = (block: JsonObject) => ({
      portLevelSettings: [{ port: { number: 9080 }, ...block }],
    });
    expect(clientAt(rule(forPort(passthrough)))?.mode).toBe('plaintext');
    expect(clientAt(rule({ ...passthrough, ...forPort({}) }))?.mode).toBe('auto');
  });

  test('balancing set for the subset in use counts', () => {
    const subsets = [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: passthrough }];
    expect(clientAt(rule({}, { subsets }))?.mode).toBe('auto');
    expect(clientAt(rule({}, { subsets }), route('v1'))?.mode).toBe('plaintext');
  });

  test('a headless Service without endpoints is not called by mutual TLS', () => {
    const gone = { pods: 0, proxiedPods: 0, readyPods: 0 };
    expect(assessScene({ service: { headless: true }, server: gone }).client).toMatchObject({
      mode: 'plaintext',
      at: 'auto mTLS is off for the service: it is headless and has no endpoints',
    });
  });
});

describe('pods that differ', () => {
  const half = { pods: 2, proxiedPods: 1 };

  test('a server half of whose pods have a sidecar is neither encrypted nor plaintext by configuration', () => {
    const answer = assessScene({ server: half });
    expect(answer).toMatchObject({ configured: null, verdict: 'unknown' });
    expect(answer.reason).toContain('1 of 2 pods of the server have no proxy');
  });

  test('mutual TLS that is demanded of all its pods is broken for those without a sidecar', () => {
    const config = [rule({ tls: { mode: 'ISTIO_MUTUAL' } })];
    expect(assessScene({ server: half, config }).verdict).toBe('broken');
  });

  test('a pod whose sidecar is labelled not to answer mutual TLS is called in plaintext', () => {
    const server = { labels: { app: 'api', 'security.istio.io/tlsMode': 'disabled' } };
    expect(assessScene({ server }).configured).toBe('plaintext');
  });
});

describe('hosts outside the mesh', () => {
  const entry = aConfigObject('networking.istio.io/ServiceEntry', 'web', 'ext', {
    hosts: ['ext.example'],
    ports: [
      { number: 80, name: 'http', protocol: 'HTTP', targetPort: 443 },
      { number: 443, name: 'https', protocol: 'HTTPS' },
    ],
  });
  const call = (protocol: 'http' | 'tcp', ...config: ReturnType<typeof rule>[]) =>
    assessScene({
      config: [entry, ...config],
      question: {
        protocol,
        destination: { workload: null, namespace: null },
        destinationService: 'ext.example',
      },
    });
  const originate = aDestinationRule('web', 'ext', {
    host: 'ext.example',
    trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE' } }] },
  });

  test('HTTP is plaintext, while bytes on the HTTPS port of the same host are the TLS of the application', () => {
    expect(call('http')).toMatchObject({ configured: 'plaintext', verdict: 'plaintext' });
    expect(call('tcp')).toMatchObject({ configured: 'tls', verdict: 'encrypted' });
  });

  test('TLS that is originated for one port of a ServiceEntry counts for its traffic', () => {
    expect(call('http', originate)).toMatchObject({
      configured: 'tls',
      client: { mode: 'SIMPLE', decidedBy: { name: 'ext' } },
    });
  });

  test('a host that no object declares: HTTP through the proxy is plaintext, bytes may be anything', () => {
    const passThrough = (protocol: 'http' | 'tcp') =>
      assessScene({
        question: {
          protocol,
          destination: { workload: null, namespace: null },
          destinationService: 'PassthroughCluster',
          destinationServiceName: 'PassthroughCluster',
        },
      });
    expect(passThrough('http').verdict).toBe('plaintext');
    expect(passThrough('tcp').verdict).toBe('unknown');
  });

  test('a pod of the mesh called by its address gets plaintext, which STRICT refuses', () => {
    const question = { destinationServiceName: 'PassthroughCluster' };
    expect(assessScene({ question })).toMatchObject({
      configured: 'plaintext',
      client: { mode: 'plaintext' },
    });
    expect(assessScene({ question, config: [mode('shop', 'STRICT')] }).verdict).toBe('broken');
  });

  test('an alias Service is no server of the mesh', () => {
    const service = { externalName: 'ext.example', type: 'ExternalName', selector: null };
    const question = { destination: { workload: null, namespace: null } };
    expect(assessScene({ service, question })).toMatchObject({
      configured: 'plaintext',
      client: { mode: 'plaintext' },
    });
  });

  test('calls to a host that nothing declares reached nobody, and are not called plaintext', () => {
    const question = {
      destination: { workload: null, namespace: null },
      destinationService: 'nowhere.example',
    };
    const answer = assessScene({ question });
    expect(answer).toMatchObject({ verdict: 'unknown', client: null, configured: null });
    expect(answer.reason).toContain('nothing in the cluster declares their host');
  });

  test('calls that reached no workload have no verdict', () => {
    const question = { destination: { workload: null, namespace: null } };
    const answer = assessScene({ question });
    expect(answer.verdict).toBe('unknown');
    expect(answer.reason).toContain('reached no workload');
  });
});

describe('through a waypoint', () => {
  const waypoint = aWorkload('shop', 'waypoint', {
    proxy: 'gateway',
    labels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint' },
  });
  const service = { labels: { 'istio.io/use-waypoint': 'waypoint' } };
  const server = { proxy: 'ambient' as const };
  const question = { reporter: 'waypoint' as const, ...rates(5, 0) };
  const scene = { others: [waypoint], service, server, question };

  test("the waypoint's own PeerAuthentication is what calls meet, not that of the workload behind it", () => {
    const own = aPeerAuthentication('shop', 'waypoint', {
      selector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint' } },
      mtls: { mode: 'STRICT' },
    });
    const answer = assessScene({ ...scene, config: [own, mode('shop', 'PERMISSIVE', 'api', API)] });
    expect(answer).toMatchObject({
      verdict: 'encrypted',
      client: { mode: 'hbone', at: 'through a waypoint shop/waypoint' },
      server: { mode: 'STRICT', decidedBy: { name: 'waypoint' } },
    });
  });

  test('it is always a tunnel, whatever that PeerAuthentication says', () => {
    for (const value of ['STRICT', 'PERMISSIVE', 'DISABLE']) {
      expect(assessScene({ ...scene, config: [mode('shop', value)] }).configured).toBe('mtls');
    }
  });

  test('a Service that opts out has no waypoint, nor has one that names a waypoint that nothing runs', () => {
    for (const name of ['none', 'gone']) {
      const other = { labels: { 'istio.io/use-waypoint': name } };
      expect(assessScene({ ...scene, service: other }).client?.at).toBe('through a waypoint');
    }
  });
});

describe('what was observed', () => {
  const ambient = { proxy: 'ambient' as const };

  test('PERMISSIVE and nothing but mutual TLS seen is encrypted now, not enforced', () => {
    const answer = assessScene({ question: rates(10, 0) });
    expect(answer.verdict).toBe('encrypted');
    expect(isEnforced(answer)).toBe(false);
    expect(answer.reason).toContain('encrypted now, not enforced');
    const strict = assessScene({ question: rates(10, 0), config: [mode('shop', 'STRICT')] });
    expect(isEnforced(strict)).toBe(true);
    expect(strict.reason).not.toContain('not enforced');
  });

  test('whether it is enforced is unknown where the mode of the server is', () => {
    expect(isEnforced(assessScene({ server: { proxy: 'unknown' } }))).toBeNull();
  });

  test('an idle edge says that no traffic was seen, and what the configuration would do', () => {
    const answer = assessScene({ question: rates(0, 0) });
    expect(answer).toMatchObject({ verdict: 'unknown', configured: 'mtls' });
    expect(answer.reason).toContain(
      'No traffic was seen in this window; by configuration it would be mutual TLS.',
    );
  });

  test('TCP that neither opens connections nor carries bytes is idle, TCP that carries bytes is not', () => {
    const tcp = (bytes: number) => ({
      protocol: 'tcp' as const,
      ...rates(0, 0),
      tcp: {
        connectionsPerSecond: 0,
        requestBytesPerSecond: bytes,
        responseBytesPerSecond: bytes,
        flags: new Map(),
      },
    });
    expect(assessScene({ question: tcp(0) }).verdict).toBe('unknown');
    expect(assessScene({ question: tcp(9) }).verdict).toBe('encrypted');
  });

  test('long-lived connections are told by their bytes, without a rate of connections', () => {
    const question = {
      protocol: 'tcp' as const,
      security: { mutualTls: 75, none: 25, unknown: 0, inBytes: true as const },
    };
    const answer = assessScene({ question });
    expect(answer).toMatchObject({ verdict: 'partly', observedRatio: 0.75, observedPerSecond: 0 });
    expect(answer.reason).toContain('75 % of the bytes');
  });

  test('`unknown` from the ztunnel of an ambient client is plaintext, from a sidecar it is no observation', () => {
    const question = { protocol: 'tcp' as const, securityReporter: 'source' as const };
    const fromAmbient = assessScene({
      client: ambient,
      question: { ...question, ...rates(3, 0, 1) },
    });
    expect(fromAmbient.observedRatio).toBe(0.75);
    const toAmbient = assessScene({
      server: ambient,
      question: { ...question, ...rates(0, 0, 4) },
    });
    expect(toAmbient.observedRatio).toBeNull();
  });
});
