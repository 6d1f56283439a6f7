import type { GraphQuery } from '@/contract/graph';
import type { Graph } from '@/mesh/graph/graph';
import { buildGraph } from '@/mesh/graph/build-graph';
import { findSplits } from '@/mesh/splits/find-splits';
import type { Topology } from '@/mesh/topology/topology';
import {
  serialiseDelta,
  serialiseGraph,
  type SerialisedGraph,
} from '@/server/usecases/serialised-graph';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import type { TelemetryLoop, TelemetryState } from '@/server/usecases/telemetry-loop';

/** One event of the graph stream, ready to send: `data` is JSON without line breaks. */
export interface GraphStreamEvent {
  readonly id: string;
  readonly event: 'graph' | 'delta';
  readonly data: string;
}

/** Takes an event; must not block. */
export type GraphSubscriber = (event: GraphStreamEvent) => void;

/** So many deltas are kept for clients that come back, and no more text than this: a big mesh's delta has megabytes. */
const HISTORY = 20;
const HISTORY_CHARACTERS = 4_000_000;
const DEBOUNCE_MS = 150;

/** One (window, view, namespaces): builds and serialises its graph once for everybody who looks at it. */
export class GraphChannel {
  private readonly subscribers = new Set<GraphSubscriber>();
  private history: GraphStreamEvent[] = [];
  private latest: SerialisedGraph | null = null;
  private builtFrom: {
    readonly topology: Topology;
    readonly telemetry: TelemetryState;
    readonly gaps: string;
  } | null = null;
  private sequence = 0;
  private stopViewing: (() => void) | null = null;
  private debounce: NodeJS.Timeout | null = null;
  /** Epoch milliseconds of the last use. */
  usedAtMs = 0;

  constructor(
    private readonly sources: MeshSources,
    private readonly loop: TelemetryLoop,
    private readonly query: GraphQuery,
    /** Tells this channel's event ids from those of other channels and of other runs of the server. */
    private readonly epoch: string,
  ) {}

  /** Whether nobody is subscribed. */
  isIdle(): boolean {
    return this.subscribers.size === 0;
  }

  /** The graph now, and its JSON, built again only when something it is made of has changed. */
  async read(): Promise<SerialisedGraph> {
    await this.loop.fresh();
    return this.build();
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
    this.stopViewing ??= this.watch();
    await this.read();
    // Whoever left while this one waited may have ended the watching.
    this.stopViewing ??= this.watch();
    const whole = this.build();
    this.subscribers.add(subscriber);
    const missed = this.missedSince(lastEventId);
    const events = missed ?? [
      { id: this.idOf(this.sequence), event: 'graph' as const, data: whole.json },
    ];
    for (const event of events) subscriber(event);
    return () => {
      this.subscribers.delete(subscriber);
      if (this.subscribers.size === 0) this.unwatch();
    };
  }

  /** Ends the channel. */
  close(): void {
    this.subscribers.clear();
    this.unwatch();
  }

  private watch(): () => void {
    const stopLoop = this.loop.view(() => this.build());
    const stopCluster = this.sources.cluster.subscribe(() => {
      this.debounce ??= setTimeout(() => {
        this.debounce = null;
        this.build();
      }, DEBOUNCE_MS);
    });
    return () => {
      stopLoop();
      stopCluster();
    };
  }

  private unwatch(): void {
    this.stopViewing?.();
    this.stopViewing = null;
    if (this.debounce !== null) clearTimeout(this.debounce);
    this.debounce = null;
  }

  private idOf(sequence: number): string {
    return `${this.epoch}-${sequence}`;
  }

  /** The deltas after an event; `null` when it is not one of this channel's, or too long ago. */
  private missedSince(lastEventId: string | null): readonly GraphStreamEvent[] | null {
    for (let missed = 0; missed <= this.history.length; missed += 1) {
      if (lastEventId !== this.idOf(this.sequence - missed)) continue;
      return this.history.slice(this.history.length - missed);
    }
    return null;
  }

  private build(): SerialisedGraph {
    const { cluster, clock, observer } = this.sources;
    const topology = cluster.topology();
    const telemetry = this.loop.current();
    const gaps = [...cluster.gaps(), ...telemetry.gaps];
    const gapsKey = JSON.stringify(gaps);
    const same =
      this.builtFrom?.topology === topology &&
      this.builtFrom.telemetry === telemetry &&
      this.builtFrom.gaps === gapsKey;
    if (same && this.latest !== null) return this.latest;
    const startedMs = clock.now();
    const { view, namespaces, windowSeconds } = this.query;
    const { snapshot } = telemetry;
    const splits = findSplits({ topology, telemetry: snapshot });
    const graph = buildGraph({
      topology,
      telemetry: snapshot,
      view,
      namespaces,
      gaps,
      splits,
      windowSeconds,
    });
    const next = serialiseGraph(graph);
    observer.onGraphBuilt(view, clock.now() - startedMs);
    const before = this.latest;
    this.latest = next;
    this.builtFrom = { topology, telemetry, gaps: gapsKey };
    if (before !== null) this.publish(serialiseDelta(before, next));
    return next;
  }

  private publish(data: string | null): void {
    if (data === null) return;
    this.sequence += 1;
    const event: GraphStreamEvent = { id: this.idOf(this.sequence), event: 'delta', data };
    this.history = newest([...this.history, event]);
    for (const subscriber of [...this.subscribers]) subscriber(event);
  }
}

function newest(events: readonly GraphStreamEvent[]): GraphStreamEvent[] {
  let characters = 0;
  const kept = events.slice(-HISTORY).reverse();
  const end = kept.findIndex(({ data }) => (characters += data.length) > HISTORY_CHARACTERS);
  return (end === -1 ? kept : kept.slice(0, end)).reverse();
}
