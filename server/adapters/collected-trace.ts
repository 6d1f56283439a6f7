import type { Trace, TraceSpan, TraceSummary } from '@/mesh/traces';
import { toMilliseconds, type Microseconds } from '@/server/adapters/trace-time';

/** One span as a backend gave it, whatever its API. */
export interface CollectedSpan {
  readonly spanId: string;
  readonly parentIds: readonly string[];
  readonly service: string;
  readonly operation: string;
  readonly start: Microseconds;
  readonly duration: Microseconds;
  /** By name as in Jaeger; an OTLP status is `otel.status_code`. */
  readonly tags: Readonly<Record<string, string>>;
}

/** One trace as a backend gave it; at least one span. */
export interface CollectedTrace {
  readonly traceId: string;
  readonly spans: readonly CollectedSpan[];
}

/** The value of a tag as text; `null` for what is too deep to be written. */
export function tagText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  try {
    return value === undefined ? null : JSON.stringify(value);
  } catch {
    return null;
  }
}

/** Whether a span failed: its `error` tag, an HTTP 5xx, or a gRPC status other than 0. */
export function isErrorSpan({ tags }: Pick<CollectedSpan, 'tags'>): boolean {
  if (tags['error'] !== undefined) return tags['error'] !== 'false';
  if (tags['otel.status_code'] === 'ERROR') return true;
  const grpc = tags['grpc.status_code'] ?? tags['rpc.grpc.status_code'];
  if (grpc !== undefined && grpc !== '' && grpc !== '0') return true;
  return /^5\d\d$/.test(tags['http.status_code'] ?? tags['http.response.status_code'] ?? '');
}

/** Earliest start, in whole microseconds: fractions of epoch milliseconds would not be exact. */
function startOf(spans: readonly CollectedSpan[]): Microseconds {
  return spans.reduce(
    (least, { start }) => (start < least ? start : least),
    Number.POSITIVE_INFINITY as Microseconds,
  );
}

function lengthOf(spans: readonly CollectedSpan[]): Microseconds {
  const end = spans.reduce((most, { start, duration }) => Math.max(most, start + duration), 0);
  return (end - startOf(spans)) as Microseconds;
}

function parentIn(span: CollectedSpan, known: ReadonlySet<string>): string | null {
  return span.parentIds.find((id) => known.has(id) && id !== span.spanId) ?? null;
}

function rootOf(spans: readonly CollectedSpan[]): CollectedSpan | undefined {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter((span) => parentIn(span, known) === null);
  return (roots.length > 0 ? roots : [...spans]).sort((a, b) => a.start - b.start)[0];
}

/** One line of a list of traces. The root is the earliest span without a collected parent. */
export function toSummary({ traceId, spans }: CollectedTrace): TraceSummary {
  const root = rootOf(spans);
  return {
    traceId,
    rootName: root?.operation ?? '',
    rootService: root?.service ?? '',
    startMs: toMilliseconds(startOf(spans)),
    durationMs: toMilliseconds(lengthOf(spans)),
    spanCount: spans.length,
    errorCount: spans.filter(isErrorSpan).length,
    services: [...new Set(spans.map(({ service }) => service))].sort(),
  };
}

/** A whole trace: spans in depth-first order by start time. Spans in a cycle of parents come last, at depth 0. */
export function toTrace(trace: CollectedTrace): Trace {
  const known = new Set(trace.spans.map(({ spanId }) => spanId));
  const children = new Map<string | null, CollectedSpan[]>();
  for (const span of [...trace.spans].sort((a, b) => a.start - b.start)) {
    const parent = parentIn(span, known);
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const start = startOf(trace.spans);
  const spans: TraceSpan[] = [];
  const visited = new Set<CollectedSpan>();
  const add = (span: CollectedSpan, depth: number) => {
    visited.add(span);
    spans.push(toSpan(span, parentIn(span, known), depth, start));
  };
  const stack = [...(children.get(null) ?? [])].reverse().map((span) => ({ span, depth: 0 }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { span, depth } = next;
    if (visited.has(span)) continue;
    add(span, depth);
    const below = [...(children.get(span.spanId) ?? [])].reverse();
    stack.push(...below.map((child) => ({ span: child, depth: depth + 1 })));
  }
  for (const span of trace.spans) if (!visited.has(span)) add(span, 0);
  return { ...toSummary(trace), spans };
}

function toSpan(
  span: CollectedSpan,
  parentId: string | null,
  depth: number,
  start: Microseconds,
): TraceSpan {
  return {
    spanId: span.spanId,
    parentId,
    service: span.service,
    operation: span.operation,
    offsetMs: toMilliseconds((span.start - start) as Microseconds),
    durationMs: toMilliseconds(span.duration),
    isError: isErrorSpan(span),
    depth,
    tags: span.tags,
  };
}
