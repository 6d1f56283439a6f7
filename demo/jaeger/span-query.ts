import type { SpanRecord } from '@/demo/jaeger/trace-store';

/** What a search for traces asks for; `null` means "any". Times in microseconds. */
export interface TraceQuery {
  readonly service: string;
  readonly operation: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly minDurationMicros: number | null;
  readonly maxDurationMicros: number | null;
  readonly limit: number;
}

/** Whether one span satisfies everything that is asked; Jaeger wants all of it from the same span. */
export function matchesSpan(span: SpanRecord, query: TraceQuery): boolean {
  return (
    span.service === query.service &&
    (query.operation === null || span.operation === query.operation) &&
    span.startMicros >= query.startMicros &&
    span.startMicros <= query.endMicros &&
    (query.minDurationMicros === null || span.durationMicros >= query.minDurationMicros) &&
    (query.maxDurationMicros === null || span.durationMicros <= query.maxDurationMicros) &&
    hasTags(span, query.tags)
  );
}

function hasTags(span: SpanRecord, tags: TraceQuery['tags']): boolean {
  return Object.entries(tags).every(
    ([key, value]) => String(span.tags[key] ?? span.processTags[key] ?? '') === value,
  );
}
