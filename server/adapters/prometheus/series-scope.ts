import { fail, ok, type Result } from '@/mesh/result';
import type { LabelRange, PrometheusClient } from '@/server/adapters/prometheus/client';
import {
  equals,
  oneOf,
  oneOfHosts,
  type LabelMatcher,
  type MatchableLabel,
} from '@/server/adapters/prometheus/label-matcher';
import { EDGE_METRICS, type SeriesScope } from '@/server/adapters/prometheus/queries';
import type { SourceError } from '@/server/errors';
import type { SeriesEnd, SeriesSelector } from '@/server/ports';

/** How Istio writes that it does not know. */
const UNKNOWN = 'unknown';

/** The value that matches series without the label, which a Telemetry object may have dropped. */
const MISSING = '';

/** Label values that stand for a name. */
function valuesOf(name: string): readonly string[] {
  return name === UNKNOWN ? [UNKNOWN, MISSING] : [name];
}

function endMatchers(side: 'source' | 'destination', end: SeriesEnd): readonly LabelMatcher[] {
  return [
    ...(end.cluster === undefined ? [] : [equals(`${side}_cluster`, end.cluster)]),
    ...(end.namespace === undefined ? [] : [equals(`${side}_workload_namespace`, end.namespace)]),
    ...(end.workload === undefined ? [] : [oneOf(`${side}_workload`, valuesOf(end.workload))]),
    ...(end.app === undefined ? [] : [equals(`${side}_canonical_service`, end.app)]),
    ...(end.version === undefined ? [] : [equals(`${side}_canonical_revision`, end.version)]),
  ];
}

/** Every name that ends like this one stands on one node, e.g. `InboundPassthroughCluster`. */
const CLUSTER_NAMES: Readonly<Record<string, readonly string[]>> = {
  PassthroughCluster: ['PassthroughCluster', 'InboundPassthroughCluster'],
};

function matchersOf(traffic: SeriesSelector): readonly LabelMatcher[] {
  const { destinationServices, destinationServiceName: name } = traffic;
  return [
    ...endMatchers('source', traffic.source),
    ...endMatchers('destination', traffic.destination),
    ...(destinationServices.length === 0
      ? []
      : [oneOfHosts('destination_service', destinationServices)]),
    ...(name === null ? [] : [oneOf('destination_service_name', CLUSTER_NAMES[name] ?? [name])]),
  ];
}

const LABELS = [
  'source_workload',
  'destination_workload',
  'destination_workload_namespace',
  'destination_service',
] as const satisfies readonly MatchableLabel[];

/**
 * Finds who takes part in some traffic, by five look-ups in the store's index whatever the traffic, and from that which
 * series to read. Fails with the first error.
 */
export async function seriesScope(
  client: PrometheusClient,
  traffic: SeriesSelector,
  range: LabelRange,
  signal: AbortSignal,
): Promise<Result<SeriesScope, SourceError>> {
  const matchers = matchersOf(traffic);
  const metrics = Object.values(EDGE_METRICS);
  const series = metrics.map((metric) => ({ metric, matchers }));
  const waypoint = [equals('reporter', 'waypoint')];
  const viaWaypoint = metrics.map((metric) => ({ metric, matchers: waypoint }));
  const answers = await Promise.all([
    ...LABELS.map((label) => client.labelValues(label, series, signal, range)),
    client.labelValues('destination_service', viaWaypoint, signal, range),
  ]);
  const lists: (readonly string[])[] = [];
  for (const answer of answers) {
    if (!answer.ok) return fail(answer.error);
    lists.push(answer.value);
  }
  const [clients = [], servers = [], namespaces = [], hosts = [], waypoints = []] = lists;
  const served = new Set(waypoints);
  return ok({
    ...narrowed(traffic, { clients, servers, namespaces }),
    waypointHosts: hosts.filter((host) => served.has(host)),
  });
}

interface TakingPart {
  readonly clients: readonly string[];
  readonly servers: readonly string[];
  readonly namespaces: readonly string[];
}

function narrowed(
  { source }: SeriesSelector,
  { clients, servers, namespaces }: TakingPart,
): Pick<SeriesScope, 'context' | 'ends'> {
  const into = [
    oneOf('destination_workload', [...servers, MISSING]),
    oneOf('destination_workload_namespace', [...namespaces, MISSING]),
  ];
  const ends = [...endMatchers('source', source), ...into];
  const isNamedClient = Object.keys(source).length > 0 && source.workload !== UNKNOWN;
  if (isNamedClient) return { context: ends, ends };
  // Outside the mesh nobody reports as a server, so that other clients' reports do not matter.
  const isOutside = servers.every((server) => server === UNKNOWN);
  const from = isOutside ? [oneOf('source_workload', [...clients, MISSING])] : [];
  return { context: [...into, ...from], ends: [...ends, ...from] };
}
