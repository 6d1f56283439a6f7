import {
  equals,
  oneOf,
  selector,
  type LabelMatcher,
} from '@/server/adapters/prometheus/label-matcher';

const EDGE_LABELS = [
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'source_canonical_service',
  'source_canonical_revision',
  'destination_workload',
  'destination_workload_namespace',
  'destination_canonical_service',
  'destination_canonical_revision',
  'destination_service',
  'destination_service_name',
  'destination_service_namespace',
];

/** What tells two edges apart where the names of apps and versions follow from the workloads. */
const END_LABELS = [
  'source_workload',
  'source_workload_namespace',
  'destination_workload',
  'destination_workload_namespace',
  'destination_service',
];

/** Where the ends run; asked for only where several clusters are watched. */
const CLUSTER_LABELS = ['source_cluster', 'destination_cluster'];

/** Labels that the queries group by. */
interface Grouping {
  readonly edge: string;
  readonly ends: string;
}

function groupingBy(labels: readonly string[]): Grouping {
  return {
    edge: [...EDGE_LABELS, ...labels].join(', '),
    ends: [...END_LABELS, ...labels].join(', '),
  };
}

const PLAIN = groupingBy([]);
const BY_CLUSTER = groupingBy(CLUSTER_LABELS);

function groupingOf(isByCluster: boolean): Grouping {
  return isByCluster ? BY_CLUSTER : PLAIN;
}

/** Metrics that between them name every edge there is. */
export const EDGE_METRICS = {
  requests: 'istio_requests_total',
  tcp: 'istio_tcp_received_bytes_total',
} as const;

const REQUESTS = EDGE_METRICS.requests;
const BUCKETS = 'istio_request_duration_milliseconds_bucket';
const COUNT = 'istio_request_duration_milliseconds_count';
const SUM = 'istio_request_duration_milliseconds_sum';

/** Value of `le` that tells the sum of a histogram from its buckets in the answer to one query. */
export const LATENCY_SUM = 'sum';

const CLIENT = equals('reporter', 'source');
const SERVER = oneOf('reporter', ['destination', 'waypoint']);

/** Names of the queries of one refresh. */
export type TelemetryQueryName =
  | 'requests'
  | 'latency-client'
  | 'latency-server'
  | 'request-bytes'
  | 'response-bytes'
  | 'tcp-received'
  | 'tcp-sent'
  | 'tcp-connections';

function requestLabels({ edge }: Grouping): string {
  return `${edge}, request_protocol, response_code, grpc_response_status, response_flags, connection_security_policy`;
}

function tcpLabels({ edge }: Grouping): string {
  return `${edge}, response_flags, connection_security_policy`;
}

/** Who the ends proved to be. They follow from the workloads and the policy, so that they hardly make more series. */
const PRINCIPALS = 'source_principal, destination_principal';

type Matchers = readonly LabelMatcher[];

/** A metric, narrowed by matchers. */
function of(metric: string, matchers: Matchers): string {
  return `${metric}${selector(matchers)}`;
}

function rateBy(labels: string, metric: string, range: string): string {
  return `sum by (${labels}) (rate(${metric}[${range}]))`;
}

/**
 * Buckets strictly between zero and the total, the totals (which have no `le`) and the sums: with a bound's value at
 * zero or at the total nothing is lost, since the reader knows every bound, and where no bucket is left the mean tells
 * which one holds everything.
 */
function latency(matchers: Matchers, range: string, { ends }: Grouping): string {
  const total = rateBy(`reporter, ${ends}`, of(COUNT, matchers), range);
  const buckets = rateBy(`reporter, ${ends}, le`, of(BUCKETS, matchers), range);
  const sum = `label_replace(${rateBy(`reporter, ${ends}`, of(SUM, matchers), range)}, "le", "${LATENCY_SUM}", "", "")`;
  return `((${buckets} > 0) < on (reporter, ${ends}) group_left () ${total}) or (${total} > 0) or ${sum}`;
}

