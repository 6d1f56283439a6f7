import type { GraphQuery } from '@/contract/graph';
import type { SourceGap } from '@/mesh/gap';
import type { Graph } from '@/mesh/graph/graph';
import { buildGraph } from '@/mesh/graph/build-graph';
import { findSplits } from '@/mesh/splits/find-splits';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { Topology } from '@/mesh/topology/topology';
import type { Clock, ClusterReader, Observer } from '@/server/ports';
import { describeCaught } from '@/server/usecases/describe-caught';
import type { Held } from '@/server/usecases/forget-idle';
import { GraphHistory } from '@/server/usecases/graph-history';
import type { GraphStreamEvent, GraphSubscriber } from '@/server/usecases/graph-stream-event';
import {
  serialiseDelta,
  serialisedBytes,
  serialiseGraph,
  type SerialisedGraph,
} from '@/server/usecases/serialised-graph';
import type { TelemetryState, TelemetryWindow } from '@/server/usecases/telemetry-window';

const DEBOUNCE_MS = 150;

interface Inputs {
  readonly topology: Topology;
  readonly telemetry: TelemetryState;
  readonly gaps: readonly SourceGap[];
}

/** What a graph was built from: only told apart, so that an idle channel does not hold old pictures of the mesh. */
interface BuiltFrom {
  readonly topology: WeakRef<Topology>;
  readonly telemetry: WeakRef<TelemetryState>;
  readonly gaps: string;
}

/** What a channel reads. */
export interface ChannelSources {
  readonly cluster: ClusterReader;
  readonly observer: Observer;
  readonly clock: Clock;
}

/** One (window, view, namespaces): builds and serialises its graph once for everybody who looks at it. */
export class GraphChannel implements Held {
  private readonly subscribers = new Set<GraphSubscriber>();
  private readonly history: GraphHistory;
  private latest: SerialisedGraph | null = null;
  private builtFrom: BuiltFrom | null = null;
  private failingSinceMs: number | null = null;
  private watched: { readonly window: TelemetryWindow; readonly stop: () => void } | null = null;
  private debounce: NodeJS.Timeout | null = null;
  private inUse = 0;
  private lastUseMs: number;

  constructor(
    private readonly sources: ChannelSources,
    /** The figures; asked for at each use, since those that nobody uses are forgotten. */
    private readonly windowNow: () => TelemetryWindow,
    private readonly query: GraphQuery,
    /** Tells this channel's event ids from those of other channels and of other runs of the server. */
    epoch: string,
  ) {
    this.history = new GraphHistory(epoch);
    this.lastUseMs = sources.clock.now();
  }

  isIdle(): boolean {
    return this.subscribers.size === 0 && this.inUse === 0;
  }

  usedAtMs(): number {
    return this.lastUseMs;
  }

  heldBytes(): number {
    return (this.latest === null ? 0 : serialisedBytes(this.latest)) + this.history.heldBytes();
  }

  /** The graph now, and its JSON, built again only when something it is made of has changed. */
  async read(): Promise<SerialisedGraph> {
    return this.using(async () => {
      const window = this.watched?.window ?? this.windowNow();
      await window.fresh();
      return this.build(window);
    });
  }

  /** The graph built last; `null` before the first. */
  last(): Graph | null {
    return this.latest?.graph ?? null;
  }

  /**
   * Sends the graph now and each change after it. With the id of an event that is still known, only what came after it
   * is sent. Returns what ends the subscription.
   */
  async subscribe(subscriber: GraphSubscriber, lastEventId: string | null): Promise<() => void> {
    return this.using(async () => {
      const { window } = (this.watched ??= this.watch());
      await this.read();
      // Others may have built since: what is sent at first and what comes after must fit together.
      const { json } = this.build(window);
      this.subscribers.add(subscriber);
      for (const event of this.history.since(lastEventId, json)) this.send(subscriber, event);
      return () => {
        if (!this.subscribers.delete(subscriber)) return;
        this.lastUseMs = this.sources.clock.now();
        this.rest();
      };
    });
  }

  /** Ends the channel. */
  close(): void {
    this.subscribers.clear();
    this.unwatch();
  }

