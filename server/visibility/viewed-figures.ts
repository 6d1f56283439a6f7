import type { MetricDiagnosis } from '@/mesh/doctor/facts';
import { restrictTelemetry } from '@/mesh/visibility/restrict-telemetry';
import type { OutOfSight } from '@/mesh/visibility/out-of-sight';
import { ok, type Result } from '@/mesh/result';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { SourceError } from '@/server/errors';
import type {
  CallOptions,
  CountedTraffic,
  MetricLimits,
  MetricSource,
  SourceState,
  TelemetryReading,
  TrafficSeries,
} from '@/server/ports';
import type {
  TelemetryState,
  TelemetryWindow,
  TelemetryWindows,
} from '@/server/usecases/telemetry-window';

/** The metrics store as somebody may see it: every snapshot is restricted before anything is counted. */
export class ViewedMetrics implements MetricSource {
  constructor(
    private readonly whole: MetricSource,
    private readonly sight: () => OutOfSight,
  ) {}

  start(): void {
    // The whole one runs.
  }

  stop(): void {
    // The whole one runs on.
  }

  state(): SourceState {
    return this.whole.state();
  }

  limits(): MetricLimits {
    return this.whole.limits();
  }

  /** Of the store and of istiod, neither of which is in a namespace. */
  async diagnose(): Promise<MetricDiagnosis> {
    return this.whole.diagnose();
  }

  async readTelemetry(
    windowSeconds: number,
    options: CallOptions,
  ): Promise<Result<TelemetryReading, SourceError>> {
    const reading = await this.whole.readTelemetry(windowSeconds, options);
    if (!reading.ok) return reading;
    const { snapshot, gaps } = reading.value;
    return ok({ snapshot: restrictTelemetry(snapshot, this.sight()), gaps });
  }

  async readSeries(
    traffic: CountedTraffic,
    rangeSeconds: number,
    options: CallOptions,
  ): Promise<Result<TrafficSeries, SourceError>> {
    const sight = this.sight();
    const ratesOf = (snapshot: TelemetrySnapshot) =>
      traffic.ratesOf(restrictTelemetry(snapshot, sight));
    return this.whole.readSeries({ ...traffic, ratesOf }, rangeSeconds, options);
  }
}

interface Restricted {
  readonly sight: OutOfSight;
  readonly state: TelemetryState;
}

/** Every window as somebody may see it; each reading is restricted once for all who see the same. */
export class ViewedWindows implements TelemetryWindows {
  private readonly windows = new WeakMap<TelemetryWindow, TelemetryWindow>();
  private readonly states = new WeakMap<TelemetryState, Restricted>();

  constructor(
    private readonly whole: TelemetryWindows,
    private readonly sight: () => OutOfSight,
  ) {}

  loop(windowSeconds: number): TelemetryWindow {
    const whole = this.whole.loop(windowSeconds);
    const known = this.windows.get(whole);
    if (known !== undefined) return known;
    const window: TelemetryWindow = {
      current: () => this.restrict(whole.current()),
      fresh: async () => this.restrict(await whole.fresh()),
      view: (listener) => whole.view(listener),
    };
    this.windows.set(whole, window);
    return window;
  }

  admits(windowSeconds: number): boolean {
    return this.whole.admits(windowSeconds);
  }

  private restrict(whole: TelemetryState): TelemetryState {
    if (whole.snapshot === null) return whole;
    const sight = this.sight();
    const known = this.states.get(whole);
    if (known?.sight === sight) return known.state;
    const state = { ...whole, snapshot: restrictTelemetry(whole.snapshot, sight) };
    this.states.set(whole, { sight, state });
    return state;
  }
}
