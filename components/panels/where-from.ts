import { formatWindow } from '@/mesh/format-window';

/** The figures that can say where they come from. */
export type FigureName =
  | 'rps'
  | 'errors'
  | 'codes'
  | 'flags'
  | 'latency'
  | 'request-bytes'
  | 'response-bytes'
  | 'tcp-request-bytes'
  | 'tcp-response-bytes'
  | 'tcp-connections'
  | 'mtls'
  | 'share'
  | 'pods';

/** Whose report a figure is from; `merged` is a node's, put together from its edges; `null` none. */
export type FigureReporter = 'source' | 'destination' | 'waypoint' | 'merged' | null;

const METRIC: Readonly<Record<FigureName, string>> = {
  rps: 'rate of istio_requests_total',
  errors:
    'istio_requests_total: 5xx, no response, or a gRPC status other than 0, over all requests',
  codes: 'rate of istio_requests_total by response_code and grpc_response_status',
  flags: 'rate of istio_requests_total by response_flags; one request can carry several',
  latency: 'quantile interpolated from the buckets of istio_request_duration_milliseconds',
  'request-bytes': 'rate of istio_request_bytes_sum',
  'response-bytes': 'rate of istio_response_bytes_sum',
  'tcp-request-bytes': 'rate of istio_tcp_received_bytes_total (client to server)',
  'tcp-response-bytes': 'rate of istio_tcp_sent_bytes_total (server to client)',
  'tcp-connections': 'rate of istio_tcp_connections_opened_total',
  mtls: 'share of connection_security_policy="mutual_tls" in server-side reports, weighted by rate',
  share: 'this edge’s rate over all that leaves its source for that service',
  pods: 'Pods of the Kubernetes API: Ready of desired',
};

const REPORT: Readonly<Record<Exclude<FigureReporter, null>, string>> = {
  source: 'reported by the client’s proxy',
  destination: 'reported by the server’s proxy',
  waypoint: 'reported by the waypoint',
  merged:
    'per edge from the client’s proxy where it reports, else the server’s, else the waypoint’s',
};

/** One sentence for a figure's tooltip: metric, reporter and window. */
export function whereFrom(
  figure: FigureName,
  reporter: FigureReporter,
  windowSeconds: number,
): string {
  if (figure === 'pods') return `${METRIC.pods}, as watched now.`;
  const whose = reporter === null || figure === 'mtls' ? '' : `, ${REPORT[reporter]}`;
  return `${METRIC[figure]}${whose}, over the last ${formatWindow(windowSeconds)}.`;
}
