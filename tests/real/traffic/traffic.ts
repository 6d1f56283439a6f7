import { startPrometheusApi, type PrometheusApi } from '@/demo/prometheus/api-server';
import { SampleStore } from '@/demo/prometheus/sample-store';
import type { ApplicationModel } from '@/demo/traffic/behaviour';
import { TraceSampler } from '@/demo/traffic/tracing/trace-sampler';
import { TrafficEngine } from '@/demo/traffic/traffic-engine';
import type { RealCluster } from '@/tests/real/cluster/real-cluster';
import { ApiReader } from '@/tests/real/traffic/api-reader';
import { OtlpExporter } from '@/tests/real/traffic/otlp-exporter';

const SEED = 11;
const TRACES_PER_SECOND = 4;

/**
 * The traffic of the demo on a real cluster: the engine follows the objects of the real API server, shows what proxies
 * would count on a page for Prometheus, and sends the spans that they would send.
 */
export class Traffic {
  private constructor(
    private readonly engine: TrafficEngine,
    private readonly reader: ApiReader,
    private readonly page: PrometheusApi,
    private readonly scrape: NodeJS.Timeout,
    /** What of the spans could not be sent. */
    readonly spanFaults: readonly string[],
  ) {}

  /** Starts the traffic of an application; its spans go to `otlpUrl`. */
  static async start(
    cluster: RealCluster,
    application: ApplicationModel,
    otlpUrl: string,
  ): Promise<Traffic> {
    const reader = new ApiReader(cluster.client('admin'));
    await reader.start();
    const store = new SampleStore();
    const exporter = new OtlpExporter(otlpUrl);
    const sampler = new TraceSampler(exporter, SEED);
    const engine = new TrafficEngine({
      reader,
      registry: store,
      application,
      seed: SEED,
      onStep: (plan, atMs, seconds) => sampler.sample(plan, atMs, seconds, TRACES_PER_SECOND),
    });
    sampler.follow(engine.effects);
    const page = await startPrometheusApi({ store, host: '127.0.0.1', port: 0 });
    engine.start();
    const scrape = setInterval(() => store.snapshot(Date.now()), 1000);
    return new Traffic(engine, reader, page, scrape, exporter.faults);
  }

  /** The page for Prometheus. */
  get metricsUrl(): string {
    return `${this.page.url}/metrics`;
  }

  async stop(): Promise<void> {
    clearInterval(this.scrape);
    this.engine.stop();
    this.reader.stop();
    await this.page.close();
  }
}
