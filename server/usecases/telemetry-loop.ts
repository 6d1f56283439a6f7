import type { SourceGap } from '@/mesh/gap';
import { fail, type Result } from '@/mesh/result';
import { sourceError, toGap, type SourceError } from '@/server/errors';
import type { Clock, MetricSource, Observer, TelemetryReading } from '@/server/ports';
import { describeCaught } from '@/server/usecases/describe-caught';
import type { Held } from '@/server/usecases/forget-idle';
import { refreshIntervalMs } from '@/server/usecases/refresh-interval';
import { snapshotBytes } from '@/server/usecases/snapshot-bytes';
import type { TelemetryState, TelemetryWindow } from '@/server/usecases/telemetry-window';

/** What a loop reads from, and tells. */
export interface LoopSources {
  readonly metrics: MetricSource;
  readonly observer: Observer;
  readonly clock: Clock;
}

/** So long a page waits for figures before it is drawn without. */
const PATIENCE_MS = 2500;

/**
 * Reads one window again and again while somebody looks at it, one reading at a time. A failed reading leaves the last
 * good snapshot in place, with the reason as a gap, and is tried again after a refresh, then ever less often, down to
 * the window's own interval.
 */
export class TelemetryLoop implements TelemetryWindow, Held {
  private state: TelemetryState = { snapshot: null, gaps: [] };
  private bytes = 0;
  private readonly listeners = new Set<() => void>();
  private running: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly stopper = new AbortController();
  private viewers = 0;
  private failingSinceMs: number | null = null;
  private incompleteInARow = 0;
  private triedAtMs = Number.NEGATIVE_INFINITY;
  private lastUseMs: number;

  constructor(
    private readonly sources: LoopSources,
    readonly windowSeconds: number,
    /** Of the settings; {@link refreshIntervalMs} makes it longer for long windows. */
    private readonly refreshMs: number,
  ) {
    this.lastUseMs = sources.clock.now();
  }

  current(): TelemetryState {
    return this.state;
  }

  usedAtMs(): number {
    return this.lastUseMs;
  }

  heldBytes(): number {
    return this.bytes;
  }

  isIdle(): boolean {
    return this.viewers === 0 && this.running === null;
  }

  view(listener: () => void): () => void {
    // Each viewer has a listener of its own, even when the same function is given twice.
    const own = () => listener();
    this.viewers += 1;
    this.listeners.add(own);
    if (this.viewers === 1) this.schedule();
    return () => {
      if (!this.listeners.delete(own)) return;
      this.viewers -= 1;
      this.lastUseMs = this.sources.clock.now();
      if (this.viewers === 0) this.pause();
    };
  }

  /**
   * Waits for a reading unless the last one is younger than a refresh; many callers share one reading. A slow source is
   * not waited for longer than {@link PATIENCE_MS}: what is known then is the answer, and says so.
   */
  async fresh(): Promise<TelemetryState> {
    this.lastUseMs = this.sources.clock.now();
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
    this.viewers = 0;
    this.pause();
    this.stopper.abort();
  }

  private isFresh(): boolean {
    return this.sources.clock.now() - this.triedAtMs < this.intervalMs();
  }

  private intervalMs(): number {
    const wholeMs = refreshIntervalMs(this.windowSeconds, this.refreshMs);
    if (this.incompleteInARow === 0) return wholeMs;
    return Math.min(wholeMs, this.refreshMs * 2 ** (this.incompleteInARow - 1));
  }

  private async refresh(): Promise<void> {
    this.running ??= this.readOnce().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private schedule(): void {
    this.pause();
    const intervalMs = this.intervalMs();
    const sinceMs = this.sources.clock.now() - this.triedAtMs;
    const delayMs = Math.max(0, Math.min(intervalMs, intervalMs - sinceMs));
    this.timer = setTimeout(() => {
      void this.refresh().finally(() => {
        if (this.viewers > 0) this.schedule();
      });
    }, delayMs);
  }

  private pause(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private async readOnce(): Promise<void> {
    const { clock, observer } = this.sources;
    const startedMs = clock.now();
    this.triedAtMs = startedMs;
    const reading = await this.ask();
    if (!reading.ok && reading.error.kind === 'aborted') return;
    this.take(reading, startedMs);
    const isComplete = this.state.gaps.length === 0;
    this.incompleteInARow = isComplete ? 0 : this.incompleteInARow + 1;
    const outcome = reading.ok ? (isComplete ? 'ok' : 'partial') : 'failed';
    observer.onRefresh(this.windowSeconds, outcome, clock.now() - startedMs);
    for (const listener of [...this.listeners]) this.tell(listener);
  }

  /** What an adapter throws would otherwise end the loop, and with it the figures of everybody who looks. */
  private async ask(): Promise<Result<TelemetryReading, SourceError>> {
    const { metrics, observer } = this.sources;
    try {
      return await metrics.readTelemetry(this.windowSeconds, { signal: this.stopper.signal });
    } catch (caught) {
      observer.warn('an answer of Prometheus could not be used', describeCaught(caught));
      const message = 'Fanari could not use what Prometheus answered; its log says why';
      return fail(sourceError('prometheus', 'bad-response', message, caught));
    }
  }

  private take(reading: Result<TelemetryReading, SourceError>, startedMs: number): void {
    if (reading.ok) {
      this.failingSinceMs = null;
      this.state = reading.value;
      this.bytes = snapshotBytes(reading.value.snapshot);
      return;
    }
    this.failingSinceMs ??= startedMs;
    const gap = toGap(reading.error, 'traffic figures', this.failingSinceMs);
    this.state = { snapshot: this.state.snapshot, gaps: [gap] };
  }

  private tell(listener: () => void): void {
    try {
      listener();
    } catch (caught) {
      this.sources.observer.warn('new figures could not be passed on', describeCaught(caught));
    }
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
