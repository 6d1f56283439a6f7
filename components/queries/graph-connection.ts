import type { QueryClient } from '@tanstack/react-query';
import { toApiProblem, type ApiProblem } from '@/components/queries/api-problem';
import { fetchGraph, graphQuery, graphStreamUrl } from '@/components/queries/graph-query';
import type { GraphScope } from '@/components/queries/scope';
import { applyDelta } from '@/contract/apply-delta';
import type { GraphDelta } from '@/contract/graph-stream';
import type { Graph } from '@/mesh/graph/graph';

/** How the graph is being kept fresh. `polling`: events do not get through, so it is asked for again and again. */
export interface ConnectionState {
  readonly mode: 'connecting' | 'live' | 'polling' | 'lost';
  /** Epoch milliseconds of this browser at the last answer or event; `null` before the first. */
  readonly receivedAtMs: number | null;
  readonly problem: ApiProblem | null;
}

/** Longest wait for the `alive` that ends what a stream begins with. */
const FIRST_ALIVE_MS = 8_000;
/** The server says `alive` every 15 s. */
const SILENCE_MS = 40_000;
const POLL_MS = 10_000;
const BACK_OFF_MAX_MS = 30_000;
const SILENT_FAILURES_BEFORE_POLLING = 2;

/**
 * Keeps one scope's graph in the query cache fresh until closed: by the event stream, which is opened again with growing,
 * jittered waits and then sends only what was missed; and by polling while the stream fails or falls silent (a proxy that
 * holds events back, a connection that died unnoticed), with the stream tried again beside it. A stream counts as working
 * once its first `alive` has come: a large first event may pass a buffer in which small ones are held back.
 */
export class GraphConnection {
  private source: EventSource | null = null;
  /** What the graph in the cache goes back to; `null` when that is not known, so that a stream begins with a whole graph. */
  private lastEventId: string | null = null;
  private failures = 0;
  private isClosed = false;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private asked: AbortController | null = null;
  private pollTimer: ReturnType<typeof setTimeout> | null = null;
  private state: ConnectionState = { mode: 'connecting', receivedAtMs: null, problem: null };

  constructor(
    private readonly client: QueryClient,
    private readonly scope: GraphScope,
    private readonly onState: (state: ConnectionState) => void,
  ) {}

  /** Opens the stream; called once. */
  open(): void {
    const source = new EventSource(graphStreamUrl(this.scope, this.lastEventId));
    this.source = source;
    let silence = this.after(FIRST_ALIVE_MS, () => this.onStreamFailed(source));
    const on = (name: string, apply: (data: string) => boolean) =>
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
        if (this.source !== source) return;
        if (!apply(data)) {
          this.lastEventId = null;
          this.onStreamFailed(source);
          return;
        }
        if (lastEventId !== '') this.lastEventId = lastEventId;
      });
    on('graph', (data) => this.onGraph(data));
    on('delta', (data) => this.onDelta(data));
    on('alive', () => {
      this.forget(silence);
      silence = this.after(SILENCE_MS, () => this.onStreamFailed(source));
      this.onAlive();
      return true;
    });
    source.addEventListener('error', () => {
      this.forget(silence);
      this.onStreamFailed(source);
    });
  }

  /** Ends the stream, the polling and every timer. */
  close(): void {
    this.isClosed = true;
    this.source?.close();
    for (const timer of this.timers) clearTimeout(timer);
    this.stopPolling();
  }

  private onGraph(data: string): boolean {
    const graph = parse(data) as Graph | null;
    if (graph === null) return false;
    this.client.setQueryData(graphQuery(this.scope).queryKey, graph);
    this.onReceived();
    return true;
  }

  private onDelta(data: string): boolean {
    const delta = parse(data) as GraphDelta | null;
    const key = graphQuery(this.scope).queryKey;
    const before = this.client.getQueryData(key);
    if (delta === null || before === undefined) return false;
    this.client.setQueryData(key, applyDelta(before, delta));
    this.onReceived();
    return true;
  }

  private onReceived(): void {
    // What was asked for beside the stream may be older than what the stream sent.
    this.asked?.abort();
    const { mode } = this.state;
    // While it polls, a stream must first show that it works.
    const next = this.failures === 0 || mode === 'connecting' ? 'live' : mode;
    this.report({ mode: next, receivedAtMs: Date.now(), problem: null });
  }

  private onAlive(): void {
    this.failures = 0;
    this.stopPolling();
    // What the stream resumed from is still the newest there is.
    if (this.state.mode !== 'live' && this.state.receivedAtMs !== null) {
      this.report({ mode: 'live', receivedAtMs: Date.now(), problem: null });
    }
  }

  private onStreamFailed(source: EventSource): void {
    if (this.isClosed || this.source !== source) return;
    source.close();
    this.source = null;
    this.failures += 1;
    if (this.state.mode === 'live') this.report({ ...this.state, mode: 'connecting' });
    if (this.failures >= SILENT_FAILURES_BEFORE_POLLING || this.state.receivedAtMs === null)
      this.poll();
    const wait = Math.min(1_000 * 2 ** (this.failures - 1), BACK_OFF_MAX_MS);
    this.after(wait * (0.5 + Math.random() / 2), () => this.open());
  }

  private poll(): void {
    if (this.pollTimer !== null || this.isClosed) return;
    this.pollTimer = setTimeout(() => {
      this.pollTimer = null;
      if (this.failures > 0) this.poll();
    }, POLL_MS);
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    fetchGraph(this.scope, asked.signal).then(
      (graph) => {
        if (!asked.signal.aborted) this.onPolled(graph);
      },
      (error: unknown) => {
        if (!asked.signal.aborted) this.onPollFailed(toApiProblem(error));
      },
    );
  }

  private onPolled(graph: Graph): void {
    this.client.setQueryData(graphQuery(this.scope).queryKey, graph);
    // The graph is no longer the one of the last event.
    this.lastEventId = null;
    this.report({ mode: 'polling', receivedAtMs: Date.now(), problem: null });
  }

  private onPollFailed(problem: ApiProblem): void {
    this.report({ ...this.state, mode: 'lost', problem });
  }

  private stopPolling(): void {
    this.asked?.abort();
    if (this.pollTimer !== null) clearTimeout(this.pollTimer);
    this.pollTimer = null;
  }

  private report(state: ConnectionState): void {
    this.state = state;
    this.onState(state);
  }

  private after(milliseconds: number, run: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, milliseconds);
    this.timers.add(timer);
    return timer;
  }

  private forget(timer: ReturnType<typeof setTimeout>): void {
    clearTimeout(timer);
    this.timers.delete(timer);
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
