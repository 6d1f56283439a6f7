import { describe, expect, test } from 'vitest';
import { nodeHealth, podHealth } from '@/mesh/health/node-health';
import { trafficHealth } from '@/mesh/health/traffic-health';
import type { Health } from '@/mesh/health/health';
import type { JudgedTraffic } from '@/mesh/health/traffic-health';

const NONE: JudgedTraffic = {
  requestsPerSecond: null,
  toldPerSecond: 0,
  serverErrorsPerSecond: 0,
  clientErrorsPerSecond: 0,
  noResponsePerSecond: 0,
  grpcFailuresPerSecond: 0,
  connectionsPerSecond: null,
  failedConnectionsPerSecond: 0,
  tcpBytesPerSecond: null,
  failureFlags: [],
};

function judge(over: Partial<JudgedTraffic>): Health {
  const requestsPerSecond = over.requestsPerSecond === undefined ? 100 : over.requestsPerSecond;
  const toldPerSecond = requestsPerSecond ?? 0;
  return trafficHealth({ ...NONE, toldPerSecond, requestsPerSecond, ...over }, 60);
}

describe('health of traffic', () => {
  test('an edge without traffic is never green', () => {
    expect(trafficHealth(NONE, 60).status).toBe('idle');
    expect(judge({ requestsPerSecond: 0 }).status).toBe('idle');
  });

  test.each([
    ['serverErrorsPerSecond', 'http-5xx-ratio'],
    ['noResponsePerSecond', 'no-response-ratio'],
    ['grpcFailuresPerSecond', 'grpc-failure-ratio'],
  ] as const)('%s degrade above 0.1 % and fail from 10 %', (field, rule) => {
    expect(judge({ [field]: 0.1 }).status).toBe('healthy');
    expect(judge({ [field]: 0.11 })).toMatchObject({ status: 'degraded', rule });
    expect(judge({ [field]: 9.99 })).toMatchObject({ status: 'degraded', rule });
    expect(judge({ [field]: 10 })).toMatchObject({ status: 'failing', rule });
  });

  test('4xx degrade from 10 % and fail from 20 %', () => {
    expect(judge({ clientErrorsPerSecond: 9.9 }).status).toBe('healthy');
    expect(judge({ clientErrorsPerSecond: 10 })).toMatchObject({
      status: 'degraded',
      rule: 'http-4xx-ratio',
    });
    expect(judge({ clientErrorsPerSecond: 20 }).status).toBe('failing');
  });

  test('the worst rule decides, and its reason names figures and threshold', () => {
    const health = judge({ clientErrorsPerSecond: 12, serverErrorsPerSecond: 12.5 });
    expect(health).toMatchObject({ status: 'failing', rule: 'http-5xx-ratio' });
    expect(health.reason).toContain('13 %');
    expect(health.reason).toContain('10 %');
  });

  test('one failed request among a thousand is chance', () => {
    const health = judge({ requestsPerSecond: 5, serverErrorsPerSecond: 1 / 60 });
    expect(health.status).toBe('healthy');
  });

  test('the only request having failed is no verdict', () => {
    const health = judge({ requestsPerSecond: 1 / 60, serverErrorsPerSecond: 1 / 60 });
    expect(health).toMatchObject({ status: 'unknown', rule: 'sample-too-small' });
  });

  test('three requests that all failed are degraded, not failing', () => {
    const health = judge({ requestsPerSecond: 0.05, serverErrorsPerSecond: 0.05 });
    expect(health.status).toBe('degraded');
  });

  test('TCP is judged by connections that failed, and open connections count as alive', () => {
    const tcp = { requestsPerSecond: null };
    expect(
      judge({ ...tcp, connectionsPerSecond: 10, failedConnectionsPerSecond: 5 }),
    ).toMatchObject({ status: 'failing', rule: 'tcp-failure-ratio' });
    expect(judge({ ...tcp, connectionsPerSecond: 0, tcpBytesPerSecond: 9 }).status).toBe('healthy');
  });
});

describe('health says why, and does not guess', () => {
  test('the flag that most failures carry stands in the reason', () => {
    const flags = (perSecond: number) => [
      { kind: 'server-error' as const, flag: 'UH', perSecond },
      { kind: 'no-response' as const, flag: 'DC', perSecond: 90 },
    ];
    const by = (perSecond: number) =>
      judge({ serverErrorsPerSecond: 20, failureFlags: flags(perSecond) }).reason;
    expect(by(15)).toBe(
      '20 % of requests were answered 5xx (failing from 10 %), mostly with flag UH.',
    );
    expect(by(9)).toBe('20 % of requests were answered 5xx (failing from 10 %).');
  });

  test('requests whose code the metrics do not carry are unknown, neither healthy nor failing', () => {
    expect(judge({ toldPerSecond: 0 })).toMatchObject({
      status: 'unknown',
      rule: 'outcome-not-told',
    });
  });

  test('ratios are over the requests that were told of', () => {
    // 5 of 40 that carry a code are 12.5 %; of all 100 they would be 5 %.
    expect(judge({ toldPerSecond: 40, serverErrorsPerSecond: 5 }).status).toBe('failing');
  });

  test('bytes without a count of connections are unknown, not healthy', () => {
    const tcp = { requestsPerSecond: null, connectionsPerSecond: null, tcpBytesPerSecond: 9 };
    expect(judge(tcp)).toMatchObject({ status: 'unknown', rule: 'connections-not-counted' });
  });
});

describe('health of nodes', () => {
  const healthy = judge({});
  const idle = trafficHealth(NONE, 60);
  const failing = judge({ serverErrorsPerSecond: 50 });

  test('no ready pod is failing, some missing is degraded, none wanted is no fault', () => {
    expect(podHealth({ ready: 0, desired: 2 })).toMatchObject({ status: 'failing' });
    expect(podHealth({ ready: 1, desired: 2 })).toMatchObject({ status: 'degraded' });
    expect(podHealth({ ready: 0, desired: 0 })).toBeNull();
    expect(podHealth({ ready: null, desired: null })).toBeNull();
  });

  test('pods that are not ready outweigh good traffic', () => {
    expect(nodeHealth({ ready: 1, desired: 2 }, healthy, healthy).rule).toBe('pods-not-ready');
  });

  test('a server is not blamed for what it calls, a mere client is', () => {
    expect(nodeHealth({ ready: 1, desired: 1 }, healthy, failing).status).toBe('healthy');
    expect(nodeHealth({ ready: 1, desired: 1 }, idle, failing)).toMatchObject({
      status: 'failing',
      rule: 'http-5xx-ratio',
    });
  });
});
