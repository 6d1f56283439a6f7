import { describe, expect, test } from 'vitest';
import { toBytes, toLatency, toRequests, toTcp } from '@/server/adapters/prometheus/to-snapshot';
import { decodeVector } from '@/server/adapters/prometheus/wire';

const edge = {
  reporter: 'source',
  source_workload: 'a',
  source_workload_namespace: 'n',
  destination_workload: 'b',
  destination_workload_namespace: 'n',
  destination_service: 'b.n.svc.cluster.local',
};

describe('mapping series', () => {
  test('unknown, empty and missing identities are null, never a name', () => {
    const [request] = toRequests([
      {
        labels: {
          reporter: 'destination',
          source_workload: 'unknown',
          source_canonical_service: 'unknown',
          source_canonical_revision: 'latest',
          destination_workload: '',
        },
        value: 1,
      },
    ]);
    expect(request?.source).toEqual({ workload: null, namespace: null, app: null, version: null });
    expect(request?.destination.workload).toBeNull();
  });

  test('a series that names no reporter is left out rather than guessed', () => {
    expect(toRequests([{ labels: { source_workload: 'a' }, value: 1 }])).toEqual([]);
  });

  test('a flag of a dash is none, and several flags are told apart', () => {
    const flags = (response_flags: string) =>
      toRequests([{ labels: { ...edge, response_flags }, value: 1 }])[0]?.flags;
    expect(flags('-')).toEqual([]);
    expect(flags('UF,URX')).toEqual(['UF', 'URX']);
  });

  test('buckets and totals of an edge come together in ascending order, without the infinite one', () => {
    const [sample, ...more] = toLatency(
      [
        { labels: { ...edge, le: '100' }, value: 3 },
        { labels: edge, value: 4 },
        { labels: { ...edge, le: '+Inf' }, value: 4 },
        { labels: { ...edge, le: 'sum' }, value: 90 },
        { labels: { ...edge, le: '5' }, value: 1 },
      ],
      [5, 100, 250],
    );
    expect(more).toEqual([]);
    expect(sample?.totalPerSecond).toBe(4);
    expect(sample?.buckets.map(({ upperBoundMs }) => upperBoundMs)).toEqual([5, 100]);
  });

  test('where all observations fall in one bucket, it is the one that their mean lies in', () => {
    const bounds = [5, 10, 25];
    const bucketsFor = (sum: number) =>
      toLatency(
        [
          { labels: edge, value: 2 },
          { labels: { ...edge, le: 'sum' }, value: sum },
        ],
        bounds,
      )[0]?.buckets;
    expect(bucketsFor(14)).toEqual([{ upperBoundMs: 10, perSecond: 2 }]);
    // Two observations of exactly 10 ms lie in the bucket up to 10, also when floats say 10.000000000001.
    expect(bucketsFor(20.000000000001)).toEqual([{ upperBoundMs: 10, perSecond: 2 }]);
    // Above every finite bound histogram_quantile answers the highest one.
    expect(bucketsFor(80)).toEqual([{ upperBoundMs: 25, perSecond: 0 }]);
  });

  test('a histogram without its sum and without a telling bucket says nothing', () => {
    expect(toLatency([{ labels: edge, value: 2 }], [5, 10])[0]?.buckets).toEqual([]);
  });

  test('principals are kept as written, `unknown` too, and a dropped label is null', () => {
    const id = 'spiffe://cluster.local/ns/n/sa/a';
    const told = { ...edge, source_principal: id, destination_principal: 'unknown' };
    const principals = { sourcePrincipal: id, destinationPrincipal: 'unknown' };
    expect(toRequests([{ labels: told, value: 1 }])[0]).toMatchObject(principals);
    expect(toTcp([{ labels: told, value: 1 }], [], [])[0]).toMatchObject(principals);
    expect(toRequests([{ labels: { ...edge, source_principal: '' }, value: 1 }])[0]).toMatchObject({
      sourcePrincipal: null,
      destinationPrincipal: null,
    });
  });

  test('a waypoint does not see the certificate of the server, so that its word for it is not taken', () => {
    const labels = {
      ...edge,
      reporter: 'waypoint',
      source_principal: 'spiffe://cluster.local/ns/n/sa/a',
      destination_principal: 'spiffe://cluster.local/ns/n/sa/b',
    };
    expect(toRequests([{ labels, value: 1 }])[0]).toMatchObject({
      sourcePrincipal: 'spiffe://cluster.local/ns/n/sa/a',
      destinationPrincipal: null,
    });
  });

  test('a code that a Telemetry object drops is unknown, not the absence of a response', () => {
    expect(toRequests([{ labels: edge, value: 1 }])[0]).toMatchObject({
      responseCode: '',
      grpcStatus: null,
    });
    const grpc = { ...edge, request_protocol: 'grpc', response_code: '200' };
    expect(toRequests([{ labels: grpc, value: 1 }])[0]?.grpcStatus).toBe('');
    expect(
      toRequests([{ labels: { ...grpc, grpc_response_status: '14' }, value: 1 }])[0]?.grpcStatus,
    ).toBe('14');
  });

  test('a negative rate says nothing: no counter has one', () => {
    const negative = [{ labels: edge, value: -1 }];
    expect(toRequests(negative)).toEqual([]);
    expect(toBytes(negative)).toEqual([]);
    expect(toLatency(negative, [5])).toEqual([]);
    expect(toTcp(negative, [{ labels: edge, value: 4 }], negative)).toMatchObject([
      { requestBytesPerSecond: null, responseBytesPerSecond: 4, connectionsPerSecond: null },
    ]);
  });

  test('a TCP metric without a series is null, not zero', () => {
    const [tcp] = toTcp([{ labels: edge, value: 10 }], [], [{ labels: edge, value: 0 }]);
    expect(tcp).toMatchObject({
      requestBytesPerSecond: 10,
      responseBytesPerSecond: null,
      connectionsPerSecond: 0,
    });
  });
});

describe('decoding', () => {
  const body = (...values: unknown[]) => ({
    status: 'success',
    data: {
      resultType: 'vector',
      result: values.map((value) => ({ metric: {}, value: [1, value] })),
    },
  });

  test('NaN and infinite values are dropped, and nothing but those is an error', () => {
    expect(decodeVector(body('NaN', '2', '+Inf'))).toEqual({
      ok: true,
      value: [{ labels: {}, value: 2 }],
    });
    expect(decodeVector(body('NaN')).ok).toBe(false);
    expect(decodeVector(body())).toEqual({ ok: true, value: [] });
  });

  test.each([
    ['data.result[0].value', body(3)],
    ['data.result[0].value', body('three')],
    ['data.resultType', { status: 'success', data: { resultType: 'scalar', result: [] } }],
    ['status', { status: 'error' }],
    ['data', { status: 'success' }],
  ])('the path %s of what is wrong is named', (path, wrong) => {
    expect(decodeVector(wrong)).toEqual({ ok: false, error: path });
  });
});
