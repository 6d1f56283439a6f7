import { describe, expect, test } from 'vitest';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';
import {
  aDestinationRule,
  aPeerAuthentication,
  aService,
  aTopology,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { aRequest, aSnapshot, aTcp } from '@/mesh/testing/telemetry-builders';
import type { ConfigObject } from '@/mesh/topology/object';
import type { MtlsFinding } from '@/mesh/mtls/mtls';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';

const HOST = 'api.shop.svc.cluster.local';

function findings(
  telemetry: Partial<TelemetrySnapshot>,
  config: readonly ConfigObject[] = [],
  isPartial = false,
): readonly MtlsFinding[] {
  const topology = aTopology({
    workloads: [
      aWorkload('web', 'front'),
      aWorkload('web', 'back'),
      aWorkload('shop', 'api-v1'),
      aWorkload('legacy', 'batch', { proxy: 'none', proxiedPods: 0 }),
    ],
    services: [aService('shop', 'api')],
    config,
  });
  const snapshot = aSnapshot(telemetry);
  return buildMtlsReport({ topology, telemetry: snapshot, isPartial, namespaces: [] }).findings;
}

const rules = (made: readonly MtlsFinding[]) => made.map(({ rule }) => rule);
const seen = (rate: number, over = {}) =>
  aRequest('destination', 'web/front', 'shop/api-v1', 'api.shop', rate, over);
const none = { security: 'none' } as const;
const clientTls = (mode: string) =>
  aDestinationRule('web', `to-api-${mode.toLowerCase()}`, {
    host: HOST,
    trafficPolicy: { tls: { mode } },
  });
const strict = aPeerAuthentication('shop', 'default', { mtls: { mode: 'STRICT' } });

describe('a PERMISSIVE namespace is called ready for STRICT', () => {
  test('when every call in the window was mutual TLS, which the finding names', () => {
    const [finding, ...others] = findings({ requests: [seen(5)], windowSeconds: 1800 });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: 'ready-for-strict', severity: 'info' });
    expect(finding?.message).toContain('in the last 30 min');
  });

  test('not when one call of two thousand was plaintext', () => {
    const made = findings({ requests: [seen(1999), seen(1, none)] });
    expect(rules(made)).toEqual(['plaintext-client']);
    expect(made[0]?.message).toContain('partly in plaintext');
  });

  test('not when TLS came from a client without a certificate of the mesh', () => {
    const made = findings({ requests: [seen(5, none)] }, [clientTls('SIMPLE')]);
    expect(rules(made)).toEqual(['tls-without-certificate']);
    expect(made[0]?.objects).toMatchObject([{ name: 'to-api-simple' }]);
  });

  test('not when no report names the policy of a call', () => {
    const unseen = aRequest('source', 'web/back', 'shop/api-v1', 'api.shop', 1);
    expect(findings({ requests: [seen(5), unseen] })).toEqual([]);
  });

  test('not when long-lived connections moved plaintext beside requests', () => {
    const bytes = { security: 'none', requestBytesPerSecond: 9 } as const;
    const tcp = aTcp('destination', 'web/front', 'shop/api-v1', 'api.shop', 0, bytes);
    expect(rules(findings({ requests: [seen(5)], tcp: [tcp] }))).toEqual(['plaintext-client']);
  });

  test('not while a part of the traffic figures is missing', () => {
    expect(findings({ requests: [seen(5)] }, [], true)).toEqual([]);
  });

  test('not when it is STRICT, nor when nothing called it', () => {
    expect(findings({ requests: [seen(5)] }, [strict])).toEqual([]);
    expect(findings({ requests: [] })).toEqual([]);
  });
});

describe('what STRICT would break', () => {
  test('a sidecar that a DestinationRule keeps in plaintext, with the rule that does', () => {
    const made = findings({ requests: [seen(5, none)] }, [clientTls('DISABLE')]);
    expect(rules(made)).toEqual(['plaintext-client']);
    expect(made[0]?.objects).toMatchObject([{ name: 'to-api-disable' }]);
  });

  test('a client without a proxy, whether or not anything reported it', () => {
    const from = (reporter: 'source' | 'destination', security: 'none' | 'unknown') =>
      aRequest(reporter, 'legacy/batch', 'shop/api-v1', 'api.shop', 5, { security });
    expect(rules(findings({ requests: [from('destination', 'none')] }))).toEqual([
      'plaintext-client',
    ]);
  });

  test('sidecars where the mesh switches auto mTLS off for a workload that asks for it', () => {
    const config = [
      aPeerAuthentication('shop', 'default', { mtls: { mode: 'DISABLE' } }),
      aPeerAuthentication('shop', 'own', {
        selector: { matchLabels: { app: 'api' } },
        mtls: { mode: 'PERMISSIVE' },
      }),
    ];
    expect(rules(findings({ requests: [seen(5, none)] }, config))).toEqual(['plaintext-client']);
  });

  test('is told once for clients that one rule keeps from mutual TLS', () => {
    const back = aRequest('destination', 'web/back', 'shop/api-v1', 'api.shop', 1, none);
    const made = findings({ requests: [seen(5, none), back] }, [clientTls('DISABLE')]);
    expect(made).toHaveLength(1);
    expect(made[0]?.message).toContain('(and 1 more)');
  });

  test('is nothing where the client has certificates of its own, or no traffic is seen', () => {
    expect(findings({ requests: [seen(5, none)] }, [clientTls('MUTUAL')])).toEqual([]);
    expect(findings({ requests: [seen(0, none)] }, [clientTls('DISABLE')])).toEqual([]);
  });
});
