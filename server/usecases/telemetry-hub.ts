import { formatWindow } from '@/contract/window';
import type { SourceGap } from '@/mesh/gap';
import { toForget } from '@/server/usecases/forget-idle';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { OFFERED_SECONDS } from '@/server/usecases/offered-windows';
import { TelemetryLoop, type LoopSources } from '@/server/usecases/telemetry-loop';
import type { TelemetryWindow, TelemetryWindows } from '@/server/usecases/telemetry-window';
import { WindowWithoutFigures } from '@/server/usecases/window-without-figures';

/** What windows that nobody looks at may hold, with their snapshots. */
const IDLE = { forgetMs: 5 * 60_000, mostBytes: 64_000_000, most: 16 } as const;

/** So many windows that are not among those offered may be read at one time. */
export const OTHER_WINDOWS = 8;

/** The figures of each window, shared by everything that wants them; each window is read by a {@link TelemetryLoop}. */
export class TelemetryHub implements TelemetryWindows {
  private readonly loops = new Map<number, TelemetryLoop>();
  private readonly sources: LoopSources | null;
  private readonly notConfigured: WindowWithoutFigures;

  constructor(
    { metrics, clock, observer }: Omit<MeshSources, 'cluster'>,
    private readonly refreshMs: number,
  ) {
    this.sources = metrics === null ? null : { metrics, clock, observer };
    const message = 'No Prometheus is configured, so there are no figures';
    this.notConfigured = new WindowWithoutFigures(aGap('not-configured', message, null));
  }

  /**
   * A window. Those offered are always read; of others only {@link OTHER_WINDOWS} at one time, because each costs a
   * snapshot of the whole mesh: one more has a gap instead of figures.
   */
  loop(windowSeconds: number): TelemetryWindow {
    if (this.sources === null) return this.notConfigured;
    const known = this.loops.get(windowSeconds);
    if (known !== undefined) return known;
    if (!this.admits(windowSeconds)) return refused(this.sources.clock.now());
    if (!isOffered(windowSeconds)) this.makeRoom();
    const loop = new TelemetryLoop(this.sources, windowSeconds, this.refreshMs);
    this.loops.set(windowSeconds, loop);
    this.sweep();
    return loop;
  }

  /** Whether {@link loop} would give figures for this window now. */
  admits(windowSeconds: number): boolean {
    if (this.sources === null || this.loops.has(windowSeconds) || isOffered(windowSeconds)) {
      return true;
    }
    const others = this.others();
    return others.length < OTHER_WINDOWS || others.some((loop) => loop.isIdle());
  }

  /** Forgets windows that nobody looked at for long, or that hold too much. */
  sweep(): void {
    if (this.sources === null) return;
    for (const seconds of toForget(this.loops, IDLE, this.sources.clock.now())) {
      this.forget(seconds);
    }
  }

  /** Ends every loop. */
  close(): void {
    for (const loop of this.loops.values()) loop.close();
    this.loops.clear();
  }

  private others(): readonly TelemetryLoop[] {
    return [...this.loops.values()].filter(({ windowSeconds }) => !isOffered(windowSeconds));
  }

  private makeRoom(): void {
    const others = this.others();
    const [oldest] = others
      .filter((loop) => loop.isIdle())
      .sort((a, b) => a.usedAtMs() - b.usedAtMs());
    if (others.length >= OTHER_WINDOWS && oldest !== undefined) this.forget(oldest.windowSeconds);
  }

  private forget(seconds: number): void {
    this.loops.get(seconds)?.close();
    this.loops.delete(seconds);
  }
}

function isOffered(windowSeconds: number): boolean {
  return OFFERED_SECONDS.includes(windowSeconds);
}

function aGap(kind: SourceGap['kind'], message: string, sinceMs: SourceGap['sinceMs']): SourceGap {
  return { source: 'prometheus', kind, what: 'traffic figures', message, sinceMs };
}

function refused(nowMs: number): WindowWithoutFigures {
  const offered = OFFERED_SECONDS.map(formatWindow).join(', ');
  const message = `Fanari reads ${OTHER_WINDOWS} windows already that are not among ${offered}: take one of these, or try again later`;
  return new WindowWithoutFigures(aGap('overloaded', message, nowMs));
}
