import type { SourceGap } from '@/mesh/gap';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import { toGap } from '@/server/errors';
import type { MeshSources } from '@/server/usecases/mesh-sources';

/** What is known of a window now: the last good snapshot, whatever its age, and what is missing. */
export interface TelemetryState {
  readonly snapshot: TelemetrySnapshot | null;
  readonly gaps: readonly SourceGap[];
}

/** So long a page waits for figures before it is drawn without. */
const PATIENCE_MS = 2500;

/**
 * Reads one window again and again while somebody looks at it, one reading at a time. A failed reading leaves the last
 * good snapshot in place, with the reason as a gap.
 */
export class TelemetryLoop {
  private state: TelemetryState = { snapshot: null, gaps: [] };
  private readonly listeners = new Set<() => void>();
  private running: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly stopper = new AbortController();
  private viewers = 0;
  private failingSinceMs: number | null = null;
  private triedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly sources: MeshSources,
    readonly windowSeconds: number,
    private readonly refreshMs: number,
  ) {}

  /** What is known now. */
  current(): TelemetryState {
    return this.state;
  }

  /** Epoch milliseconds of the last reading, good or not; -Infinity before the first. */
  lastTriedMs(): number {
    return this.triedAtMs;
  }

  /** Whether nobody looks and nothing is being read. */
  isIdle(): boolean {
    return this.viewers === 0 && this.running === null;
  }

  /** Keeps the window fresh and calls back after each reading, until the returned function is called. */
  view(listener: () => void): () => void {
    this.viewers += 1;
    this.listeners.add(listener);
    if (this.viewers === 1) this.schedule();
    let done = false;
    return () => {
      if (done) return;
      done = true;
      this.listeners.delete(listener);
      this.viewers -= 1;
      if (this.viewers === 0) this.pause();
    };
  }

  /**
   * Waits for a reading unless the last one is younger than a refresh; many callers share one reading. A slow source is
   * not waited for longer than {@link PATIENCE_MS}: what is known then is the answer, and says so.
   */
  async fresh(): Promise<TelemetryState> {
    if (this.isFresh() && this.running === null) return this.state;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PATIENCE_MS);
    });
    const outcome = await Promise.race([this.refresh(), patience]);
    clearTimeout(timer);
    if (outcome === 'late' && this.state.gaps.length === 0) {
      this.state = { ...this.state, gaps: [notYet(this.triedAtMs)] };
    }
    return this.state;
  }

  /** Ends for good. */
  close(): void {
    this.listeners.clear();
    this.pause();
    this.stopper.abort();
  }

  private isFresh(): boolean {
    return this.sources.clock.now() - this.triedAtMs < this.refreshMs;
  }

  private async refresh(): Promise<void> {
    this.running ??= this.readOnce().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private schedule(): void {
    const sinceMs = this.sources.clock.now() - this.triedAtMs;
    const delayMs = Math.max(0, Math.min(this.refreshMs, this.refreshMs - sinceMs));
    this.timer = setTimeout(() => {
      void this.refresh().then(() => {
        if (this.viewers > 0) this.schedule();
      });
    }, delayMs);
  }

  private pause(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private async readOnce(): Promise<void> {
    const { metrics, clock, observer } = this.sources;
    if (metrics === null) {
      this.state = { snapshot: null, gaps: [notConfigured(clock.now())] };
      this.triedAtMs = clock.now();
      return;
    }
    const startedMs = clock.now();
    this.triedAtMs = startedMs;
    const reading = await metrics.readTelemetry(this.windowSeconds, {
      signal: this.stopper.signal,
    });
    const tookMs = clock.now() - startedMs;
    if (reading.ok) {
      this.failingSinceMs = null;
      this.state = reading.value;
      observer.onRefresh(
        this.windowSeconds,
        reading.value.gaps.length === 0 ? 'ok' : 'partial',
        tookMs,
      );
    } else {
      if (reading.error.kind === 'aborted') return;
      this.failingSinceMs ??= startedMs;
      const gap = toGap(reading.error, 'traffic figures', this.failingSinceMs);
      this.state = { snapshot: this.state.snapshot, gaps: [gap] };
      observer.onRefresh(this.windowSeconds, 'failed', tookMs);
    }
    for (const listener of [...this.listeners]) listener();
  }
}

function notYet(sinceMs: number): SourceGap {
  return {
    source: 'prometheus',
    kind: 'timeout',
    what: 'traffic figures',
    message: 'Prometheus has not answered yet',
    sinceMs,
  };
}

function notConfigured(sinceMs: number): SourceGap {
  return {
    source: 'prometheus',
    kind: 'not-configured',
    what: 'traffic figures',
    message: 'No Prometheus is configured, so there are no figures',
    sinceMs,
  };
}
