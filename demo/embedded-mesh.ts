import { startControllers } from '@/demo/controllers/controllers';
import { startControlApi } from '@/demo/control-api';
import { startJaegerApi } from '@/demo/jaeger/jaeger-api';
import { TraceMemory } from '@/demo/jaeger/trace-memory';
import { DEMO_CONTEXT, writeKubeconfig, type KubeconfigCluster } from '@/demo/kubeconfig';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { AccessLogs } from '@/demo/kubernetes/access-log';
import type { Denial } from '@/demo/kubernetes/api-context';
import { startKubernetesApi, type KubernetesApi } from '@/demo/kubernetes/api-server';
import { isObject } from '@/demo/kubernetes/json';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { parseWebhook, type RefusingWebhook } from '@/demo/kubernetes/refusing-webhook';
import type { DemoOptions } from '@/demo/options';
import { startPrometheusApi } from '@/demo/prometheus/api-server';
import { SampleStore } from '@/demo/prometheus/sample-store';
import { scaledScenario } from '@/demo/scenario/scaled-scenario';
import { CLUSTER_NAMES, twoClusterScenario } from '@/demo/scenario/second-cluster';
import type { Scenario } from '@/demo/scenario/scenario';
import { standardScenario } from '@/demo/scenario/standard-scenario';
import { ENVOY_BUCKETS } from '@/demo/traffic/emit/emitter';
import { SeededRandom } from '@/demo/traffic/seeded-random';
import { TraceSampler } from '@/demo/traffic/tracing/trace-sampler';
import { TrafficEngine } from '@/demo/traffic/traffic-engine';

/** Where everything listens. */
export interface DemoAddresses {
  readonly kubernetesUrl: string;
  /** Every cluster, by its context in the kubeconfig; `kubernetesUrl` is the first's. */
  readonly clusters: readonly KubeconfigCluster[];
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
  'unscraped',
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
  const scenario = scenarioOf(options);
  const built = [scenario.objects, ...scenario.others].map((objects, at) =>
    buildCluster(objects, options.seed + at),
  );
  const stores = built.map(({ store }) => store);
  const samples = new SampleStore();
  const traces = new TraceMemory();
  const { engine, sampler } = simulate(options, scenario, stores, samples, traces);
  const logs = new AccessLogs(sampler.accessLog);
  const clusters = stores.map((store) => new RestartableKubernetes(store, logs, options.host));
  for (const [at, cluster] of clusters.entries()) {
    await cluster.start(at === 0 ? options.kubernetesPort : 0);
  }
  const contexts = clusters.map(({ url }, at) => ({ name: scenario.contexts[at] ?? '', url }));
  const clusterOf = (body: unknown) => clusterNamed(scenario, clusters, body);
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
      objects: sumOf(stores.map((store) => store.resourceVersion)),
      pods: sumOf(stores.map((store) => store.list('', 'Pod').length)),
      series: samples.seriesCount,
      seed: options.seed,
      kubernetes: clusters.every(({ isRunning }) => isRunning) ? 'running' : 'stopped',
    }),
    'POST /kubernetes/drop-watches': (body) => clusterOf(body).running().dropWatches(),
    'POST /kubernetes/expire-history': (body) => clusterOf(body).running().expireHistory(),
    // Every cluster has it; a webhook is refusing, so that one alone would be no different.
    'POST /kubernetes/webhook': (body) => {
      for (const cluster of clusters) cluster.setWebhook(parseWebhook(body));
    },
    'POST /kubernetes/clock': (body) => clusterOf(body).setClock(offsetOf(body)),
    'POST /kubernetes/deny': (body) => clusterOf(body).setDenials(denialsOf(body)),
    'POST /kubernetes/stop': (body) => clusterOf(body).stop(),
    'POST /kubernetes/start': (body) => clusterOf(body).start(clusterOf(body).port),
    'POST /prometheus/fault': (body) => prometheus.setFault(faultOf(body, PROMETHEUS_FAULTS)),
    'POST /prometheus/clock': (body) => prometheus.setClock(offsetOf(body)),
    'POST /jaeger/fault': (body) => jaeger.setFault(faultOf(body, JAEGER_FAULTS)),
  });
  engine.start();
  // After the engine's timer, so that at one second each sample holds the step that ended just before it.
  const scrape = setInterval(() => samples.snapshot(Date.now()), options.scrapeIntervalMs);
  return {
    addresses: {
      kubernetesUrl: clusters[0]?.url ?? '',
      clusters: contexts,
      prometheusUrl: prometheus.url,
      jaegerUrl: jaeger.url,
      controlUrl: control.url,
      kubeconfig: writeKubeconfig(contexts, options.kubeconfig),
    },
    async close() {
      clearInterval(scrape);
      engine.stop();
      for (const { controllers } of built) controllers.close();
      await Promise.all([
        ...clusters.map((cluster) => cluster.stop()),
        prometheus.close(),
        jaeger.close(),
        control.close(),
      ]);
    },
  };
}

