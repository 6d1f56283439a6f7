import type { SpanRecord } from '@/demo/jaeger/trace-store';

/** A tag in Jaeger's JSON. */
interface JsonTag {
  readonly key: string;
  readonly type: 'string' | 'bool' | 'int64' | 'float64';
  readonly value: string | number | boolean;
}

/** One trace as Jaeger's query service writes it: spans that point to processes. */
export function traceJson(spans: readonly SpanRecord[]): object {
  const processes = new Map<string, { id: string; span: SpanRecord }>();
  const idOf = (span: SpanRecord): string => {
    const key = `${span.service}|${JSON.stringify(span.processTags)}`;
    const known = processes.get(key) ?? { id: `p${String(processes.size + 1)}`, span };
    processes.set(key, known);
    return known.id;
  };
  const jsonSpans = spans.map((span) => ({
    ...spanJson(span),
    processID: idOf(span),
    warnings: null,
  }));
  return {
    traceID: spans[0]?.traceId ?? '',
    spans: jsonSpans,
    processes: Object.fromEntries(
      [...processes.values()].map(({ id, span }) => [
        id,
        { serviceName: span.service, tags: tagsJson(span.processTags) },
      ]),
    ),
    warnings: null,
  };
}

function spanJson(span: SpanRecord): object {
  const parent = { refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId };
  return {
    traceID: span.traceId,
    spanID: span.spanId,
    flags: 1,
    operationName: span.operation,
    references: span.parentSpanId === null ? [] : [parent],
    startTime: span.startMicros,
    duration: span.durationMicros,
    tags: tagsJson(span.tags),
    logs: [],
  };
}

function tagsJson(tags: SpanRecord['tags']): JsonTag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, type: typeOf(value), value }));
}

function typeOf(value: string | number | boolean): JsonTag['type'] {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(value) ? 'int64' : 'float64';
}
