import type { GraphQuery } from '@/contract/graph';
import { GraphChannel } from '@/server/usecases/graph-channel';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import type { TelemetryHub } from '@/server/usecases/telemetry-hub';

const FORGET_MS = 60_000;
const MOST = 200;

/** The channels by what they show; those that nobody uses are forgotten. */
export class GraphChannels {
  private readonly channels = new Map<string, GraphChannel>();
  private opened = 0;

  constructor(
    private readonly sources: MeshSources,
    private readonly hub: TelemetryHub,
    /** Differs between runs of the server. */
    private readonly epoch: string,
  ) {}

  /** The channel of a query. */
  channel(query: GraphQuery): GraphChannel {
    this.forgetIdle();
    const key = JSON.stringify([query.windowSeconds, query.view, query.namespaces]);
    const known = this.channels.get(key);
    if (known !== undefined) {
      known.usedAtMs = this.sources.clock.now();
      return known;
    }
    this.opened += 1;
    const loop = this.hub.loop(query.windowSeconds);
    const channel = new GraphChannel(this.sources, loop, query, `${this.epoch}.${this.opened}`);
    channel.usedAtMs = this.sources.clock.now();
    this.channels.set(key, channel);
    return channel;
  }

  /** Ends all of them. */
  close(): void {
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
  }

  private forgetIdle(): void {
    const now = this.sources.clock.now();
    for (const [key, channel] of this.channels) {
      const tooMany = this.channels.size > MOST;
      if (!channel.isIdle() || (!tooMany && now - channel.usedAtMs < FORGET_MS)) continue;
      channel.close();
      this.channels.delete(key);
    }
  }
}
