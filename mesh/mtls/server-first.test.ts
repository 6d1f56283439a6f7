import { describe, expect, test } from 'vitest';
import {
  aDestinationRule,
  aPeerAuthentication,
  aService,
  aTopology,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { assessScene } from '@/mesh/testing/mtls-scene';
import { aSnapshot, aTcp } from '@/mesh/testing/telemetry-builders';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';
import type { MtlsScene } from '@/mesh/testing/mtls-scene';
import type { ServicePort } from '@/mesh/topology/topology';

const port = (name: string, number = 9080, appProtocol: string | null = null): ServicePort => ({
  name,
  port: number,
  targetPort: 9080,
  protocol: 'TCP',
  appProtocol,
});
const on = (served: ServicePort, scene: MtlsScene = {}) =>
  assessScene({
    client: null,
    service: { ports: [served] },
    question: { protocol: 'tcp' },
    ...scene,
  });
const peer = (mode: string) => aPeerAuthentication('shop', 'default', { mtls: { mode } });
const rule = (mode: string) =>
  aDestinationRule('shop', 'api', {
    host: 'api.shop.svc.cluster.local',
    trafficPolicy: { tls: { mode } },
  });

describe('plaintext to a PERMISSIVE port on which the server speaks first', () => {
  test.each([
    ['named mysql', port('mysql')],
    ['named mysql-db', port('mysql-db')],
    ['of appProtocol mysql', port('db', 9080, 'mysql')],
    ['named smtp', port('smtp')],
    ['number 3306 without a protocol', port('db-main', 3306, '')],
    ['number 3306 declared as TCP', port('tcp-main', 3306)],
    ['number 25', port('tcp', 25)],
  ])('hangs on a port %s', (_name, served) => {
    const answer = on(served);
    expect(answer).toMatchObject({ configured: 'broken', verdict: 'broken' });
    expect(answer.reason).toMatch(/(MySQL|SMTP) servers speak first/);
    expect(answer.reason).toContain('without limit');
  });

  test.each([
    ['declared as TLS, where clients speak first', port('tls', 3306)],
    ['of MongoDB, where clients speak first', port('mongo', 27017)],
    ['of DNS, where clients speak first', port('tcp-dns', 53)],
    ['of PostgreSQL, where clients speak first', port('tcp-postgres', 5432)],
    ['of which nothing is known', port('tcp', 9000)],
  ])('does not on a port %s', (_name, served) => {
    expect(on(served).configured).toBe('plaintext');
  });

  test('the same from a sidecar that a DestinationRule tells to use no TLS', () => {
    expect(on(port('mysql'), { client: {}, config: [rule('DISABLE')] }).configured).toBe('broken');
  });

  test('the same from a ztunnel, which sends plaintext to sidecars', () => {
    const client = { proxy: 'ambient' as const };
    expect(on(port('mysql'), { client }).configured).toBe('broken');
  });

  test('only waits where the mesh limits the wait', () => {
    const answer = on(port('mysql'), { mesh: { protocolDetectionTimeoutMs: 100 } });
    expect(answer).toMatchObject({ configured: 'plaintext', verdict: 'plaintext' });
    expect(answer.reason).toContain('for 100 ms each time');
  });
});

describe('nothing has to be told apart', () => {
  test('with mutual TLS, in which the client speaks first', () => {
    expect(on(port('mysql'), { client: {} }).configured).toBe('mtls');
  });

  test('with TLS that the client originates', () => {
    expect(on(port('mysql'), { client: {}, config: [rule('SIMPLE')] }).configured).toBe('tls');
  });

  test('under DISABLE, and under STRICT, which refuses plaintext by itself', () => {
    expect(on(port('mysql'), { config: [peer('DISABLE')] }).configured).toBe('plaintext');
    const strict = on(port('mysql'), { config: [peer('STRICT')] });
    expect(strict.configured).toBe('broken');
    expect(strict.reason).not.toContain('speak first');
  });

  test('in ambient mode and without a proxy', () => {
    for (const proxy of ['ambient', 'none'] as const) {
      expect(on(port('mysql'), { server: { proxy, proxiedPods: 0 } }).configured).toBe('plaintext');
    }
  });

  test('for requests over HTTP', () => {
    expect(on(port('mysql'), { question: { protocol: 'http' } }).configured).toBe('plaintext');
  });
});

describe('findings', () => {
  const report = (telemetry: boolean, mesh = {}, ...config: ReturnType<typeof peer>[]) =>
    buildMtlsReport({
      topology: aTopology({
        workloads: [
          aWorkload('web', 'front', { proxy: 'none', proxiedPods: 0 }),
          aWorkload('shop', 'api-v1'),
        ],
        services: [aService('shop', 'api', { ports: [port('mysql')] })],
        config,
        mesh,
      }),
      telemetry: telemetry
        ? aSnapshot({ tcp: [aTcp('destination', 'web/front', 'shop/api-v1', 'api.shop', 1)] })
        : null,
      namespaces: [],
    }).findings.map(({ rule: name, severity }) => [severity, name]);

  test('the port is named without any traffic, since its proxy reports none of those who wait', () => {
    expect(report(false)).toEqual([['info', 'server-first-in-permissive']]);
    expect(report(false, {}, peer('STRICT'))).toEqual([]);
    expect(report(false, {}, peer('DISABLE'))).toEqual([]);
    expect(report(false, { protocolDetectionTimeoutMs: 5_000 })).toEqual([]);
  });

  test('clients that were seen to send plaintext there are an error of their own', () => {
    expect(report(true)).toContainEqual(['error', 'plaintext-to-server-first']);
  });
});
