import { describe, expect, test } from 'vitest';
import { mergeReporters } from '@/mesh/telemetry/merge-reporters';
import { requestRate } from '@/mesh/telemetry/request-rate';
import { aBytes, aLatency, aRequest, aSnapshot, aTcp } from '@/mesh/testing/telemetry-builders';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';

const A = 'shop/a-v1';
const B = 'shop/b-v1';
const HOST = 'b.shop';

function total(edges: readonly MergedEdge[]): number {
  return edges.reduce((sum, edge) => sum + (requestRate(edge) ?? 0), 0);
}

describe('one reporter per edge', () => {
  test('what both ends report is counted once, as the client saw it', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [aRequest('source', A, B, HOST, 10), aRequest('destination', A, B, HOST, 9.9)],
      }),
    );
    expect(edges).toHaveLength(1);
    expect(edges[0]).toMatchObject({ reporter: 'source' });
    expect(total(edges)).toBe(10);
  });

  test('ends that disagree on code and flags are not added up', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [
          aRequest('source', A, B, HOST, 5, { responseCode: '0', flags: ['UC'] }),
          aRequest('destination', A, B, HOST, 5, { responseCode: '200', flags: ['DC'] }),
        ],
      }),
    );
    expect(total(edges)).toBe(5);
    expect(edges[0]?.outcomes).toEqual([
      { responseCode: '0', grpcStatus: null, flags: ['UC'], requestsPerSecond: 5 },
    ]);
  });

  test('ends that spell the host differently are not added up', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [aRequest('source', A, B, HOST, 5), aRequest('destination', A, B, 'b', 5)],
      }),
    );
    expect(total(edges)).toBe(5);
    expect(edges[0]?.security).toEqual({ mutualTls: 5, none: 0, unknown: 0 });
  });

  test('the server is believed where no client reports, and security always comes from the server', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [
          aRequest('destination', null, B, HOST, 3, { security: 'none' }),
          aRequest('source', A, B, HOST, 10),
          aRequest('destination', A, B, HOST, 10),
        ],
      }),
    );
    const unknown = edges.find(({ source }) => source.workload === null);
    expect(unknown).toMatchObject({ reporter: 'destination', security: { none: 3 } });
    expect(edges.find(({ source }) => source.workload === 'a-v1')?.security).toEqual({
      mutualTls: 10,
      none: 0,
      unknown: 0,
    });
  });

  test('requests that never reached a workload stay an edge to the host', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [
          aRequest('source', A, B, HOST, 5),
          aRequest('source', A, null, HOST, 1, { responseCode: '503', flags: ['UH'] }),
        ],
      }),
    );
    expect(edges).toHaveLength(2);
    expect(edges.find(({ destination }) => destination.workload === null)).toMatchObject({
      destinationService: 'b.shop.svc.cluster.local',
    });
  });

  test('one pair asking for two hosts gives two edges', () => {
    const requests = [aRequest('source', A, B, HOST, 5), aRequest('source', A, B, 'c.shop', 2)];
    expect(mergeReporters(aSnapshot({ requests }))).toHaveLength(2);
  });
});

describe('clients without identity', () => {
  const plain = { security: 'none' } as const;

  test("a named client's plaintext calls are not shown a second time as unknown", () => {
    const requests = [
      aRequest('source', A, B, HOST, 10),
      aRequest('destination', null, B, HOST, 10.2, plain),
    ];
    const edges = mergeReporters(aSnapshot({ requests }));
    expect(edges.map(({ source }) => source.workload)).toEqual(['a-v1']);
    expect(edges[0]?.security.none).toBeCloseTo(10);
  });

  test('what no client reports remains unknown', () => {
    const requests = [
      aRequest('source', A, B, HOST, 10),
      aRequest('destination', null, B, HOST, 30, plain),
    ];
    const edges = mergeReporters(aSnapshot({ requests }));
    expect(total(edges.filter(({ source }) => source.workload === null))).toBeCloseTo(20);
  });

  test('a client with a server-side twin takes nothing away from unknown clients', () => {
    const requests = [
      aRequest('source', A, B, HOST, 10),
      aRequest('destination', A, B, HOST, 10),
      aRequest('destination', null, B, HOST, 10, plain),
    ];
    expect(total(mergeReporters(aSnapshot({ requests })))).toBe(20);
  });

  test('requests that never arrived take nothing away either', () => {
    const requests = [
      aRequest('source', A, B, HOST, 10, { responseCode: '503', flags: ['UF'] }),
      aRequest('destination', null, B, HOST, 10, plain),
    ];
    const edges = mergeReporters(aSnapshot({ requests }));
    expect(total(edges.filter(({ source }) => source.workload === null))).toBe(10);
  });

  test('the same holds for TCP by connections', () => {
    const tcp = [aTcp('source', A, B, HOST, 4), aTcp('destination', null, B, HOST, 4, plain)];
    const edges = mergeReporters(aSnapshot({ tcp }));
    expect(edges.map(({ source }) => source.workload)).toEqual(['a-v1']);
  });
});

