import type {
  HistogramHandle,
  Labels,
  MetricRegistry,
  SeriesHandle,
} from '@/demo/prometheus/metric-registry';
import type { HttpReport, TcpReport } from '@/demo/traffic/flow/flow-plan';
import { drawMany } from '@/demo/traffic/latency';
import type { SeededRandom } from '@/demo/traffic/seeded-random';

/** Upper bounds of Envoy's default histogram buckets, used by Istio for milliseconds and bytes alike. */
export const ENVOY_BUCKETS: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];

/** Time that the client's proxy measures on top of the server's: one hop and two proxies. */
const HOP_MS = 0.7;

interface HttpMeter {
  readonly requests: SeriesHandle;
  readonly duration: HistogramHandle;
  readonly requestBytes: HistogramHandle;
  readonly responseBytes: HistogramHandle;
}

interface TcpMeter {
  readonly sent: SeriesHandle;
  readonly received: SeriesHandle;
  readonly opened: SeriesHandle;
  readonly closed: SeriesHandle;
}

/** Turns counted outcomes into Istio's metrics. A series comes into being with its first count, as in a real proxy. */
export class Emitter {
  private readonly http = new WeakMap<Labels, HttpMeter>();
  private readonly tcp = new WeakMap<Labels, TcpMeter>();

  /** `sizeBuckets` are the bounds of the byte histograms; fewer of them make a large mesh affordable. */
  constructor(
    private readonly registry: MetricRegistry,
    private readonly random: SeededRandom,
    private readonly sizeBuckets: readonly number[],
  ) {}

  /** Counts `count` requests that ended alike, at each proxy that saw them or at the server's only. */
  recordHttp(report: HttpReport, count: number, side: 'both' | 'server' = 'both'): void {
    if (count <= 0) return;
    const { labels } = report;
    const client =
      side === 'server' || labels.client === null ? null : this.httpMeter(labels.client);
    const server = labels.server === null ? null : this.httpMeter(labels.server);
    if (client === null && server === null) return;
    this.countHttp(client, report, count);
    this.countHttp(server, report, count);
    drawMany(report.latency, count, this.random, (valueMs, part) => {
      const capped = Math.min(valueMs, report.maxMs);
      client?.duration.observe(capped + HOP_MS, part);
      server?.duration.observe(capped, part);
    });
  }

  /** Counts `exchanges` on TCP connections of which `opened` were new (and as many ended). */
  recordTcp(report: TcpReport, exchanges: number, opened: number): void {
    if (exchanges <= 0) return;
    const noise = 1 + 0.1 * this.random.normal();
    const scale = exchanges * Math.min(1.5, Math.max(0.5, noise));
    for (const labels of [report.labels.client, report.labels.server]) {
      if (labels === null) continue;
      const meter = this.tcpMeter(labels);
      meter.received.add(Math.round(report.requestBytes * scale));
      meter.sent.add(Math.round(report.responseBytes * scale));
      meter.opened.add(opened);
      meter.closed.add(opened);
    }
  }

  private countHttp(meter: HttpMeter | null, report: HttpReport, count: number): void {
    if (meter === null) return;
    meter.requests.add(count);
    meter.requestBytes.observe(report.requestBytes, count);
    meter.responseBytes.observe(report.responseBytes, count);
  }

  private httpMeter(labels: Labels): HttpMeter {
    let meter = this.http.get(labels);
    if (meter === undefined) {
      const { registry, sizeBuckets } = this;
      meter = {
        requests: registry.counter(
          'istio_requests_total',
          'Requests handled by an Istio proxy.',
          labels,
        ),
        duration: registry.histogram(
          'istio_request_duration_milliseconds',
          'Duration of requests.',
          ENVOY_BUCKETS,
          labels,
        ),
        requestBytes: registry.histogram(
          'istio_request_bytes',
          'Size of requests.',
          sizeBuckets,
          labels,
        ),
        responseBytes: registry.histogram(
          'istio_response_bytes',
          'Size of responses.',
          sizeBuckets,
          labels,
        ),
      };
      this.http.set(labels, meter);
    }
    return meter;
  }

  private tcpMeter(labels: Labels): TcpMeter {
    let meter = this.tcp.get(labels);
    if (meter === undefined) {
      const counter = (name: string, help: string): SeriesHandle =>
        this.registry.counter(name, help, labels);
      meter = {
        sent: counter('istio_tcp_sent_bytes_total', 'Bytes from server to client.'),
        received: counter('istio_tcp_received_bytes_total', 'Bytes from client to server.'),
        opened: counter('istio_tcp_connections_opened_total', 'Connections opened.'),
        closed: counter('istio_tcp_connections_closed_total', 'Connections closed.'),
      };
      this.tcp.set(labels, meter);
    }
    return meter;
  }
}
