import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { aService, aTopology, aWorkload } from '@/mesh/testing/topology-builders';
import type { Topology } from '@/mesh/topology/topology';
import { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { AbsentCluster } from '@/server/adapters/kubernetes/absent-cluster';
import { PrometheusSource } from '@/server/adapters/prometheus/prometheus-source';
import { sourceError } from '@/server/errors';
import type { Observer } from '@/server/ports';
import { GraphChannels } from '@/server/usecases/graph-channels';
import { TelemetryHub } from '@/server/usecases/telemetry-hub';
import { silentObserver } from '@/tests/support/silent-observer';
import { plainEndpoint } from '@/tests/support/plain-endpoint';

const WORKLOADS_PER_NAMESPACE = 3;
const REFRESHES = 3;
const VIEWS = ['workload', 'app', 'versioned-app', 'service'] as const;

/** A Prometheus that counts what it is asked, and knows one edge from each workload to the next. */
async function startCounter(workloads: readonly string[]): Promise<{
  readonly server: Server;
  readonly url: string;
  readonly count: () => number;
}> {
  let count = 0;
  const result = workloads.map((name, index) => {
    const [namespace = '', workload = ''] = name.split('/');
    const [toNamespace = '', to = ''] = (workloads[(index + 1) % workloads.length] ?? '').split(
      '/',
    );
    const metric = {
      reporter: 'source',
      source_workload: workload,
      source_workload_namespace: namespace,
      destination_workload: to,
      destination_workload_namespace: toNamespace,
      destination_service: `${to}.${toNamespace}.svc.cluster.local`,
      response_code: '200',
    };
    return { metric, value: [1, '2.5'] };
  });
  const answer = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
  const server = createServer((request, response) => {
    count += 1;
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}`, count: () => count };
}

class KnownCluster extends AbsentCluster {
  constructor(private readonly known: Topology) {
    super(sourceError('kubernetes', 'not-configured', 'not asked'), 'istio-system');
  }

  override topology(): Topology {
    return this.known;
  }
}

function topologyOf(names: readonly string[]): Topology {
  const parts = names.map((name) => name.split('/') as [string, string]);
  return aTopology({
    workloads: parts.map(([namespace, name]) => aWorkload(namespace, name)),
    services: parts.map(([namespace, name]) => aService(namespace, name)),
  });
}

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Prometheus requests of a number of refreshes while `viewers` look, each at a view and namespaces of its own. */
async function requestsOf(namespaces: number, viewers: number): Promise<number> {
  const names = Array.from(
    { length: namespaces * WORKLOADS_PER_NAMESPACE },
    (_, index) => `team-${index % namespaces}/service-${index}`,
  );
  const counter = await startCounter(names);
  let refreshes = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let counted = 0;
  const observer: Observer = {
    ...silentObserver,
    onRefresh: () => {
      refreshes += 1;
      if (refreshes !== REFRESHES) return;
      counted = counter.count();
      finish();
    },
  };
  const clock = { now: () => Date.now() };
  const endpoint = new HttpEndpoint('prometheus', plainEndpoint(counter.url));
  const metrics = new PrometheusSource(endpoint, observer, clock);
  const cluster = new KnownCluster(topologyOf(names));
  const sources = { cluster, metrics, traces: null, observer, clock };
  const hub = new TelemetryHub(sources, 500);
  const view = { key: 'whole', sources, windows: hub };
  const channels = new GraphChannels(clock, 'test');
  cleanups.push(async () => {
    channels.close();
    hub.close();
    metrics.stop();
    counter.server.closeAllConnections();
    await new Promise((resolve) => counter.server.close(resolve));
  });
  const seen = await Promise.all(
    Array.from({ length: viewers }, async (_, viewer) => {
      const shape = VIEWS[viewer % VIEWS.length] ?? 'workload';
      const chosen = viewer < VIEWS.length ? [] : [`team-${viewer % Math.min(3, namespaces)}`];
      const query = { windowSeconds: 60, namespaces: chosen, view: shape };
      const channel = channels.channel(view, query);
      await channel.subscribe(() => undefined, null);
      return channel;
    }),
  );
  await finished;
  for (const channel of seen) {
    const { graph } = await channel.read();
    expect(graph.edges.length, 'the answers reach every viewer').toBeGreaterThan(0);
  }
  return counted;
}

describe('Prometheus requests per refresh', () => {
  test('are as many for 1, 10 and 100 namespaces and for 1 and 100 viewers', async () => {
    const counts: Record<string, number> = {};
    for (const namespaces of [1, 10, 100]) {
      for (const viewers of [1, 100]) {
        counts[`${namespaces} namespaces, ${viewers} viewers`] =
          (await requestsOf(namespaces, viewers)) / REFRESHES;
      }
    }
    // Requests, latency of both sides, two sizes, three TCP metrics.
    expect(counts).toEqual(Object.fromEntries(Object.keys(counts).map((name) => [name, 8])));
  });
});
