import type { SourceGap } from '@/mesh/gap';
import type { TelemetryState, TelemetryWindow } from '@/server/usecases/telemetry-window';

/** A window that is not read at all, for one reason. */
export class WindowWithoutFigures implements TelemetryWindow {
  private readonly state: TelemetryState;

  constructor(gap: SourceGap) {
    this.state = { snapshot: null, gaps: [gap] };
  }

  current(): TelemetryState {
    return this.state;
  }

  async fresh(): Promise<TelemetryState> {
    return Promise.resolve(this.state);
  }

  view(): () => void {
    return () => undefined;
  }
}
