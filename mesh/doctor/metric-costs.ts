/** Metrics of the mesh that Fanari asks for, and what is missing on screen without them. */
export const metricCosts = {
  istio_requests_total: 'no request rates, errors, splits or health of HTTP and gRPC',
  istio_request_duration_milliseconds_bucket: 'no latency',
  istio_request_duration_milliseconds_count: 'no latency',
  istio_request_duration_milliseconds_sum: 'no latency where all requests are alike',
  istio_request_bytes_sum: 'no request sizes',
  istio_response_bytes_sum: 'no response sizes',
  istio_tcp_received_bytes_total: 'no TCP edges',
  istio_tcp_sent_bytes_total: 'no TCP bytes from servers',
  istio_tcp_connections_opened_total: 'no rates, splits or health of TCP',
} as const satisfies Readonly<Record<string, string>>;

/** Labels of `istio_requests_total` that Fanari reads, and what is missing on screen without them. */
export const labelCosts = {
  reporter: 'nothing can be counted once: clients and servers cannot be told apart',
  source_workload: 'clients have no names',
  source_workload_namespace: 'clients have no namespaces',
  source_canonical_service: 'clients have no app in the views of apps',
  source_canonical_revision: 'clients have no version in the views of versions',
  source_principal: 'identities of clients are not shown',
  destination_workload: 'servers have no names',
  destination_workload_namespace: 'servers have no namespaces',
  destination_canonical_service: 'servers have no app in the views of apps',
  destination_canonical_revision: 'servers have no version in the views of versions',
  destination_principal: 'identities of servers are not shown',
  destination_service: 'no services between callers and versions, and no observed shares of splits',
  destination_service_name: 'traffic that leaves the mesh is not told apart',
  destination_service_namespace: 'services of the same name may be mixed up',
  request_protocol: 'HTTP and gRPC are not told apart',
  response_code: 'no error ratios and no health',
  grpc_response_status: 'failures of gRPC are not seen',
  response_flags: 'no reasons of proxies for errors',
  connection_security_policy: 'whether traffic is encrypted is not observed',
} as const satisfies Readonly<Record<string, string>>;

/** Without these there are no edges. */
export const essentialLabels: ReadonlySet<string> = new Set([
  'reporter',
  'source_workload',
  'destination_workload',
  'destination_service',
  'response_code',
]);
