import { TelemetryLoop } from '@/server/usecases/telemetry-loop';
import type { MeshSources } from '@/server/usecases/mesh-sources';

/** Windows nobody looked at for this long are forgotten, with their snapshots. */
const FORGET_MS = 5 * 60_000;

/** One {@link TelemetryLoop} for each window, shared by everything that wants its figures. */
export class TelemetryHub {
  private readonly loops = new Map<number, TelemetryLoop>();

  constructor(
    private readonly sources: MeshSources,
    private readonly refreshMs: number,
  ) {}

  /** The loop of a window. */
  loop(windowSeconds: number): TelemetryLoop {
    this.forgetIdle(windowSeconds);
    const known = this.loops.get(windowSeconds);
    if (known !== undefined) return known;
    const loop = new TelemetryLoop(this.sources, windowSeconds, this.refreshMs);
    this.loops.set(windowSeconds, loop);
    return loop;
  }

  /** Ends every loop. */
  close(): void {
    for (const loop of this.loops.values()) loop.close();
    this.loops.clear();
  }

  private forgetIdle(except: number): void {
    const now = this.sources.clock.now();
    for (const [seconds, loop] of this.loops) {
      if (seconds === except || !loop.isIdle() || now - loop.lastTriedMs() < FORGET_MS) continue;
      loop.close();
      this.loops.delete(seconds);
    }
  }
}
