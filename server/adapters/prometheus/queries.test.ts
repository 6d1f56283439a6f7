import { expect, test } from 'vitest';
import { noNames } from '@/server/adapters/prometheus/met-names';
import { telemetryQueries } from '@/server/adapters/prometheus/queries';
import { toRequests } from '@/server/adapters/prometheus/to-snapshot';

test('one cluster costs no label of clusters, and several cost no query more', () => {
  const [plain, byCluster] = [telemetryQueries(60, []), telemetryQueries(60, [], true)];
  expect(Object.keys(byCluster)).toEqual(Object.keys(plain));
  for (const query of Object.values(plain)) expect(query).not.toContain('_cluster');
  for (const query of Object.values(byCluster)) {
    expect(query).toContain('source_cluster, destination_cluster');
  }
});

const labels = {
  reporter: 'source',
  source_workload: 'web',
  source_workload_namespace: 'shop',
  source_cluster: 'east',
  destination_workload: 'api',
  destination_workload_namespace: 'shop',
  destination_cluster: 'unknown',
  request_protocol: 'http',
};

test('an end whose cluster the metrics do not say has none, and is no other peer’s', () => {
  const west = { ...labels, destination_cluster: 'west' };
  const samples = [labels, west].map((own) => ({ labels: own, value: 1 }));
  const [first, second] = toRequests(samples, noNames(true));
  expect(first?.source.cluster).toBe('east');
  expect(first?.destination.cluster).toBeNull();
  expect(second?.destination.cluster).toBe('west');
});

test('where one cluster is watched no peer has one', () => {
  const [sample] = toRequests([{ labels, value: 1 }]);
  expect(sample?.source).not.toHaveProperty('cluster');
});

test('a waypoint that does not know its destination says nothing of where it runs', () => {
  const told = { ...labels, reporter: 'waypoint', destination_cluster: 'east' };
  const known = { ...told, destination_canonical_service: 'api' };
  const samples = [told, known].map((own) => ({ labels: own, value: 1 }));
  const [guessed, proved] = toRequests(samples, noNames(true));
  expect(guessed?.destination.cluster).toBeNull();
  expect(proved?.destination.cluster).toBe('east');
});
