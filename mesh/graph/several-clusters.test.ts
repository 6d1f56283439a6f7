import { describe, expect, test } from 'vitest';
import { buildGraph } from '@/mesh/graph/build-graph';
import { parseNodeId } from '@/mesh/graph/node-id';
import { buildMtlsReport } from '@/mesh/mtls/build-mtls-report';
import { findSplits } from '@/mesh/splits/find-splits';
import { aRequest, aSnapshot } from '@/mesh/testing/telemetry-builders';
import {
  aDestinationRule,
  aPeerAuthentication,
  aService,
  aTopologyOf,
  aVirtualService,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import type { RequestSample } from '@/mesh/telemetry/telemetry';
import type { Topology } from '@/mesh/topology/topology';

const workloads = [
  aWorkload('shop', 'web-v1'),
  aWorkload('shop', 'api-v1'),
  aWorkload('shop', 'api-v2'),
];
const services = [aService('shop', 'web'), aService('shop', 'api')];

function route(first: number, second: number) {
  return aVirtualService('shop', 'api', {
    hosts: ['api'],
    http: [
      {
        route: [
          { destination: { host: 'api', subset: 'v1' }, weight: first },
          { destination: { host: 'api', subset: 'v2' }, weight: second },
        ],
      },
    ],
  });
}

const subsets = aDestinationRule('shop', 'api', {
  host: 'api',
  subsets: [
    { name: 'v1', labels: { version: 'v1' } },
    { name: 'v2', labels: { version: 'v2' } },
  ],
});

const topology = aTopologyOf({
  east: { services, workloads, config: [route(90, 10), subsets] },
  west: { services, workloads, config: [route(50, 50), subsets] },
});

function graphOf(requests: readonly RequestSample[], of: Topology = topology) {
  const telemetry = aSnapshot({ requests });
  const splits = findSplits({ topology: of, telemetry });
  return buildGraph({
    topology: of,
    telemetry,
    view: 'workload',
    namespaces: [],
    gaps: [],
    splits,
  });
}

describe('several clusters', () => {
  test('workloads of one name are a node in each cluster, and their traffic is their own', () => {
    const { nodes, edges } = graphOf([
      aRequest('source', 'shop/web-v1@east', 'shop/api-v1@east', 'api.shop', 3),
      aRequest('source', 'shop/web-v1@west', 'shop/api-v1@east', 'api.shop', 5),
    ]);
    expect(nodes.map(({ id }) => id)).toEqual([
      'service:shop/api',
      'workload:shop/api-v1@east',
      'workload:shop/api-v1@west',
      'workload:shop/api-v2@east',
      'workload:shop/api-v2@west',
      'workload:shop/web-v1@east',
      'workload:shop/web-v1@west',
    ]);
    const rate = (id: string) => edges.find((edge) => edge.id === id)?.rps;
    expect(rate('workload:shop/web-v1@east>service:shop/api>http')).toBe(3);
    expect(rate('workload:shop/web-v1@west>service:shop/api>http')).toBe(5);
    expect(rate('service:shop/api>workload:shop/api-v1@east>http')).toBe(8);
  });

  test('one request that both ends reported is one request', () => {
    const { edges } = graphOf([
      aRequest('source', 'shop/web-v1@east', 'shop/api-v1@west', 'api.shop', 4),
      aRequest('destination', 'shop/web-v1@east', 'shop/api-v1@west', 'api.shop', 4),
    ]);
    const total = edges.filter(({ source }) => source === 'workload:shop/web-v1@east');
    expect(total.map(({ rps }) => rps)).toEqual([4]);
  });

  test('an end whose cluster metrics do not say is no workload of any cluster, and not said to be gone', () => {
    const { nodes } = graphOf([
      aRequest('source', 'shop/web-v1@', 'shop/api-v1@north', 'api.shop', 1),
    ]);
    expect(nodes.find(({ id }) => id === 'workload:shop/web-v1')).toMatchObject({
      cluster: null,
      exists: true,
      readyPods: null,
    });
    expect(nodes.find(({ id }) => id === 'workload:shop/api-v1@north')).toMatchObject({
      cluster: 'north',
      exists: true,
    });
  });

  test('what a cluster that was read no longer has is gone', () => {
    const { nodes } = graphOf([
      aRequest('source', 'shop/old@west', 'shop/api-v1@west', 'api.shop', 1),
    ]);
    expect(nodes.find(({ id }) => id === 'workload:shop/old@west')?.exists).toBe(false);
  });

  test('each istiod’s route is a split of its own and is compared with what its own clients sent', () => {
    const telemetry = aSnapshot({
      requests: [
        aRequest('source', 'shop/web-v1@east', 'shop/api-v1@east', 'api.shop', 90),
        aRequest('source', 'shop/web-v1@east', 'shop/api-v2@west', 'api.shop', 10),
        aRequest('source', 'shop/web-v1@west', 'shop/api-v1@west', 'api.shop', 20),
        aRequest('source', 'shop/web-v1@west', 'shop/api-v2@east', 'api.shop', 20),
      ],
    });
    const splits = findSplits({ topology, telemetry });
    expect(splits.map(({ id }) => id)).toEqual([
      'VirtualService/shop/api/spec/http/0@east',
      'VirtualService/shop/api/spec/http/0@west',
    ]);
    expect(splits.map(({ object }) => object.cluster)).toEqual(['east', 'west']);
    const shares = splits.map(({ destinations }) =>
      destinations.map(({ observedShare }) => observedShare),
    );
    expect(shares).toEqual([
      [0.9, 0.1],
      [0.5, 0.5],
    ]);
    expect(splits[0]?.destinations[1]?.workloads).toEqual(['shop/api-v2@east', 'shop/api-v2@west']);
    expect(splits[0]?.destinations[1]?.readyPods).toBe(2);
  });

  test('a client of unknown cluster leaves the shares of every route that it may have taken unknown', () => {
    const telemetry = aSnapshot({
      requests: [
        aRequest('source', 'shop/web-v1@east', 'shop/api-v1@east', 'api.shop', 90),
        aRequest('source', 'shop/web-v1@', 'shop/api-v1@east', 'api.shop', 10),
      ],
    });
    const [east] = findSplits({ topology, telemetry });
    expect(east?.destinations[0]?.observedShare).toBeNull();
    expect(east?.agreement).toBe('unknown');
  });

  test('a server’s mode is that of its own cluster’s istiod, a client’s rule that of the client’s', () => {
    const strict = aPeerAuthentication('istio-system', 'default', { mtls: { mode: 'STRICT' } });
    const off = aDestinationRule('shop', 'api', {
      host: 'api',
      trafficPolicy: { tls: { mode: 'DISABLE' } },
    });
    const of = aTopologyOf({
      east: { services, workloads, config: [off] },
      west: { services, workloads, config: [strict] },
    });
    const { edges } = graphOf(
      [
        aRequest('source', 'shop/web-v1@east', 'shop/api-v1@west', 'api.shop', 1),
        aRequest('source', 'shop/web-v1@west', 'shop/api-v2@west', 'api.shop', 1),
        aRequest('source', 'shop/web-v1@east', 'shop/api-v2@east', 'api.shop', 1),
      ],
      of,
    );
    const mtls = buildMtlsReport({
      topology: of,
      namespaces: [],
      telemetry: aSnapshot({
        requests: [
          aRequest('source', 'shop/web-v1@east', 'shop/api-v1@west', 'api.shop', 1),
          aRequest('source', 'shop/web-v1@west', 'shop/api-v2@west', 'api.shop', 1),
          aRequest('source', 'shop/web-v1@east', 'shop/api-v2@east', 'api.shop', 1),
        ],
      }),
    });
    const verdicts = Object.fromEntries(mtls.edges.map((edge) => [edge.id, edge.mtls.verdict]));
    expect(verdicts).toEqual({
      'workload:shop/web-v1@east>workload:shop/api-v1@west>http': 'broken',
      'workload:shop/web-v1@west>workload:shop/api-v2@west>http': 'encrypted',
      'workload:shop/web-v1@east>workload:shop/api-v2@east>http': 'plaintext',
    });
    expect(edges.some((edge) => edge.mtls.verdict === 'broken')).toBe(true);
    expect(mtls.mesh.mode.mode).toBe('PERMISSIVE');
    expect(mtls.controlPlanes?.map(({ cluster, mode }) => [cluster, mode.mode])).toEqual([
      ['east', 'PERMISSIVE'],
      ['west', 'STRICT'],
    ]);
    expect(
      mtls.namespaces.map(({ cluster, namespace, mode }) => [cluster, namespace, mode.mode]),
    ).toEqual([
      ['east', 'shop', 'PERMISSIVE'],
      ['west', 'shop', 'STRICT'],
    ]);
    const broken = mtls.findings.find(({ severity }) => severity === 'error');
    expect(broken?.objects.map(({ cluster }) => cluster)).toEqual(['east', 'west']);
  });

  test('with an unknown istiod at one end nothing is said of what is configured', () => {
    const of = aTopologyOf({
      east: { services, workloads },
      west: { services, workloads, primary: null },
    });
    const report = buildMtlsReport({
      topology: of,
      namespaces: [],
      telemetry: aSnapshot({
        requests: [aRequest('source', 'shop/web-v1@east', 'shop/api-v1@west', 'api.shop', 1)],
      }),
    });
    expect(report.edges[0]?.mtls).toMatchObject({ verdict: 'unknown', server: null });
    expect(report.findings.map(({ rule }) => rule)).toContain('configuration-unknown');
  });
});

test.each([
  'workload:shop/api-v1@east',
  'app:shop/api@a%2Fb%40c',
  'versioned-app:shop/api/v1@east',
])('the id %s is read back', (id) => expect(parseNodeId(id)).toHaveProperty('cluster'));

test.each(['workload:shop/api@', 'workload:shop/api@a@b', 'workload:shop/api@%', 'service:a/b@c'])(
  '%s is no id',
  (id) => expect(parseNodeId(id)).toBeNull(),
);
