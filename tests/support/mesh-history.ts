const METRICS = [
  'istio_requests_total',
  'istio_request_duration_milliseconds_bucket',
  'istio_request_duration_milliseconds_count',
  'istio_request_duration_milliseconds_sum',
  'istio_request_bytes_sum',
  'istio_response_bytes_sum',
  'istio_tcp_received_bytes_total',
  'istio_tcp_sent_bytes_total',
  'istio_tcp_connections_opened_total',
];

interface RawSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** Every sample of the mesh's metrics in the six minutes before `atMs`, as a real Prometheus can import them. */
export async function meshHistory(url: string, atMs: number): Promise<string> {
  const lines: string[] = [];
  for (const name of METRICS) {
    const query = new URLSearchParams({ query: `${name}[6m]`, time: String(atMs / 1000) });
    const response = await fetch(`${url}/api/v1/query?${query.toString()}`);
    const body = (await response.json()) as { data: { result: readonly RawSeries[] } };
    for (const { metric, values } of body.data.result) {
      const labels = Object.entries(metric)
        .filter(([label]) => label !== '__name__')
        .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
      for (const [seconds, value] of values)
        lines.push(`${name}{${labels.join(',')}} ${value} ${seconds}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}
