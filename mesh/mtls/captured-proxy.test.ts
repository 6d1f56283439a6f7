import { describe, expect, test } from 'vitest';
import {
  aDestinationRule,
  aPeerAuthentication,
  aTopology,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { assessScene } from '@/mesh/testing/mtls-scene';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';

const strict = aPeerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } });
const mutual = aDestinationRule('shop', 'api', {
  host: 'api.shop.svc.cluster.local',
  trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
});

describe('pods on the host network', () => {
  test.each(['sidecar', 'ambient', 'none'] as const)(
    'a server there speaks no mutual TLS, although its pods look like %s',
    (proxy) => {
      const server = { hostNetwork: true, proxy };
      const answer = assessScene({ server, config: [strict] });
      expect(answer).toMatchObject({
        server: { mode: 'no-proxy' },
        configured: 'plaintext',
        verdict: 'plaintext',
      });
      expect(answer.reason).toContain('host network');
    },
  );

  test('mutual TLS that a DestinationRule demands of it is broken', () => {
    expect(assessScene({ server: { hostNetwork: true }, config: [mutual] }).verdict).toBe('broken');
  });

  test('clients outside the mesh reach it past a STRICT policy', () => {
    const scene = { client: null, server: { hostNetwork: true }, config: [strict] };
    expect(assessScene(scene).configured).toBe('plaintext');
  });

  test.each(['sidecar', 'ambient', 'none'] as const)(
    'a client there sends plaintext, although its pods look like %s, which a STRICT server refuses',
    (proxy) => {
      const client = { hostNetwork: true, proxy };
      expect(assessScene({ client })).toMatchObject({
        client: { mode: 'none' },
        configured: 'plaintext',
      });
      expect(assessScene({ client, config: [strict] }).verdict).toBe('broken');
    },
  );

  test('no DestinationRule counts for a client there', () => {
    expect(assessScene({ client: { hostNetwork: true }, config: [mutual] }).client?.mode).toBe(
      'none',
    );
  });

  test('a ztunnel does not tunnel to it, whatever label it has', () => {
    const labels = { app: 'api', 'networking.istio.io/tunnel': 'http' };
    const scene = { client: { proxy: 'ambient' as const }, server: { hostNetwork: true, labels } };
    expect(assessScene(scene).client?.mode).toBe('plaintext');
  });

  test('a gateway there listens itself, and calls and answers by mutual TLS', () => {
    const gateway = { hostNetwork: true, proxy: 'gateway' as const };
    expect(assessScene({ client: gateway, config: [strict] }).configured).toBe('mtls');
    expect(assessScene({ server: gateway }).server?.mode).toBe('PERMISSIVE');
  });

  test('a headless Service with such an endpoint is not called by mutual TLS', () => {
    const others = [aWorkload('shop', 'api-v2', { hostNetwork: true })];
    const answer = assessScene({ service: { headless: true }, others });
    expect(answer.client).toMatchObject({ mode: 'plaintext' });
    expect(answer.client?.at).toContain('api-v2 has pods without a sidecar');
  });

  test('it does not count among the workloads with a proxy', () => {
    const topology = aTopology({
      workloads: [aWorkload('shop', 'api'), aWorkload('shop', 'agent', { hostNetwork: true })],
    });
    const [shop] = buildMtlsReport({ topology, telemetry: null, namespaces: ['shop'] }).namespaces;
    expect(shop).toMatchObject({ workloads: 2, workloadsWithProxy: 1 });
  });
});
