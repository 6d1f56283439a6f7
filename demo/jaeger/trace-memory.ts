import { matchesSpan, type TraceQuery } from '@/demo/jaeger/span-query';
import type { SpanRecord, TraceStore } from '@/demo/jaeger/trace-store';

/** Calls between two services, as Jaeger counts them. */
export interface DependencyLink {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
}

/** Traces in memory, newest kept: when there are more than `maxTraces`, the oldest go. */
export class TraceMemory implements TraceStore {
  private readonly traces = new Map<string, SpanRecord[]>();

  constructor(private readonly maxTraces = 4000) {}

  add(spans: readonly SpanRecord[]): void {
    for (const span of spans) {
      const trace = this.traces.get(span.traceId);
      if (trace === undefined) this.traces.set(span.traceId, [span]);
      else trace.push(span);
    }
    for (const traceId of this.traces.keys()) {
      if (this.traces.size <= this.maxTraces) break;
      this.traces.delete(traceId);
    }
  }

  /** Spans of one trace; `null` when it is not (or no longer) kept. Short ids may lack leading zeros. */
  get(traceId: string): readonly SpanRecord[] | null {
    return (
      this.traces.get(traceId.toLowerCase().padStart(32, '0')) ?? this.traces.get(traceId) ?? null
    );
  }

  /** Traces with a span that satisfies the query, newest first. */
  find(query: TraceQuery): readonly (readonly SpanRecord[])[] {
    const found: SpanRecord[][] = [];
    for (const trace of this.traces.values()) {
      if (trace.some((span) => matchesSpan(span, query))) found.push(trace);
    }
    return found.sort((a, b) => startOf(b) - startOf(a)).slice(0, query.limit);
  }

  /** Every service name, in order. */
  services(): string[] {
    return [...new Set(this.spans().map((span) => span.service))].sort();
  }

  /** Operations of a service with their span kind, in order. */
  operations(service: string): { name: string; spanKind: string }[] {
    const found = new Map<string, { name: string; spanKind: string }>();
    for (const span of this.spans()) {
      if (span.service !== service) continue;
      const spanKind = String(span.tags['span.kind'] ?? '');
      found.set(`${span.operation}|${spanKind}`, { name: span.operation, spanKind });
    }
    return [...found.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, operation]) => operation);
  }

  /** Calls between different services within a period (milliseconds). */
  dependencies(startMs: number, endMs: number): DependencyLink[] {
    const counts = new Map<string, DependencyLink>();
    for (const trace of this.traces.values()) {
      const byId = new Map(trace.map((span) => [span.spanId, span]));
      for (const span of trace) {
        const parent = byId.get(span.parentSpanId ?? '');
        const atMs = span.startMicros / 1000;
        if (
          parent === undefined ||
          parent.service === span.service ||
          atMs < startMs ||
          atMs > endMs
        )
          continue;
        const key = `${parent.service}|${span.service}`;
        const callCount = (counts.get(key)?.callCount ?? 0) + 1;
        counts.set(key, { parent: parent.service, child: span.service, callCount });
      }
    }
    return [...counts.values()];
  }

  private spans(): SpanRecord[] {
    return [...this.traces.values()].flat();
  }
}

function startOf(trace: readonly SpanRecord[]): number {
  return trace.reduce((earliest, span) => Math.min(earliest, span.startMicros), Infinity);
}
