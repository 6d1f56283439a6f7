import type {
  HistogramHandle,
  Labels,
  MetricRegistry,
  SeriesHandle,
} from '@/demo/prometheus/metric-registry';
import { workloadKey } from '@/demo/traffic/model/mesh-model';
import type { HttpReport, ReportLabels, TcpReport } from '@/demo/traffic/flow/flow-plan';
import { drawMany } from '@/demo/traffic/latency';
import type { SeededRandom } from '@/demo/traffic/seeded-random';

/** Upper bounds of Envoy's default histogram buckets, used by Istio for milliseconds and bytes alike. */
export const ENVOY_BUCKETS: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];

/** Time that the client's proxy measures on top of the server's: one hop and two proxies. */
const HOP_MS = 0.7;
/** Requests that one connection through an east-west gateway carries before it is opened anew. */
const PER_TUNNEL = 100;
/** Durations are observed in steps of 1/64 ms (Envoy itself: whole milliseconds); their sums are exact and pack well. */
const STEPS_PER_MS = 64;

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

const HTTP_METRICS = {
  requests: 'istio_requests_total',
  duration: 'istio_request_duration_milliseconds',
  requestBytes: 'istio_request_bytes',
  responseBytes: 'istio_response_bytes',
};

const TCP_METRICS = {
  sent: 'istio_tcp_sent_bytes_total',
  received: 'istio_tcp_received_bytes_total',
  opened: 'istio_tcp_connections_opened_total',
  closed: 'istio_tcp_connections_closed_total',
};

/** Turns counted outcomes into Istio's metrics. A series comes into being with its first count, as in a real proxy. */
export class Emitter {
  private readonly http = new MeterCache((labels) => this.makeHttpMeter(labels));
  private readonly tcp = new MeterCache((labels) => this.makeTcpMeter(labels));

  /** `sizeBuckets` are the bounds of the byte histograms; fewer of them make a large mesh affordable. */
  constructor(
    private readonly registry: MetricRegistry,
    private readonly random: SeededRandom,
    private readonly sizeBuckets: readonly number[],
  ) {}

  /** Counts `count` requests that ended alike, at each proxy that saw them or at the server's only. */
  recordHttp(report: HttpReport, count: number, side: 'both' | 'server' = 'both'): void {
    if (count <= 0) return;
    const meters = this.http.of(report.labels);
    const client = side === 'server' ? null : meters.client;
    const { server } = meters;
    if (client === null && server === null) return;
    if (report.gateway !== null)
      this.recordTcp(report.gateway, count, Math.ceil(count / PER_TUNNEL));
    this.countHttp(client, report, count);
    this.countHttp(server, report, count);
    drawMany(report.latency, count, this.random, (valueMs, part) => {
      const capped = Math.min(valueMs, report.maxMs);
      client?.duration.observe(inSteps(capped + HOP_MS), part);
      server?.duration.observe(inSteps(capped), part);
    });
  }

  /** Counts `exchanges` on TCP connections of which `opened` were new (and as many ended). */
  recordTcp(report: TcpReport, exchanges: number, opened: number): void {
    if (exchanges <= 0) return;
    const noise = 1 + 0.1 * this.random.normal();
    const scale = exchanges * Math.min(1.5, Math.max(0.5, noise));
    const { client, server } = this.tcp.of(report.labels);
    for (const meter of [client, server]) {
      if (meter === null) continue;
      meter.received.add(Math.round(report.requestBytes * scale));
      meter.sent.add(Math.round(report.responseBytes * scale));
      meter.opened.add(opened);
      meter.closed.add(opened);
    }
  }

  /** Forgets which series the reports of the last plan counted in; their values stay. */
  forgetReports(): void {
    this.http.forgetReports();
    this.tcp.forgetReports();
  }