/** Latency as clients tell it, and as servers do for edges that no client reported. */
function latencyQueries(
  matchers: Matchers,
  range: string,
  grouping: Grouping,
): Readonly<Record<'latency-client' | 'latency-server', string>> {
  const { ends } = grouping;
  const clientEnds = rateBy(ends, of(COUNT, [CLIENT, ...matchers]), range);
  return {
    'latency-client': latency([CLIENT, ...matchers], range, grouping),
    'latency-server': `(${latency([SERVER, ...matchers], range, grouping)}) unless on (${ends}) ${clientEnds}`,
  };
}

/**
 * The fixed set of queries of one refresh, for every series that meets `everywhere`; `isByCluster`: with the clusters that
 * the ends run in.
 */
export function telemetryQueries(
  windowSeconds: number,
  everywhere: Matchers,
  isByCluster = false,
): Readonly<Record<TelemetryQueryName, string>> {
  const range = `${windowSeconds}s`;
  const grouping = groupingOf(isByCluster);
  const tcp = `${tcpLabels(grouping)}, ${PRINCIPALS}`;
  const all = (metric: string) => of(metric, everywhere);
  return {
    requests: rateBy(`${requestLabels(grouping)}, ${PRINCIPALS}`, all(REQUESTS), range),
    ...latencyQueries(everywhere, range, grouping),
    'request-bytes': rateBy(grouping.edge, all('istio_request_bytes_sum'), range),
    'response-bytes': rateBy(grouping.edge, all('istio_response_bytes_sum'), range),
    'tcp-received': rateBy(tcp, all(EDGE_METRICS.tcp), range),
    'tcp-sent': rateBy(tcp, all('istio_tcp_sent_bytes_total'), range),
    'tcp-connections': rateBy(tcp, all('istio_tcp_connections_opened_total'), range),
  };
}

/** Which series have to be read so that some traffic can be merged as the graph merges it. */
export interface SeriesScope {
  /** Reports that its rates depend on: of every client of a server where some client may have no name. */
  readonly context: Matchers;
  /** Reports between its own ends, whatever the host. */
  readonly ends: Matchers;
  /** Hosts of the traffic that waypoints serve. */
  readonly waypointHosts: readonly string[];
}

/** Names of the queries of one series request. */
export type SeriesQueryName = Exclude<TelemetryQueryName, 'request-bytes' | 'response-bytes'>;

/**
 * The same rates as those of a refresh, of some traffic only, and of what its figures depend on: they are merged by the
 * same code at each step, so that a series ends where the graph stands.
 */
export function seriesQueries(
  scope: SeriesScope,
  rateSeconds: number,
  everywhere: Matchers,
  isByCluster = false,
): Readonly<Record<SeriesQueryName, string>> {
  const range = `${rateSeconds}s`;
  const grouping = groupingOf(isByCluster);
  const requests = requestLabels(grouping);
  const tcp = tcpLabels(grouping);
  const context = [...everywhere, ...scope.context];
  const ends = [...everywhere, ...scope.ends];
  return {
    requests: [
      rateBy(requests, of(REQUESTS, context), range),
      ...meshHops(requests, REQUESTS, scope, range, everywhere),
    ].join(' or '),
    ...latencyQueries(ends, range, grouping),
    'tcp-received': [
      rateBy(tcp, of(EDGE_METRICS.tcp, context), range),
      ...meshHops(tcp, EDGE_METRICS.tcp, scope, range, everywhere),
    ].join(' or '),
    'tcp-sent': rateBy(tcp, of('istio_tcp_sent_bytes_total', context), range),
    'tcp-connections': rateBy(tcp, of('istio_tcp_connections_opened_total', context), range),
  };
}

/** What waypoints and clients say of the hosts that waypoints serve: tells the legs of a request from the request. */
function meshHops(
  labels: string,
  metric: string,
  { waypointHosts }: SeriesScope,
  range: string,
  everywhere: Matchers,
): readonly string[] {
  if (waypointHosts.length === 0) return [];
  const told = [
    ...everywhere,
    oneOf('reporter', ['source', 'waypoint']),
    oneOf('destination_service', waypointHosts),
  ];
  return [rateBy(labels, of(metric, told), range)];
}

/** The metric whose `le` label lists every bound there is. */
export const LATENCY_BOUNDS_METRIC = BUCKETS;
