import type { QueryClient } from '@tanstack/react-query';
import { toApiProblem, type ApiProblem } from '@/components/queries/api-problem';
import { graphQuery, graphStreamUrl } from '@/components/queries/graph-query';
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

const FIRST_EVENT_MS = 8_000;
const POLL_MS = 10_000;
const BACK_OFF_MAX_MS = 30_000;
const SILENT_FAILURES_BEFORE_POLLING = 2;

/**
 * Keeps one scope's graph in the query cache fresh until closed: by the event stream, which is opened again with growing,
 * jittered waits; and by polling while the stream fails or stays silent (a proxy that buffers), with the stream tried
 * again beside it.
 */
export class GraphConnection {
  private source: EventSource | null = null;
  private failures = 0;
  private isClosed = false;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private pollTimer: ReturnType<typeof setTimeout> | null = null;
  private state: ConnectionState = { mode: 'connecting', receivedAtMs: null, problem: null };

  constructor(
    private readonly client: QueryClient,
    private readonly scope: GraphScope,
    private readonly onState: (state: ConnectionState) => void,
  ) {}

  /** Opens the stream; called once. */
  open(): void {
    const source = new EventSource(graphStreamUrl(this.scope));
    this.source = source;
    const silence = this.after(FIRST_EVENT_MS, () => this.onStreamFailed(source));
    const received = (apply: () => boolean) => {
      clearTimeout(silence);
      if (!apply()) {
        this.onStreamFailed(source);
        return;
      }
      this.failures = 0;
      this.stopPolling();
      this.report({ mode: 'live', receivedAtMs: Date.now(), problem: null });
    };
    source.addEventListener('graph', ({ data }: MessageEvent<string>) =>
      received(() => this.onGraph(data)),
    );
    source.addEventListener('delta', ({ data }: MessageEvent<string>) =>
      received(() => this.onDelta(data)),
    );
    source.addEventListener('error', () => {
      clearTimeout(silence);
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
    return true;
  }

  private onDelta(data: string): boolean {
    const delta = parse(data) as GraphDelta | null;
    const key = graphQuery(this.scope).queryKey;
    const before = this.client.getQueryData(key);
    if (delta === null || before === undefined) return false;
    this.client.setQueryData(key, applyDelta(before, delta));
    return true;
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
    void this.client.query({ ...graphQuery(this.scope), staleTime: 0, retry: false }).then(
      () => this.onPolled(null),
      (error: unknown) => this.onPolled(toApiProblem(error)),
    );
  }

  private onPolled(problem: ApiProblem | null): void {
    if (this.isClosed || this.failures === 0) return;
    const receivedAtMs = problem === null ? Date.now() : this.state.receivedAtMs;
    this.report({ mode: problem === null ? 'polling' : 'lost', receivedAtMs, problem });
  }

  private stopPolling(): void {
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
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
