import type { Expression, TimeShift, VectorSelector } from '@/demo/prometheus/promql/ast';
import { QueryError } from '@/demo/prometheus/promql/query-error';
import type { SeriesList } from '@/demo/prometheus/promql/series-list';
import type { Value } from '@/demo/prometheus/promql/value';
import type { SampleView } from '@/demo/prometheus/sample-view';

/** What one evaluation works with. */
export interface QueryRunOptions {
  readonly view: SampleView;
  readonly selections: ReadonlyMap<VectorSelector, SeriesList>;
  readonly startMs: number;
  readonly endMs: number;
  /** How far back an instant selector looks for the newest sample. */
  readonly lookbackMs: number;
  /** Step of subqueries that name none. */
  readonly evaluationIntervalMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
  /** Evaluates a node; handed down so that kinds of nodes need not import each other. */
  readonly evaluate: (run: QueryRun, node: Expression, atMs: number) => Promise<Value>;
}

const SLICE_MS = 12;
/** Prometheus's own default limit is 50 million; each is 8 bytes or more here as well. */
const MOST_SAMPLES = 50_000_000;

/** State of one query while it runs: its data, which do not change under it, and its limits. */
export class QueryRun {
  private readonly deadline: number;
  private sliceEnd = performance.now() + SLICE_MS;
  private samples = 0;

  constructor(readonly options: QueryRunOptions) {
    this.deadline = performance.now() + options.timeoutMs;
  }

  get view(): SampleView {
    return this.options.view;
  }

  evaluate(node: Expression, atMs: number): Promise<Value> {
    return this.options.evaluate(this, node, atMs);
  }

  /** The moment that a selector with this shift looks at when the query stands at `atMs`. */
  moment({ at, offsetMs }: TimeShift, atMs: number): number {
    const { startMs, endMs } = this.options;
    const base = at === null ? atMs : at === 'start' ? startMs : at === 'end' ? endMs : at;
    return base - offsetMs;
  }

  /** Whether it is time to call {@link pause}. */
  isSliceOver(): boolean {
    return performance.now() >= this.sliceEnd;
  }

  /** Lets the rest of the process run. Throws when the query has taken too long or nobody waits for it. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.options.signal?.aborted === true) {
      throw new QueryError('canceled', 'query was canceled in expression evaluation');
    }
    if (performance.now() > this.deadline) {
      throw new QueryError('timeout', 'query timed out in expression evaluation');
    }
    this.sliceEnd = performance.now() + SLICE_MS;
  }

  /** Accounts for values kept in memory until the answer is ready. Throws when they are too many. */
  keepSamples(count: number): void {
    this.samples += count;
    if (this.samples > MOST_SAMPLES) {
      throw new QueryError(
        'execution',
        'query processing would load too many samples into memory in query execution',
      );
    }
  }
}

/** Something worked out once per node and query. */
export class NodeMemo<T> {
  private readonly runs = new WeakMap<QueryRun, Map<object, T>>();

  /** What was made for this node before, or what `make` makes now. */
  of(run: QueryRun, node: object, make: () => T): T {
    let nodes = this.runs.get(run);
    if (nodes === undefined) {
      nodes = new Map();
      this.runs.set(run, nodes);
    }
    let made = nodes.get(node);
    if (made === undefined) {
      made = make();
      nodes.set(node, made);
    }
    return made;
  }
}
