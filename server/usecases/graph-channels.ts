import type { GraphQuery } from '@/contract/graph';
import { toForget } from '@/server/usecases/forget-idle';
import type { Clock } from '@/server/ports';
import { GraphChannel, type ChannelSources } from '@/server/usecases/graph-channel';
import type { TelemetryWindows } from '@/server/usecases/telemetry-window';

/** What channels that nobody uses may hold: long enough for a browser that comes back to be sent only what it missed. */
const IDLE = { forgetMs: 60_000, mostBytes: 48_000_000, most: 100 } as const;

/** Beyond this in graphs that are looked at, no other stream is begun; those that are there go on. */
const MOST_LIVE_BYTES = 256_000_000;

/** From which part of the mesh graphs are made. */
export interface ChannelView {
  /** Equal keys see the same. */
  readonly key: string;
  readonly sources: ChannelSources;
  readonly windows: TelemetryWindows;
}

/** The channels by what they show; those that nobody uses are forgotten. */
export class GraphChannels {
  private readonly channels = new Map<string, GraphChannel>();
  private opened = 0;

  constructor(
    private readonly clock: Clock,
    /** Differs between runs of the server. */
    private readonly epoch: string,
  ) {}

  /** The channel of a query. One whose window cannot be read now is not kept, so that the next use tries again. */
  channel(view: ChannelView, query: GraphQuery): GraphChannel {
    const key = keyOf(view, query);
    const known = this.channels.get(key);
    if (known !== undefined) return known;
    this.sweep();
    this.opened += 1;
    const { windowSeconds } = query;
    const channel = new GraphChannel(
      view.sources,
      () => view.windows.loop(windowSeconds),
      query,
      `${this.epoch}.${this.opened}`,
    );
    if (view.windows.admits(windowSeconds)) this.channels.set(key, channel);
    return channel;
  }

  /** Whether there is room for a stream of this. */
  admits(view: ChannelView, query: GraphQuery): boolean {
    if (this.channels.get(keyOf(view, query))?.isIdle() === false) return true;
    const live = [...this.channels.values()].filter((channel) => !channel.isIdle());
    const bytes = live.reduce((sum, channel) => sum + channel.heldBytes(), 0);
    return bytes < MOST_LIVE_BYTES;
  }

  /** Forgets channels that nobody used for long, or that hold too much. */
  sweep(): void {
    for (const key of toForget(this.channels, IDLE, this.clock.now())) {
      this.channels.get(key)?.close();
      this.channels.delete(key);
    }
  }

  /** Ends all of them. */
  close(): void {
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
  }
}

function keyOf({ key }: ChannelView, { windowSeconds, view, namespaces }: GraphQuery): string {
  return JSON.stringify([windowSeconds, view, namespaces, key]);
}
