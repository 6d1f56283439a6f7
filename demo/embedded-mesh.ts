import { startControllers } from '@/demo/controllers/controllers';
import { startControlApi } from '@/demo/control-api';
import { startJaegerApi } from '@/demo/jaeger/jaeger-api';
import { TraceMemory } from '@/demo/jaeger/trace-memory';
import { writeKubeconfig } from '@/demo/kubeconfig';
import { AccessLogs } from '@/demo/kubernetes/access-log';
import { startKubernetesApi, type KubernetesApi } from '@/demo/kubernetes/api-server';
import { isObject } from '@/demo/kubernetes/json';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { parseWebhook, type RefusingWebhook } from '@/demo/kubernetes/refusing-webhook';
import type { DemoOptions } from '@/demo/options';
import { startPrometheusApi } from '@/demo/prometheus/api-server';
import { SampleStore } from '@/demo/prometheus/sample-store';
import { scaledScenario } from '@/demo/scenario/scaled-scenario';
import type { Scenario } from '@/demo/scenario/scenario';
import { standardScenario } from '@/demo/scenario/standard-scenario';
import { ENVOY_BUCKETS } from '@/demo/traffic/emit/emitter';
import { SeededRandom } from '@/demo/traffic/seeded-random';
import { TraceSampler } from '@/demo/traffic/tracing/trace-sampler';
import { TrafficEngine } from '@/demo/traffic/traffic-engine';

/** Where everything listens. */
export interface DemoAddresses {
  readonly kubernetesUrl: string;
  readonly prometheusUrl: string;
  readonly jaegerUrl: string;
  readonly controlUrl: string;
  readonly kubeconfig: string;
}

/** A running embedded mesh. */
export interface EmbeddedMesh {
  readonly addresses: DemoAddresses;
  close(): Promise<void>;
}

/** Transactions traced each second: while running, and in the simulated past. */
const TRACES_PER_SECOND = { live: 2, past: 0.3 };

const PROMETHEUS_FAULTS = [
  'unavailable',
  'unprocessable',
  'garbage',
  'nan',
  'slow',
  'hang',
] as const;
const JAEGER_FAULTS = ['unavailable', 'garbage', 'slow', 'hang'] as const;

/**
 * The older past is not sampled more finely than this, so that a short scrape interval does not make the start slow; a
 * generated mesh, which may be large, has the pace of Istio's own Prometheus there.
 */
const MIN_PAST_STEP_MS = { standard: 5000, generated: 15_000 };
/** The newest past has the pace of what follows, so that rates over a minute do not change their grain at start. */
const FINE_PAST_MS = 60_000;

const CLUSTER_AGE_MS = 12 * 86_400_000;

/** Starts the embedded mesh with its past already simulated. Rejects when a port is taken. */
export async function startEmbeddedMesh(options: DemoOptions): Promise<EmbeddedMesh> {
  const scenario =
    options.services === null ? standardScenario() : scaledScenario(options.services, options.seed);
  const { store, controllers } = buildCluster(scenario, options.seed);
  const samples = new SampleStore();
  const traces = new TraceMemory();
  const { engine, sampler } = simulate(options, scenario, store, samples, traces);
  const kubernetes = new RestartableKubernetes(
    store,
    new AccessLogs(sampler.accessLog),
    options.host,
  );
  await kubernetes.start(options.kubernetesPort);
  const prometheus = await startPrometheusApi({
    store: samples,
    host: options.host,
    port: options.prometheusPort,
    scrapeIntervalMs: options.scrapeIntervalMs,
  });
  const jaeger = await startJaegerApi({
    store: traces,
    host: options.host,
    port: options.jaegerPort,
  });
  const control = await startControlApi(options.controlPort, {
    'GET /state': () => ({
      objects: store.resourceVersion,
      pods: store.list('', 'Pod').length,
      series: samples.seriesCount,
      seed: options.seed,
      kubernetes: kubernetes.isRunning ? 'running' : 'stopped',
    }),
    'POST /kubernetes/drop-watches': () => kubernetes.running().dropWatches(),
    'POST /kubernetes/expire-history': () => kubernetes.running().expireHistory(),
    'POST /kubernetes/webhook': (body) => kubernetes.setWebhook(parseWebhook(body)),
    'POST /kubernetes/stop': () => kubernetes.stop(),
    'POST /kubernetes/start': () => kubernetes.start(kubernetes.port),
    'POST /prometheus/fault': (body) => prometheus.setFault(faultOf(body, PROMETHEUS_FAULTS)),
    'POST /jaeger/fault': (body) => jaeger.setFault(faultOf(body, JAEGER_FAULTS)),
  });
  engine.start();
  // After the engine's timer, so that at one second each sample holds the step that ended just before it.
  const scrape = setInterval(() => samples.snapshot(Date.now()), options.scrapeIntervalMs);
  return {
    addresses: {
      kubernetesUrl: kubernetes.url,
      prometheusUrl: prometheus.url,
      jaegerUrl: jaeger.url,
      controlUrl: control.url,
      kubeconfig: writeKubeconfig(kubernetes.url, options.kubeconfig),
    },
    async close() {
      clearInterval(scrape);
      engine.stop();
      controllers.close();
      await Promise.all([kubernetes.stop(), prometheus.close(), jaeger.close(), control.close()]);
    },
  };
}

