import type { MetricDiagnosis } from '@/mesh/doctor/facts';
import type { SourceGap } from '@/mesh/gap';
import { fail, ok, type Result } from '@/mesh/result';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { PrometheusClient } from '@/server/adapters/prometheus/client';
import { diagnoseMetrics } from '@/server/adapters/prometheus/diagnose-metrics';
import type { LabelMatcher } from '@/server/adapters/prometheus/label-matcher';
import { clipWindow, readLimits } from '@/server/adapters/prometheus/read-limits';
import { readSeries } from '@/server/adapters/prometheus/read-series';
import {
  LATENCY_BOUNDS_METRIC,
  telemetryQueries,
  type TelemetryQueryName,
} from '@/server/adapters/prometheus/queries';
import { noNames } from '@/server/adapters/prometheus/met-names';
import { narrowToNamespaces } from '@/mesh/telemetry/narrow-to-namespaces';
import { toSnapshot } from '@/server/adapters/prometheus/to-snapshot';
import type { WireSample } from '@/server/adapters/prometheus/wire';
import { Remembered } from '@/server/adapters/remembered';
import { toGap, type SourceError } from '@/server/errors';
import type {
  CallOptions,
  Clock,
  CountedTraffic,
  MetricLimits,
  MetricSource,
  Observer,
  SourceState,
  TelemetryReading,
  TrafficSeries,
} from '@/server/ports';

const LIMITS_MS = 5 * 60_000;
const LIMITS_RETRY_MS = 15_000;
const DIAGNOSIS_MS = 10_000;
/** So long the state is that of the last reading, which asks more than the limits do; readings are at most 5 min apart. */
const READING_COUNTS_MS = 6 * 60_000;

/** Envoy's own bounds, which proxies use unless they were configured otherwise. */
const ENVOY_BOUNDS_MS: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];

/** What is missing when a query fails. */
const WHAT = {
  requests: 'request rates',
  'latency-client': 'latency',
  'latency-server': 'latency seen by servers',
  'request-bytes': 'request sizes',
  'response-bytes': 'response sizes',
  'tcp-received': 'TCP traffic',
  'tcp-sent': 'TCP traffic from servers',
  'tcp-connections': 'TCP connections',
} as const satisfies Record<TelemetryQueryName, string>;

/** Without these whole edges would be missing, so that a reading without them would show what is not so. */
const ESSENTIAL: readonly TelemetryQueryName[] = ['requests', 'tcp-received'];

type Answers = Readonly<Record<TelemetryQueryName, Result<readonly WireSample[], SourceError>>>;

/** Of what a store holds, what is read. */
export interface PrometheusScope {
  /** Conditions that every series must meet, where a store holds more than this mesh. */
  readonly everywhere?: readonly LabelMatcher[];
  /** Whether traffic is told apart by the clusters that its ends run in. */
  readonly isByCluster?: boolean;
  /** Namespaces of which one must be an end of the traffic; empty: all traffic. */
  readonly namespaces?: readonly string[];
}

/** Prometheus as a source of metrics. */
export class PrometheusSource implements MetricSource {
  private readonly client: PrometheusClient;
  private readonly isByCluster: boolean;
  private readonly namespaces: ReadonlySet<string>;
  private readonly stopper = new AbortController();
  private readonly failingSinceMs = new Map<TelemetryQueryName, number>();
  private known: MetricLimits = { scrapeIntervalSeconds: null, retentionSeconds: null };
  private boundsMs: readonly number[] = ENVOY_BOUNDS_MS;
  private readAtMs = Number.NEGATIVE_INFINITY;
  private limitsTimer: NodeJS.Timeout | null = null;
  private readonly diagnosis: Remembered<MetricDiagnosis>;
  private current: SourceState = {
    source: 'prometheus',
    state: 'syncing',
    message: null,
    sinceMs: null,
  };

  constructor(
    private readonly endpoint: HttpEndpoint,
    observer: Observer,
    private readonly clock: Clock,
    { everywhere = [], isByCluster = false, namespaces = [] }: PrometheusScope = {},
  ) {
    this.isByCluster = isByCluster;
    this.namespaces = new Set(namespaces);
    this.client = new PrometheusClient(endpoint, observer, everywhere);
    this.diagnosis = new Remembered(
      () => this.askForDiagnosis(),
      DIAGNOSIS_MS,
      () => clock.now(),
    );
  }

  start(): void {
    void this.refreshLimits();
  }

  stop(): void {
    this.stopper.abort();
    if (this.limitsTimer !== null) clearTimeout(this.limitsTimer);
    this.endpoint.close();
  }

  state(): SourceState {
    return this.current;
  }

  limits(): MetricLimits {
    return this.known;
  }

  async diagnose(): Promise<MetricDiagnosis> {
    return this.diagnosis.get();
  }

