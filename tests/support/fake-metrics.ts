import { ok, type Result } from '@/mesh/result';
import type { RequestSample } from '@/mesh/telemetry/telemetry';
import { aRequest, aSnapshot } from '@/mesh/testing/telemetry-builders';
import type { SourceError } from '@/server/errors';
import type { MetricSource, SourceState, TelemetryReading } from '@/server/ports';

/** Figures that a test makes up, for each window; counts how often each window was read. */
export class FakeMetrics implements MetricSource {
  readonly reads = new Map<number, number>();
  /** How often the one sample stands in each snapshot. */
  samples = 1;
  /** What the next readings do instead, by window; `null`: nothing special. */
  instead: ((windowSeconds: number) => Promise<Result<TelemetryReading, SourceError>>) | null =
    null;

  start(): void {
    this.reads.clear();
  }

  stop(): void {
    this.reads.clear();
  }

  state(): SourceState {
    return { source: 'prometheus', state: 'ok', message: null, sinceMs: 0 };
  }

  limits(): { readonly scrapeIntervalSeconds: null; readonly retentionSeconds: null } {
    return { scrapeIntervalSeconds: null, retentionSeconds: null };
  }

  /** Readings of all windows. */
  total(): number {
    return [...this.reads.values()].reduce((sum, count) => sum + count, 0);
  }

  async readTelemetry(windowSeconds: number): Promise<Result<TelemetryReading, SourceError>> {
    const count = (this.reads.get(windowSeconds) ?? 0) + 1;
    this.reads.set(windowSeconds, count);
    if (this.instead !== null) return this.instead(windowSeconds);
    const sample = aRequest('source', 'team/one', 'team/other', null, count);
    const requests = new Array<RequestSample>(this.samples).fill(sample);
    const snapshot = { ...aSnapshot({ requests }), atMs: Date.now(), windowSeconds };
    return Promise.resolve(ok({ snapshot, gaps: [] }));
  }

  async diagnose(): Promise<never> {
    return Promise.reject(new Error('no test asks for a diagnosis'));
  }

  async readSeries(): Promise<never> {
    return Promise.reject(new Error('no test asks for series'));
  }
}