  private async using<T>(use: () => Promise<T>): Promise<T> {
    this.inUse += 1;
    try {
      return await use();
    } finally {
      this.inUse -= 1;
      this.lastUseMs = this.sources.clock.now();
      this.rest();
    }
  }

  private watch(): { readonly window: TelemetryWindow; readonly stop: () => void } {
    const window = this.windowNow();
    const stopWindow = window.view(() => this.update(window));
    const stopCluster = this.sources.cluster.subscribe(() => {
      this.debounce ??= setTimeout(() => {
        this.debounce = null;
        this.update(window);
      }, DEBOUNCE_MS);
    });
    return {
      window,
      stop: () => {
        stopWindow();
        stopCluster();
      },
    };
  }

  private rest(): void {
    if (this.isIdle()) this.unwatch();
  }

  private unwatch(): void {
    this.watched?.stop();
    this.watched = null;
    if (this.debounce !== null) clearTimeout(this.debounce);
    this.debounce = null;
  }

  /** Nobody waits for this, so what is thrown would end the process or be lost. */
  private update(window: TelemetryWindow): void {
    try {
      this.build(window);
    } catch (caught) {
      this.sources.observer.warn('a change could not be passed on', describeCaught(caught));
    }
  }

  private build(window: TelemetryWindow): SerialisedGraph {
    const { cluster, clock, observer } = this.sources;
    const topology = cluster.topology();
    const telemetry = window.current();
    const gaps = [...cluster.gaps(), ...telemetry.gaps];
    const gapsKey = JSON.stringify(gaps);
    const same =
      this.builtFrom?.topology.deref() === topology &&
      this.builtFrom.telemetry.deref() === telemetry &&
      this.builtFrom.gaps === gapsKey;
    const before = this.latest;
    if (same && before !== null) return before;
    const startedMs = clock.now();
    const next = this.serialised({ topology, telemetry, gaps });
    observer.onGraphBuilt(this.query.view, clock.now() - startedMs);
    this.latest = next;
    this.builtFrom = {
      topology: new WeakRef(topology),
      telemetry: new WeakRef(telemetry),
      gaps: gapsKey,
    };
    const delta = before === null ? null : serialiseDelta(before, next);
    if (delta !== null) this.publish(this.history.add(delta));
    return next;
  }

  /** What cannot be built leaves the last graph that could, with the reason; or at first a graph without figures. */
  private serialised({ topology, telemetry, gaps }: Inputs): SerialisedGraph {
    try {
      const built = serialiseGraph(this.graphOf(topology, telemetry.snapshot, gaps));
      this.failingSinceMs = null;
      return built;
    } catch (caught) {
      this.sources.observer.warn('a graph could not be built', describeCaught(caught));
      const areFiguresNew = this.builtFrom?.telemetry.deref() !== telemetry;
      const withReason = [...gaps, this.notBuilt(areFiguresNew ? 'prometheus' : 'kubernetes')];
      if (this.latest === null) return serialiseGraph(this.graphOf(topology, null, withReason));
      return serialiseGraph({ ...this.latest.graph, gaps: withReason });
    }
  }

  private graphOf(
    topology: Topology,
    telemetry: TelemetrySnapshot | null,
    gaps: readonly SourceGap[],
  ): Graph {
    const { view, namespaces, windowSeconds } = this.query;
    const splits = findSplits({ topology, telemetry });
    return buildGraph({ topology, telemetry, view, namespaces, gaps, splits, windowSeconds });
  }

  private notBuilt(source: SourceGap['source']): SourceGap {
    this.failingSinceMs ??= this.sources.clock.now();
    return {
      source,
      kind: 'bad-response',
      what: 'newer graph',
      message: 'Fanari could not build this from what it read last; its log says why',
      sinceMs: this.failingSinceMs,
    };
  }

  private publish(event: GraphStreamEvent): void {
    for (const subscriber of [...this.subscribers]) this.send(subscriber, event);
  }

  /** One subscriber's trouble is no other's. */
  private send(subscriber: GraphSubscriber, event: GraphStreamEvent): void {
    try {
      subscriber(event);
    } catch (caught) {
      this.sources.observer.warn('an event could not be sent', describeCaught(caught));
    }
  }
}
