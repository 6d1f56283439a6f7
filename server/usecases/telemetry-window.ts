import type { SourceGap } from '@/mesh/gap';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';

/** What is known of a window now: the last good snapshot, whatever its age, and what is missing. */
export interface TelemetryState {
  readonly snapshot: TelemetrySnapshot | null;
  readonly gaps: readonly SourceGap[];
}

/** The figures of every window. */
export interface TelemetryWindows {
  /** A window; one that cannot be read now has a gap instead of figures. */
  loop(windowSeconds: number): TelemetryWindow;
  /** Whether {@link loop} would give figures for this window now. */
  admits(windowSeconds: number): boolean;
}

/** The figures of one window. */
export interface TelemetryWindow {
  /** What is known now; the same object until something changes. */
  current(): TelemetryState;
  /** What is known after a reading, unless the last one is young enough. Never rejects. */
  fresh(): Promise<TelemetryState>;
  /** Keeps the window fresh and calls back after each reading, until the returned function is called. */
  view(listener: () => void): () => void;
}
