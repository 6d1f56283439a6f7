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

/** Samples of one series, in the order of time. */
type Samples = RawSeries['values'];

/** Every sample of the mesh's metrics in the six minutes before `atMs`, as a real Prometheus can import them. */
export async function meshHistory(url: string, atMs: number): Promise<string> {
  return readHistory(url, atMs, (values) => values);
}

const STEP_SECONDS = 5;
const STEPS = 72;

/**
 * The same series, but each grows steadily by what it grew in these six minutes, with a sample every five seconds: stores
 * that take rates over a window in different ways must then agree exactly.
 */
export async function steadyHistory(url: string, atMs: number): Promise<string> {
  const startSeconds = Math.floor(atMs / 1000) - STEPS * STEP_SECONDS;
  return readHistory(url, atMs, (values) => {
    const growth = Number(values.at(-1)?.[1] ?? 0) - Number(values[0]?.[1] ?? 0);
    return Array.from({ length: STEPS + 1 }, (_, step) => [
      startSeconds + step * STEP_SECONDS,
      // So far from zero that nobody takes the counter for new.
      String(growth * (10 + step / STEPS)),
    ]);
  });
}

async function readHistory(
  url: string,
  atMs: number,
  change: (values: Samples) => Samples,
): Promise<string> {
  const lines: string[] = [];
  for (const name of METRICS) {
    const query = new URLSearchParams({ query: `${name}[6m]`, time: String(atMs / 1000) });
    const response = await fetch(`${url}/api/v1/query?${query.toString()}`);
    const body = (await response.json()) as { data: { result: readonly RawSeries[] } };
    for (const { metric, values } of body.data.result) {
      const labels = Object.entries(metric)
        .filter(([label]) => label !== '__name__')
        .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
      for (const [seconds, value] of change(values))
        lines.push(`${name}{${labels.join(',')}} ${value} ${seconds}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}
