import type { ClusterReader } from '@/demo/kubernetes/cluster-reader';
import type { MetricRegistry } from '@/demo/prometheus/metric-registry';
import type { ApplicationModel } from '@/demo/traffic/behaviour';
import { Emitter, ENVOY_BUCKETS } from '@/demo/traffic/emit/emitter';
import { emitControlPlane } from '@/demo/traffic/emit/control-plane-metrics';
import { compilePlan } from '@/demo/traffic/flow/compile-plan';
import type { FlowPlan, RuntimeEffects } from '@/demo/traffic/flow/flow-plan';
import { FlowRunner } from '@/demo/traffic/flow/run-tick';
import { readMeshes } from '@/demo/traffic/model/read-mesh';
import { SeededRandom } from '@/demo/traffic/seeded-random';

/** What the engine needs. */
export interface TrafficOptions {
  readonly reader: ClusterReader;
  /** Further clusters of the same mesh. */
  readonly others?: readonly ClusterReader[];
  readonly registry: MetricRegistry;
  readonly application: ApplicationModel;
  readonly seed: number;
  /** Bounds of the byte histograms; default Envoy's. */
  readonly sizeBuckets?: readonly number[];
  /** Called after each live step, e.g. to sample traces. */
  readonly onStep?: (plan: FlowPlan, atMs: number, seconds: number) => void;
}

/** Changes are gathered this long before the plan is made anew. */
const SETTLE_MS = 100;
const TICK_MS = 1000;

/** Simulates the mesh's traffic: reads objects, pushes requests through them, counts what proxies would report. */
export class TrafficEngine {
  private readonly emitter: Emitter;
  private readonly runner: FlowRunner;
  private plan: FlowPlan | null = null;
  private lastStepMs: number | null = null;
  private timers: NodeJS.Timeout[] = [];
  private settle: NodeJS.Timeout | null = null;
  private unsubscribe: (() => void) | null = null;

  constructor(private readonly options: TrafficOptions) {
    const random = new SeededRandom(options.seed);
    this.emitter = new Emitter(options.registry, random, options.sizeBuckets ?? ENVOY_BUCKETS);
    this.runner = new FlowRunner(this.emitter, random, (options.seed % 97) / 97);
  }

  /** What the traffic of the last step meets that its plan does not say. */
  get effects(): RuntimeEffects {
    return this.runner;
  }

  /** Reads the objects as they are now and routes by them from the next step on. */
  recompile(): FlowPlan {
    const models = readMeshes(this.readers());
    this.plan = compilePlan(models, this.options.application);
    this.runner.setPlan(this.plan);
    this.emitter.forgetReports();
    this.emitter.endAbsent((key) =>
      models.some(({ podsByWorkload }) => podsByWorkload.get(key)?.some((pod) => pod.hasProxy)),
    );
    for (const model of models) emitControlPlane(this.options.registry, model);
    return this.plan;
  }

  /** Simulates the `seconds` that end at `atMs`. */
  step(atMs: number, seconds: number): void {
    const plan = this.plan ?? this.recompile();
    this.runner.step(atMs, seconds);
    this.lastStepMs = atMs;
    this.options.onStep?.(plan, atMs, seconds);
  }

  /** Fills the past: one step and one snapshot every `stepMs`, the last at `toMs` and the first not before `fromMs`. */
  simulateHistory(fromMs: number, toMs: number, stepMs: number): void {
    const steps = Math.floor((toMs - fromMs) / stepMs);
    for (let atMs = toMs - steps * stepMs; atMs <= toMs; atMs += stepMs) {
      this.step(atMs, stepMs / 1000);
      this.options.registry.snapshot(atMs);
    }
  }

  /** Runs one step a second from where the past ended, and follows changes of the objects until {@link stop}. */
  start(): void {
    this.lastStepMs ??= Date.now();
    const unsubscribes = this.readers().map((reader) =>
      reader.onChange(() => {
        this.settle ??= setTimeout(() => {
          this.settle = null;
          this.recompile();
        }, SETTLE_MS);
      }),
    );
    this.unsubscribe = () => unsubscribes.forEach((unsubscribe) => unsubscribe());
    this.timers.push(
      setInterval(() => {
        const nowMs = Date.now();
        // After a pause of the process only the last few seconds are made up for.
        const seconds = Math.min(5, (nowMs - (this.lastStepMs ?? nowMs)) / 1000);
        if (seconds > 0) this.step(nowMs, seconds);
      }, TICK_MS),
    );
  }

  private readers(): readonly ClusterReader[] {
    return [this.options.reader, ...(this.options.others ?? [])];
  }

  /** Ends every timer and the subscription. */
  stop(): void {
    this.unsubscribe?.();
    this.timers.forEach(clearInterval);
    this.timers = [];
    if (this.settle !== null) clearTimeout(this.settle);
  }
}
