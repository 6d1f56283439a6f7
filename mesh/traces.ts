/** One trace in a list. Times in epoch milliseconds, durations in milliseconds. */
export interface TraceSummary {
  readonly traceId: string;
  readonly rootName: string;
  readonly rootService: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** `null` where the backend lists traces without counting their spans (Tempo before 2.5). */
  readonly spanCount: number | null;
  /** Spans that failed; at least this many, or `null`, where the backend does not count them. */
  readonly errorCount: number | null;
  readonly services: readonly string[];
}

/** One span of a waterfall. */
export interface TraceSpan {
  readonly spanId: string;
  /** `null` for a root, or when the parent was not collected. */
  readonly parentId: string | null;
  readonly service: string;
  readonly operation: string;
  /** Offset from the start of the trace, milliseconds. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly depth: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A whole trace, spans in the order of a depth-first walk by start time. */
export interface Trace extends TraceSummary {
  readonly spans: readonly TraceSpan[];
}
