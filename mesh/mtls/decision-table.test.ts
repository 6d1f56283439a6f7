import { describe, expect, test } from 'vitest';
import { aDestinationRule, aPeerAuthentication } from '@/mesh/testing/topology-builders';
import { assessScene } from '@/mesh/testing/mtls-scene';
import type { MtlsScene } from '@/mesh/testing/mtls-scene';

const MODES = ['STRICT', 'PERMISSIVE', 'DISABLE', 'no proxy'] as const;
const BARE = { proxy: 'none' as const, proxiedPods: 0 };
const AMBIENT = { proxy: 'ambient' as const };

/** What the servers of one row answer, in the order of {@link MODES}. */
function row(
  client: MtlsScene['client'],
  tls: string | null,
  server: MtlsScene['server'] = {},
): readonly (string | null)[] {
  return MODES.map((mode) => {
    const config =
      mode === 'no proxy' ? [] : [aPeerAuthentication('shop', 'default', { mtls: { mode } })];
    const rule = aDestinationRule('shop', 'api', {
      host: 'api.shop.svc.cluster.local',
      trafficPolicy: { tls: { mode: tls ?? '' } },
    });
    return assessScene({
      ...(client === undefined ? {} : { client }),
      server: mode === 'no proxy' ? BARE : server,
      config: tls === null ? config : [...config, rule],
    }).configured;
  });
}

describe.each([
  ['sidecar', {}],
  ['ingress gateway', { proxy: 'gateway' as const }],
])('a client with a %s toward STRICT, PERMISSIVE, DISABLE and no proxy', (_name, client) => {
  test.each([
    [null, ['mtls', 'mtls', 'plaintext', 'plaintext']],
    ['ISTIO_MUTUAL', ['mtls', 'mtls', 'broken', 'broken']],
    ['DISABLE', ['broken', 'plaintext', 'plaintext', 'plaintext']],
    ['SIMPLE', ['broken', 'tls', 'tls', 'tls']],
    ['MUTUAL', ['mtls', 'tls', 'tls', 'tls']],
  ])('DestinationRule %s', (tls, expected) => {
    expect(row(client, tls)).toEqual(expected);
  });
});

test('a client outside the mesh reaches whatever does not demand mutual TLS', () => {
  expect(row(null, null)).toEqual(['broken', 'plaintext', 'plaintext', 'plaintext']);
  expect(row(BARE, 'ISTIO_MUTUAL')).toEqual(['broken', 'plaintext', 'plaintext', 'plaintext']);
});

describe('ambient mode', () => {
  test('ztunnel to ztunnel is a tunnel, to a pod without one plaintext', () => {
    expect(row(AMBIENT, null, AMBIENT)).toEqual(['mtls', 'mtls', 'mtls', 'plaintext']);
  });

  test('ztunnel to a sidecar without the tunnel label is plaintext, which STRICT refuses', () => {
    expect(row(AMBIENT, null)).toEqual(['broken', 'plaintext', 'plaintext', 'plaintext']);
  });

  test('ztunnel reads no DestinationRule', () => {
    expect(row(AMBIENT, 'SIMPLE')).toEqual(row(AMBIENT, null));
  });

  test.each([null, 'ISTIO_MUTUAL', 'DISABLE', 'SIMPLE', 'MUTUAL'])(
    'a sidecar reaches a ztunnel by HBONE, with DestinationRule %s',
    (tls) => {
      expect(row({}, tls, AMBIENT).slice(0, 3)).toEqual(['mtls', 'mtls', 'mtls']);
    },
  );

  test('a client outside the mesh is denied by STRICT alone', () => {
    expect(row(null, null, AMBIENT).slice(0, 3)).toEqual(['broken', 'plaintext', 'plaintext']);
  });

  test('two sidecars keep to mutual TLS of their own although both could tunnel', () => {
    const server = { labels: { app: 'api', 'networking.istio.io/tunnel': 'http' } };
    expect(assessScene({ server }).client?.mode).toBe('auto');
  });

  test('one PERMISSIVE port makes the DISABLE ports beside it exceptions too', () => {
    const own = aPeerAuthentication('shop', 'own', {
      selector: { matchLabels: { app: 'api' } },
      portLevelMtls: { '9080': { mode: 'DISABLE' }, '9090': { mode: 'PERMISSIVE' } },
    });
    const strict = aPeerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } });
    const answer = assessScene({ client: null, server: AMBIENT, config: [strict, own] });
    expect(answer.server?.mode).toBe('PERMISSIVE');
    expect(answer.configured).toBe('plaintext');
  });
});

test('TLS of the application that a PERMISSIVE sidecar passes on counts as encrypted, though it is no mutual TLS', () => {
  const config = [
    aDestinationRule('shop', 'api', {
      host: 'api.shop.svc.cluster.local',
      trafficPolicy: { tls: { mode: 'SIMPLE' } },
    }),
  ];
  const question = { protocol: 'tcp' as const, security: { mutualTls: 0, none: 4, unknown: 0 } };
  expect(assessScene({ config, question })).toMatchObject({
    verdict: 'encrypted',
    configured: 'tls',
    observedRatio: 0,
  });
});

test('a subset that says nothing of TLS keeps what the rule says for all', () => {
  const config = [
    aDestinationRule('shop', 'api', {
      host: 'api.shop.svc.cluster.local',
      trafficPolicy: { tls: { mode: 'DISABLE' } },
      subsets: [
        {
          name: 'v1',
          labels: { version: 'v1' },
          trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
        },
      ],
    }),
  ];
  expect(assessScene({ config }).client?.mode).toBe('DISABLE');
});

test('ISTIO_MUTUAL of a DestinationRule needs no auto mTLS', () => {
  const config = [
    aDestinationRule('shop', 'api', {
      host: 'api.shop.svc.cluster.local',
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
    }),
  ];
  expect(assessScene({ config, mesh: { enableAutoMtls: false } }).configured).toBe('mtls');
});
