import {
  equals,
  oneOf,
  selector,
  type LabelMatcher,
} from '@/server/adapters/prometheus/label-matcher';
import type { SeriesEnd, SeriesSelector } from '@/server/ports';

const EDGE = [
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
].join(', ');

/** What tells two edges apart where the names of apps and versions follow from the workloads. */
const ENDS = [
  'source_workload',
  'source_workload_namespace',
  'destination_workload',
  'destination_workload_namespace',
  'destination_service',
].join(', ');

const REQUESTS = 'istio_requests_total';
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

function rateBy(labels: string, metric: string, range: string): string {
  return `sum by (${labels}) (rate(${metric}[${range}]))`;
}

/**
 * Buckets strictly between zero and the total, the totals (which have no `le`) and the sums: with a bound's value at
 * zero or at the total nothing is lost, since the reader knows every bound, and where no bucket is left the mean tells
 * which one holds everything.
 */
function latency(reporter: LabelMatcher, range: string): string {
  const matchers = selector([reporter]);
  const total = rateBy(`reporter, ${ENDS}`, `${COUNT}${matchers}`, range);
  const buckets = rateBy(`reporter, ${ENDS}, le`, `${BUCKETS}${matchers}`, range);
  const sum = `label_replace(${rateBy(`reporter, ${ENDS}`, `${SUM}${matchers}`, range)}, "le", "${LATENCY_SUM}", "", "")`;
  return `((${buckets} > 0) < on (reporter, ${ENDS}) group_left () ${total}) or (${total} > 0) or ${sum}`;
}

/** The fixed set of queries of one refresh, for the whole mesh. */
export function telemetryQueries(
  windowSeconds: number,
): Readonly<Record<TelemetryQueryName, string>> {
  const range = `${windowSeconds}s`;
  const requestLabels = `${EDGE}, request_protocol, response_code, grpc_response_status, response_flags, connection_security_policy`;
  const tcpLabels = `${EDGE}, response_flags, connection_security_policy`;
  const clientEnds = rateBy(ENDS, `${COUNT}${selector([CLIENT])}`, range);
  return {
    requests: rateBy(requestLabels, REQUESTS, range),
    'latency-client': latency(CLIENT, range),
    'latency-server': `(${latency(SERVER, range)}) unless on (${ENDS}) ${clientEnds}`,
    'request-bytes': rateBy(EDGE, 'istio_request_bytes_sum', range),
    'response-bytes': rateBy(EDGE, 'istio_response_bytes_sum', range),
    'tcp-received': rateBy(tcpLabels, 'istio_tcp_received_bytes_total', range),
    'tcp-sent': rateBy(tcpLabels, 'istio_tcp_sent_bytes_total', range),
    'tcp-connections': rateBy(tcpLabels, 'istio_tcp_connections_opened_total', range),
  };
}

/** Matches series whose `le` label lists every bound there is. */
export const LATENCY_BOUNDS_SERIES = BUCKETS;

function endMatchers(side: 'source' | 'destination', end: SeriesEnd): readonly LabelMatcher[] {
  return [
    ...(end.namespace === undefined ? [] : [equals(`${side}_workload_namespace`, end.namespace)]),
    ...(end.workload === undefined ? [] : [equals(`${side}_workload`, end.workload)]),
    ...(end.app === undefined ? [] : [equals(`${side}_canonical_service`, end.app)]),
    ...(end.version === undefined ? [] : [equals(`${side}_canonical_revision`, end.version)]),
  ];
}

/** Queries of one series request. */
export type SeriesQueryName = 'rps' | 'errorRatio' | 'latencyMsP95' | 'tcpBytesPerSecond';

/**
 * Queries over time for some traffic. As in the graph each edge counts once: as its client reports it, else as its
 * server or waypoint does.
 */
