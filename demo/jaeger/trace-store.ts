/** One span as the traffic engine makes it. Times in microseconds since the epoch, as Jaeger stores them. */
export interface SpanRecord {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  /** Jaeger service name: `<app>.<namespace>`, as Istio names it. */
  service: string;
  operation: string;
  startMicros: number;
  durationMicros: number;
  tags: Readonly<Record<string, string | number | boolean>>;
  /** Tags of the process (pod name, ip, namespace). */
  processTags: Readonly<Record<string, string>>;
}

/** Bounded store of traces; the oldest are dropped first. */
export interface TraceStore {
  add(spans: readonly SpanRecord[]): void;
}