/** A cluster that has stood for a while: whatever the scenario brings is {@link CLUSTER_AGE_MS} old and settled. */
function buildCluster(
  scenario: Scenario,
  seed: number,
): { store: ObjectStore; controllers: { close(): void } } {
  const random = new SeededRandom(seed ^ 0xc1a5);
  const builtAtMs = Date.now();
  let ageMs = CLUSTER_AGE_MS;
  const store = new ObjectStore({
    now: () => new Date(ageMs > 0 ? builtAtMs - ageMs : Date.now()),
    random: () => random.next(),
  });
  for (const object of scenario.objects) store.apply(object);
  const controllers = startControllers(store);
  ageMs = 0;
  return { store, controllers };
}

function simulate(
  options: DemoOptions,
  scenario: Scenario,
  store: ObjectStore,
  samples: SampleStore,
  traces: TraceMemory,
): { engine: TrafficEngine; sampler: TraceSampler } {
  const sampler = new TraceSampler(traces, options.seed);
  let tracesPerSecond = TRACES_PER_SECOND.past;
  const engine = new TrafficEngine({
    reader: store,
    registry: samples,
    application: scenario.application,
    seed: options.seed,
    sizeBuckets: options.services === null ? ENVOY_BUCKETS : [],
    onStep: (plan, atMs, seconds) => sampler.sample(plan, atMs, seconds, tracesPerSecond),
  });
  sampler.follow(engine.effects);
  simulatePast(engine, options);
  tracesPerSecond = TRACES_PER_SECOND.live;
  return { engine, sampler };
}

function simulatePast(engine: TrafficEngine, options: DemoOptions): void {
  const { scrapeIntervalMs, historyMs } = options;
  const minStepMs = MIN_PAST_STEP_MS[options.services === null ? 'standard' : 'generated'];
  const stepMs = Math.max(scrapeIntervalMs, minStepMs);
  const nowMs = Date.now();
  const fineFromMs = nowMs - Math.min(historyMs, FINE_PAST_MS);
  engine.simulateHistory(nowMs - historyMs, fineFromMs, stepMs);
  engine.simulateHistory(fineFromMs + scrapeIntervalMs, nowMs, scrapeIntervalMs);
}

/** The Kubernetes API as something that tests can take away and bring back at the same address. */
class RestartableKubernetes {
  private api: KubernetesApi | null = null;
  private webhook: RefusingWebhook | null = null;
  url = '';

  constructor(
    private readonly store: ObjectStore,
    private readonly logs: AccessLogs,
    private readonly host: string,
  ) {}

  get isRunning(): boolean {
    return this.api !== null;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  running(): KubernetesApi {
    if (this.api === null) throw new Error('the Kubernetes API is stopped');
    return this.api;
  }

  /** Refuses writes from now on, also after a restart; `null`: no more. */
  setWebhook(webhook: RefusingWebhook | null): void {
    this.webhook = webhook;
  }

  async start(port: number): Promise<void> {
    if (this.api !== null) return;
    this.api = await startKubernetesApi({
      store: this.store,
      host: this.host,
      port,
      logs: this.logs,
      webhooks: () => (this.webhook === null ? [] : [this.webhook]),
    });
    this.url = this.api.url;
  }

  async stop(): Promise<void> {
    const { api } = this;
    this.api = null;
    await api?.close();
  }
}

/**
 * A fault as the control API takes it, `{ kind, delayMs? }`; `{}`, `null` or no body ends it. Throws an `Error` that
 * names the kinds there are.
 */
function faultOf<Kind extends string>(
  body: unknown,
  kinds: readonly Kind[],
): { kind: Kind; delayMs?: number } | null {
  if (!isObject(body) || Object.keys(body).length === 0) return null;
  const kind = kinds.find((candidate) => candidate === body['kind']);
  if (kind === undefined) throw new Error(`kind must be one of ${kinds.join(', ')}`);
  const { delayMs } = body;
  return typeof delayMs === 'number' ? { kind, delayMs } : { kind };
}