describe('ambient mode', () => {
  const ZTUNNEL = { security: 'mutual_tls' } as const;

  test('HTTP through a waypoint is not shown again as the TCP legs of ztunnel', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [aRequest('waypoint', A, B, HOST, 10)],
        tcp: [
          aTcp('source', A, 'shop/waypoint', HOST, 1, ZTUNNEL),
          aTcp('destination', A, 'shop/waypoint', null, 1, ZTUNNEL),
          aTcp('destination', 'shop/waypoint', B, null, 1, ZTUNNEL),
        ],
      }),
    );
    expect(edges).toHaveLength(1);
    expect(edges[0]).toMatchObject({ reporter: 'waypoint', protocol: 'http' });
  });

  test('without a waypoint TCP of ztunnel is what there is', () => {
    const tcp = [
      aTcp('source', A, B, HOST, 1, ZTUNNEL),
      aTcp('destination', A, B, HOST, 1, ZTUNNEL),
    ];
    const edges = mergeReporters(aSnapshot({ tcp }));
    expect(edges).toHaveLength(1);
    expect(edges[0]).toMatchObject({ reporter: 'source', security: { mutualTls: 1 } });
  });

  test('a gateway in front of a waypoint is counted once, at the workload behind it', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [
          aRequest('source', 'ingress/gw', 'shop/waypoint', HOST, 10),
          aRequest('waypoint', 'ingress/gw', B, HOST, 10),
        ],
      }),
    );
    expect(edges.map(({ destination }) => destination.workload)).toEqual(['b-v1']);
  });
});

describe('ambient at one end only', () => {
  const ZTUNNEL = { security: 'mutual_tls' } as const;

  test('the tunnel that a ztunnel reports around requests of a gateway is not a second edge, and tells their policy', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [aRequest('source', 'ingress/gw', B, HOST, 10)],
        tcp: [aTcp('destination', 'ingress/gw', B, HOST, 2, ZTUNNEL)],
      }),
    );
    expect(edges).toHaveLength(1);
    expect(edges[0]).toMatchObject({
      protocol: 'http',
      reporter: 'source',
      security: { mutualTls: 2, none: 0, unknown: 0 },
    });
    expect(total(edges)).toBe(10);
  });

  test('the same with an ambient client, whose ztunnel reports the tunnel to a sidecar', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [aRequest('destination', A, B, HOST, 10)],
        tcp: [aTcp('source', A, B, HOST, 2, ZTUNNEL)],
      }),
    );
    expect(edges.map(({ protocol, reporter }) => [protocol, reporter])).toEqual([
      ['http', 'destination'],
    ]);
  });

  test('a tunnel without mutual TLS is plaintext, although ztunnel calls it unknown', () => {
    const [edge] = mergeReporters(
      aSnapshot({
        requests: [aRequest('source', A, B, HOST, 10)],
        tcp: [aTcp('destination', A, B, HOST, 2, { security: 'unknown' })],
      }),
    );
    expect(edge?.security).toEqual({ mutualTls: 0, none: 2, unknown: 0 });
  });

  test('two ends that speak TCP beside HTTP in earnest keep both edges', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [aRequest('source', A, B, HOST, 10), aRequest('destination', A, B, HOST, 10)],
        tcp: [aTcp('source', A, B, HOST, 2), aTcp('destination', A, B, HOST, 2)],
      }),
    );
    expect(edges.map(({ protocol }) => protocol)).toEqual(['http', 'tcp']);
  });

  test('plaintext that goes around a waypoint is not taken for a leg of what goes through it', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [aRequest('waypoint', A, B, HOST, 10)],
        tcp: [aTcp('destination', null, B, HOST, 3, { security: 'unknown' })],
      }),
    );
    expect(edges.map(({ source }) => source.workload)).toEqual([null, 'a-v1']);
  });
});