  async readTelemetry(
    windowSeconds: number,
    { signal }: CallOptions,
  ): Promise<Result<TelemetryReading, SourceError>> {
    const atMs = this.clock.now();
    const clipped = clipWindow(windowSeconds, this.known);
    const asked = telemetryQueries(clipped, this.client.everywhere, this.isByCluster);
    const queries = Object.entries(asked) as [TelemetryQueryName, string][];
    const entries = await Promise.all(
      queries.map(
        async ([name, query]) =>
          [name, await this.client.query(name, query, atMs, signal)] as const,
      ),
    );
    const answers = Object.fromEntries(entries) as Answers;
    const fatal = ESSENTIAL.map((name) => answers[name]).find((answer) => !answer.ok);
    if (fatal?.ok === false) {
      this.noteReading(fatal.error);
      return fail(fatal.error);
    }
    this.noteReading(null);
    const snapshot = toSnapshot(
      Object.fromEntries(
        entries.flatMap(([name, answer]) => (answer.ok ? [[name, answer.value]] : [])),
      ),
      { atMs, windowSeconds: clipped, boundsMs: this.boundsMs },
      noNames(this.isByCluster),
    );
    return ok({
      snapshot: narrowToNamespaces(snapshot, this.namespaces),
      gaps: this.gapsOf(answers, atMs),
    });
  }

  async readSeries(
    traffic: CountedTraffic,
    rangeSeconds: number,
    { signal }: CallOptions,
  ): Promise<Result<TrafficSeries, SourceError>> {
    return readSeries(
      this.client,
      traffic,
      {
        rangeSeconds,
        endMs: this.clock.now(),
        limits: this.known,
        boundsMs: this.boundsMs,
        isByCluster: this.isByCluster,
      },
      signal,
    );
  }

  private async askForDiagnosis(): Promise<MetricDiagnosis> {
    const { signal } = this.stopper;
    const told = await diagnoseMetrics(this.client, this.known, this.clock.now(), signal);
    return { ...told, clock: told.fault === null ? this.endpoint.clock() : null };
  }

  private gapsOf(answers: Answers, atMs: number): readonly SourceGap[] {
    const gaps: SourceGap[] = [];
    for (const [name, answer] of Object.entries(answers) as [
      TelemetryQueryName,
      Answers[TelemetryQueryName],
    ][]) {
      if (answer.ok) {
        this.failingSinceMs.delete(name);
        continue;
      }
      const sinceMs = this.failingSinceMs.get(name) ?? atMs;
      this.failingSinceMs.set(name, sinceMs);
      gaps.push(toGap(answer.error, WHAT[name], sinceMs));
    }
    return gaps;
  }

  private noteReading(error: SourceError | null): void {
    if (error?.kind === 'aborted') return;
    this.readAtMs = this.clock.now();
    this.note(error);
  }

  private note(error: SourceError | null): void {
    if (error?.kind === 'aborted') return;
    const state = error === null ? 'ok' : 'failing';
    const message = error?.message ?? null;
    const sinceMs = state === this.current.state ? this.current.sinceMs : this.clock.now();
    this.current = { source: 'prometheus', state, message, sinceMs };
  }

  /** Limits and bucket bounds hardly ever change: they are asked for now and then, outside the refreshes. */
  private async refreshLimits(): Promise<void> {
    const { signal } = this.stopper;
    let isKnown = false;
    try {
      isKnown = await this.askForLimits(signal);
    } finally {
      if (!signal.aborted) {
        const delayMs = isKnown ? LIMITS_MS : LIMITS_RETRY_MS;
        this.limitsTimer = setTimeout(() => void this.refreshLimits(), delayMs);
        this.limitsTimer.unref();
      }
    }
  }

  /** Whether the bounds of buckets were told. */
  private async askForLimits(signal: AbortSignal): Promise<boolean> {
    const [limits, bounds] = await Promise.all([
      readLimits(this.client, signal),
      this.client.labelValues('le', [{ metric: LATENCY_BOUNDS_METRIC, matchers: [] }], signal),
    ]);
    if (signal.aborted) return false;
    this.known = {
      scrapeIntervalSeconds: limits.scrapeIntervalSeconds ?? this.known.scrapeIntervalSeconds,
      retentionSeconds: limits.retentionSeconds ?? this.known.retentionSeconds,
    };
    if (bounds.ok) {
      const finite = bounds.value
        .map(Number)
        .filter((bound) => Number.isFinite(bound) && bound > 0);
      if (finite.length > 0) this.boundsMs = finite;
    }
    const sinceReadingMs = this.clock.now() - this.readAtMs;
    if (sinceReadingMs >= READING_COUNTS_MS) this.note(bounds.ok ? null : bounds.error);
    return bounds.ok;
  }
}
