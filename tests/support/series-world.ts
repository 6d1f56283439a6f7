import type { Reporter } from '@/mesh/telemetry/telemetry';

const START_SECONDS = 1_780_000_000;
const SCRAPE_SECONDS = 5;
const SCRAPES = 60;

/** When the last sample of every counter was taken, epoch seconds. */
export const COUNTERS_END_SECONDS = START_SECONDS + SCRAPE_SECONDS * SCRAPES;

const BOUNDS_MS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

type Labels = Readonly<Record<string, string>>;
type End = string | null;

function endLabels(side: 'source' | 'destination', end: End): Labels {
  const [namespace = 'unknown', workload = 'unknown'] = (end ?? 'unknown/unknown').split('/');
  const versioned = /^(.*)-(v\d+)$/.exec(workload);
  return {
    [`${side}_workload`]: workload,
    [`${side}_workload_namespace`]: namespace,
    [`${side}_canonical_service`]: versioned?.[1] ?? workload,
    [`${side}_canonical_revision`]: versioned?.[2] ?? 'latest',
  };
}

/**
 * Counters that grow evenly, labelled as Istio labels them, as text that a real Prometheus imports. Ends are
 * `namespace/workload`, `null` for nobody with a name; rates are per second.
 */
export class SeriesWorld {
  private readonly series = new Map<string, Map<string, number>>();

  /** HTTP requests by response code, of `ms` each and all a little apart. */
  http(
    reporter: Reporter,
    from: End,
    to: End,
    host: string | null,
    codes: Readonly<Record<number, number>>,
    ms: number,
    cluster?: string,
  ): void {
    const labels = { ...edge(reporter, from, to, host, cluster), request_protocol: 'http' };
    for (const [code, rate] of Object.entries(codes)) {
      const flags = code === '0' ? 'DC' : code === '503' ? 'UF' : '-';
      this.requests({ ...labels, response_code: code, response_flags: flags }, rate, ms);
    }
  }

  /** HTTP requests whose metrics carry no response code, as a Telemetry object can have it. */
  untold(
    reporter: Reporter,
    from: End,
    to: End,
    host: string | null,
    rate: number,
    ms: number,
  ): void {
    const labels = { ...edge(reporter, from, to, host), request_protocol: 'http' };
    this.requests({ ...labels, response_flags: '-' }, rate, ms);
  }

  /** gRPC requests by gRPC status. */
  grpc(
    reporter: Reporter,
    from: End,
    to: End,
    host: string | null,
    statuses: Readonly<Record<number, number>>,
    ms: number,
  ): void {
    const labels = { ...edge(reporter, from, to, host), request_protocol: 'grpc' };
    for (const [status, rate] of Object.entries(statuses)) {
      const outcome = { response_code: '200', grpc_response_status: status, response_flags: '-' };
      this.requests({ ...labels, ...outcome }, rate, ms);
    }
  }

  /** TCP connections, and bytes of both directions. */
  tcp(
    reporter: Reporter,
    from: End,
    to: End,
    host: string | null,
    connections: number,
    bytes: number,
    cluster?: string,
  ): void {
    const labels = {
      ...edge(reporter, from, to, host, cluster),
      request_protocol: 'tcp',
      response_flags: '-',
    };
    this.add('istio_tcp_connections_opened_total', labels, connections);
    this.add('istio_tcp_received_bytes_total', labels, bytes);
    this.add('istio_tcp_sent_bytes_total', labels, 2 * bytes);
  }

  /** OpenMetrics text with timestamps for `promtool tsdb create-blocks-from openmetrics`. */
  openMetrics(): string {
    const lines: string[] = [];
    for (const [name, bySeries] of this.series) {
      for (const [labels, rate] of bySeries) {
        for (let scrape = 0; scrape <= SCRAPES; scrape += 1) {
          const seconds = scrape * SCRAPE_SECONDS;
          lines.push(`${name}{${labels}} ${rate * seconds} ${START_SECONDS + seconds}`);
        }
      }
    }
    return `${lines.join('\n')}\n# EOF\n`;
  }

  private requests(labels: Labels, rate: number, ms: number): void {
    this.add('istio_requests_total', labels, rate);
    const name = 'istio_request_duration_milliseconds';
    this.add(`${name}_count`, labels, rate);
    this.add(`${name}_sum`, labels, rate * ms);
    for (const bound of BOUNDS_MS) {
      // A fifth each at a quarter, at half, at once, at twice and at four times the time.
      const below = [0.25, 0.5, 1, 2, 4].filter((times) => times * ms <= bound).length / 5;
      this.add(`${name}_bucket`, { ...labels, le: String(bound) }, rate * below);
    }
    this.add(`${name}_bucket`, { ...labels, le: '+Inf' }, rate);
  }

  private add(name: string, labels: Labels, perSecond: number): void {
    const text = Object.entries(labels)
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(',');
    const bySeries = this.series.get(name) ?? new Map<string, number>();
    bySeries.set(text, (bySeries.get(text) ?? 0) + perSecond);
    this.series.set(name, bySeries);
  }
}

function edge(
  reporter: Reporter,
  from: End,
  to: End,
  host: string | null,
  cluster?: string,
): Labels {
  const policy = from === null ? 'none' : 'mutual_tls';
  return {
    reporter,
    ...endLabels('source', from),
    ...endLabels('destination', to),
    destination_service: host ?? 'unknown',
    destination_service_name:
      cluster ?? (to === null ? (host ?? 'unknown') : ((host ?? '').split('.')[0] ?? '')),
    destination_service_namespace: to?.split('/')[0] ?? 'unknown',
    connection_security_policy: reporter === 'source' ? 'unknown' : policy,
  };
}