export function seriesQueries(
  traffic: SeriesSelector,
  windowSeconds: number,
): Readonly<Record<SeriesQueryName, string>> {
  const range = `${windowSeconds}s`;
  const matchers = [
    ...endMatchers('source', traffic.source),
    ...endMatchers('destination', traffic.destination),
    ...(traffic.destinationServices.length === 0
      ? []
      : [oneOf('destination_service', traffic.destinationServices)]),
    ...(traffic.destinationServiceName === null
      ? []
      : [equals('destination_service_name', traffic.destinationServiceName)]),
  ];
  const http = traffic.protocol === 'http' || traffic.protocol === 'grpc';
  const l7 = http ? [...matchers, equals('request_protocol', traffic.protocol)] : matchers;
  const total = onceEach(
    ENDS,
    `rate(${REQUESTS}${selector([CLIENT, ...l7])}[${range}])`,
    `rate(${REQUESTS}${selector([SERVER, ...l7])}[${range}])`,
    null,
  );
  const clientReported = `sum by (${ENDS}) (rate(${REQUESTS}${selector([CLIENT, ...l7])}[${range}]))`;
  const failed = onceEach(
    ENDS,
    failures([CLIENT, ...l7], range),
    failures([SERVER, ...l7], range),
    clientReported,
  );
  const told = onceEach(
    ENDS,
    toldOutcomes([CLIENT, ...l7], range),
    toldOutcomes([SERVER, ...l7], range),
    clientReported,
  );
  const buckets = onceEach(
    `${ENDS}, le`,
    `rate(${BUCKETS}${selector([CLIENT, ...l7])}[${range}])`,
    `rate(${BUCKETS}${selector([SERVER, ...l7])}[${range}])`,
    clientReported,
  );
  const tcp = ['received', 'sent'].map((direction) => {
    const metric = `istio_tcp_${direction}_bytes_total`;
    return `sum(${onceEach(ENDS, `rate(${metric}${selector([CLIENT, ...matchers])}[${range}])`, `rate(${metric}${selector([SERVER, ...matchers])}[${range}])`, null)})`;
  });
  return {
    rps: `sum(${total})`,
    errorRatio: `(sum(${failed}) or 0 * sum(${told})) / sum(${told})`,
    latencyMsP95: `histogram_quantile(0.95, sum by (le) (${buckets}))`,
    tcpBytesPerSecond: tcp.join(' + '),
  };
}

function failures(matchers: readonly LabelMatcher[], range: string): string {
  const http = selector([...matchers, FAILED_HTTP]);
  const grpc = selector([...matchers, equals('request_protocol', 'grpc'), FAILED_GRPC]);
  return `(rate(${REQUESTS}${http}[${range}]) or rate(${REQUESTS}${grpc}[${range}]))`;
}

/** Requests whose metrics tell whether they failed: the rest belongs to neither part of an error ratio. */
function toldOutcomes(matchers: readonly LabelMatcher[], range: string): string {
  const http = selector([...matchers, NOT_GRPC, TOLD_HTTP]);
  const grpc = selector([...matchers, equals('request_protocol', 'grpc'), TOLD_GRPC]);
  const failed = failures(matchers, range);
  return `(rate(${REQUESTS}${http}[${range}]) or rate(${REQUESTS}${grpc}[${range}]) or ${failed})`;
}

// Patterns, not values: the builder of matchers takes values only.
const FAILED_HTTP = 'response_code=~"5..|0|-"' as LabelMatcher;
const FAILED_GRPC = 'grpc_response_status!~"0|"' as LabelMatcher;
const NOT_GRPC = 'request_protocol!="grpc"' as LabelMatcher;
const TOLD_HTTP = 'response_code!=""' as LabelMatcher;
const TOLD_GRPC = 'grpc_response_status!=""' as LabelMatcher;

/** The client's figure of each edge, and the server's of edges that no client reported. */
function onceEach(
  labels: string,
  client: string,
  server: string,
  clientReported: string | null,
): string {
  const clientSide = `sum by (${labels}) (${client})`;
  const serverSide = `sum by (${labels}) (${server})`;
  return clientReported === null
    ? `${clientSide} or ${serverSide}`
    : `${clientSide} or (${serverSide} unless on (${ENDS}) ${clientReported})`;
}