  /** Ends every series that only proxies of absent workloads exposed. `isPresent` gets its key. */
  endAbsent(isPresent: (workloadKey: string) => boolean): void {
    for (const [cache, metrics] of [
      [this.http, HTTP_METRICS],
      [this.tcp, TCP_METRICS],
    ] as const) {
      for (const labels of cache.labelSets()) {
        if (isPresent(reportingWorkload(labels))) continue;
        for (const name of Object.values(metrics)) this.registry.endSeries(name, labels);
      }
    }
  }

  private countHttp(meter: HttpMeter | null, report: HttpReport, count: number): void {
    if (meter === null) return;
    meter.requests.add(count);
    meter.requestBytes.observe(report.requestBytes, count);
    meter.responseBytes.observe(report.responseBytes, count);
  }

  private makeHttpMeter(labels: Labels): HttpMeter {
    const { registry, sizeBuckets } = this;
    const histogram = (name: string, help: string, bounds: readonly number[]): HistogramHandle =>
      registry.histogram(name, help, bounds, labels);
    return {
      requests: registry.counter(HTTP_METRICS.requests, 'Requests handled by a proxy.', labels),
      duration: histogram(HTTP_METRICS.duration, 'Duration of requests.', ENVOY_BUCKETS),
      requestBytes: histogram(HTTP_METRICS.requestBytes, 'Size of requests.', sizeBuckets),
      responseBytes: histogram(HTTP_METRICS.responseBytes, 'Size of responses.', sizeBuckets),
    };
  }

  private makeTcpMeter(labels: Labels): TcpMeter {
    const counter = (name: string, help: string): SeriesHandle =>
      this.registry.counter(name, help, labels);
    return {
      sent: counter(TCP_METRICS.sent, 'Bytes from server to client.'),
      received: counter(TCP_METRICS.received, 'Bytes from client to server.'),
      opened: counter(TCP_METRICS.opened, 'Connections opened.'),
      closed: counter(TCP_METRICS.closed, 'Connections closed.'),
    };
  }
}

function inSteps(valueMs: number): number {
  return Math.max(1, Math.round(valueMs * STEPS_PER_MS)) / STEPS_PER_MS;
}

/** The key of the workload whose proxies expose a series. */
function reportingWorkload(labels: Labels): string {
  const side = labels['reporter'] === 'source' ? 'source' : 'destination';
  return workloadKey(
    labels[`${side}_cluster`] ?? '',
    labels[`${side}_workload_namespace`] ?? '',
    labels[`${side}_workload`] ?? '',
  );
}

/** The meters of the two ends of a report; `null`: that end reports nothing. */
interface ReportMeters<Meter> {
  readonly client: Meter | null;
  readonly server: Meter | null;
}

/** Meters by report, and for the reports of a new plan by label values, so that a change costs no new series look-up. */
class MeterCache<Meter> {
  /** A plain map that {@link forgetReports} empties: the collector pays for every entry of a weak one. */
  private readonly byReport = new Map<ReportLabels, ReportMeters<Meter>>();
  private readonly byValues = new Map<string, { readonly labels: Labels; readonly meter: Meter }>();

  constructor(private readonly make: (labels: Labels) => Meter) {}

  of(report: ReportLabels): ReportMeters<Meter> {
    let meters = this.byReport.get(report);
    if (meters === undefined) {
      const { client, server } = report;
      meters = {
        client: client === null ? null : this.withLabels(client),
        server: server === null ? null : this.withLabels(server),
      };
      this.byReport.set(report, meters);
    }
    return meters;
  }

  forgetReports(): void {
    this.byReport.clear();
  }

  /** One label set for each meter. */
  *labelSets(): Iterable<Labels> {
    for (const { labels } of this.byValues.values()) yield labels;
  }

  private withLabels(labels: Labels): Meter {
    // Labels of one metric are always made with the same names in the same order.
    const key = Object.values(labels).join('\u0000');
    let entry = this.byValues.get(key);
    if (entry === undefined) {
      entry = { labels, meter: this.make(labels) };
      this.byValues.set(key, entry);
    }
    return entry.meter;
  }
}