describe('policies', () => {
  test('connections that were opened before the window are judged by their bytes', () => {
    const idle = { connectionsPerSecond: 0, requestBytesPerSecond: 30, responseBytesPerSecond: 60 };
    const [edge] = mergeReporters(
      aSnapshot({
        tcp: [
          aTcp('source', A, B, HOST, 0, idle),
          aTcp('destination', A, B, HOST, 0, idle),
          aTcp('destination', A, B, HOST, 0, {
            ...idle,
            security: 'none',
            requestBytesPerSecond: 0,
          }),
        ],
      }),
    );
    expect(edge?.security).toEqual({ mutualTls: 90, none: 60, unknown: 0, inBytes: true });
  });

  test('several series of one policy are added up, not overwritten', () => {
    const [edge] = mergeReporters(
      aSnapshot({
        requests: [
          aRequest('destination', A, B, HOST, 10),
          aRequest('destination', A, B, HOST, 30, { responseCode: '503' }),
          aRequest('destination', A, B, HOST, 40, { security: 'none' }),
        ],
      }),
    );
    expect(edge?.security).toEqual({ mutualTls: 40, none: 40, unknown: 0 });
  });

  test('what only a client sidecar reports has an unknown policy, which is no plaintext', () => {
    const [edge] = mergeReporters(aSnapshot({ requests: [aRequest('source', A, B, HOST, 10)] }));
    expect(edge?.security).toEqual({ mutualTls: 0, none: 0, unknown: 10 });
  });
});

describe('when only part of the metrics answered', () => {
  test('TCP without a count of connections has bytes and no rate', () => {
    const [edge] = mergeReporters(
      aSnapshot({ tcp: [aTcp('source', A, B, HOST, 5, { connectionsPerSecond: null })] }),
    );
    expect(edge === undefined ? 0 : requestRate(edge)).toBeNull();
    expect(edge?.tcp).toMatchObject({ requestBytesPerSecond: 50, connectionsPerSecond: null });
  });

  test('sizes and latency of edges that no request series mentions draw no edge', () => {
    expect(
      mergeReporters(
        aSnapshot({
          requestBytes: [aBytes('source', A, B, HOST, 100)],
          latency: [aLatency('source', A, B, HOST, 10, [[5, 4]])],
        }),
      ),
    ).toEqual([]);
  });
});

describe('figures beside the rate', () => {
  test('sizes and latency come from the reporter that gives the rate', () => {
    const [edge] = mergeReporters(
      aSnapshot({
        requests: [aRequest('source', A, B, HOST, 10), aRequest('destination', A, B, HOST, 10)],
        requestBytes: [aBytes('source', A, B, HOST, 100), aBytes('destination', A, B, HOST, 90)],
        latency: [aLatency('source', A, B, HOST, 10, [[5, 4]])],
      }),
    );
    expect(edge).toMatchObject({ requestBytesPerSecond: 100, responseBytesPerSecond: null });
    expect(edge?.latency).toHaveLength(1);
  });

  test('an edge that no size series mentions has no size, rather than zero', () => {
    const [edge] = mergeReporters(aSnapshot({ requests: [aRequest('source', A, B, HOST, 1)] }));
    expect(edge).toMatchObject({ requestBytesPerSecond: null, responseBytesPerSecond: null });
  });

  test('two protocols between the same ends do not both get the shared sizes', () => {
    const edges = mergeReporters(
      aSnapshot({
        requests: [
          aRequest('source', A, B, HOST, 10),
          aRequest('source', A, B, HOST, 1, { protocol: 'grpc', grpcStatus: '0' }),
        ],
        requestBytes: [aBytes('source', A, B, HOST, 100)],
      }),
    );
    expect(edges.map((edge) => [edge.protocol, edge.requestBytesPerSecond])).toEqual([
      ['grpc', null],
      ['http', 100],
    ]);
  });
});