/** What is simulated, by cluster: the first, and the others with what they hold. */
interface DemoScenario extends Scenario {
  readonly others: readonly (readonly KubernetesObject[])[];
  /** In the kubeconfig, in the same order. */
  readonly contexts: readonly string[];
}

function scenarioOf({ services, clusters, seed }: DemoOptions): DemoScenario {
  const alone = { others: [], contexts: [DEMO_CONTEXT] };
  if (services !== null) return { ...scaledScenario(services, seed), ...alone };
  if (clusters === 1) return { ...standardScenario(), ...alone };
  const { second, ...first } = twoClusterScenario();
  const { first: name, second: other } = CLUSTER_NAMES;
  return { ...first, others: [second], contexts: [name, other] };
}

/** The cluster that `{ cluster }` of an action's body names by its context; the first without it. */
function clusterNamed(
  { contexts }: DemoScenario,
  clusters: readonly RestartableKubernetes[],
  body: unknown,
): RestartableKubernetes {
  const wanted = isObject(body) ? body['cluster'] : undefined;
  const found = clusters[wanted === undefined ? 0 : contexts.findIndex((name) => name === wanted)];
  if (found === undefined) throw new Error(`cluster must be one of ${contexts.join(', ')}`);
  return found;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** A cluster that has stood for a while: whatever the scenario brings is {@link CLUSTER_AGE_MS} old and settled. */
function buildCluster(
  objects: Scenario['objects'],
  seed: number,
): { store: ObjectStore; controllers: { close(): void } } {
  const random = new SeededRandom(seed ^ 0xc1a5);
  const builtAtMs = Date.now();
  let ageMs = CLUSTER_AGE_MS;
  const store = new ObjectStore({
    now: () => new Date(ageMs > 0 ? builtAtMs - ageMs : Date.now()),
    random: () => random.next(),
  });
  for (const object of objects) store.apply(object);
  const controllers = startControllers(store);
  ageMs = 0;
  return { store, controllers };
}

function simulate(
  options: DemoOptions,
  scenario: Scenario,
  [reader, ...others]: readonly ObjectStore[],
  samples: SampleStore,
  traces: TraceMemory,
): { engine: TrafficEngine; sampler: TraceSampler } {
  if (reader === undefined) throw new Error('there is no cluster to simulate');
  const sampler = new TraceSampler(traces, options.seed);
  let tracesPerSecond = TRACES_PER_SECOND.past;
  const engine = new TrafficEngine({
    reader,
    others,
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
  private clockOffsetMs = 0;
  private denials: readonly Denial[] = [];
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

  /** Lets answers tell a time that is off by so much, milliseconds. */
  setClock(offsetMs: number): void {
    this.clockOffsetMs = offsetMs;
  }

  /** What the caller may not do from now on. */
  setDenials(denials: readonly Denial[]): void {
    this.denials = denials;
  }

  async start(port: number): Promise<void> {
    if (this.api !== null) return;
    this.api = await startKubernetesApi({
      store: this.store,
      host: this.host,
      port,
      logs: this.logs,
      clockOffsetMs: () => this.clockOffsetMs,
      denies: () => this.denials,
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

/** Milliseconds of `{ offsetMs }`; 0 without it. */
function offsetOf(body: unknown): number {
  const offsetMs = isObject(body) ? body['offsetMs'] : undefined;
  return typeof offsetMs === 'number' ? offsetMs : 0;
}

const DENIED = ['verb', 'group', 'resource', 'namespace'] as const;

/** `{ denials: [{ verb, group, resource, namespace }] }`, each field optional; without it nothing is denied. */
function denialsOf(body: unknown): readonly Denial[] {
  const list = isObject(body) && Array.isArray(body['denials']) ? body['denials'] : [];
  return list.filter(isObject).map((entry) =>
    Object.fromEntries(
      DENIED.flatMap((field) => {
        const value = entry[field];
        return typeof value === 'string' ? [[field, value]] : [];
      }),
    ),
  );
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
