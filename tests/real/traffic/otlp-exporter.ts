import type { SpanRecord, TraceStore } from '@/demo/jaeger/trace-store';

/** Numbers of OTLP's span kinds. */
const KINDS: Readonly<Record<string, number>> = { server: 2, client: 3 };
const ERROR_STATUS = 2;

/** Sends spans to a collector as proxies do, by OTLP over HTTP with JSON. */
export class OtlpExporter implements TraceStore {
  /** What went wrong so far; a test looks at it when traces are missing. */
  readonly faults: string[] = [];
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly url: string) {}

  add(spans: readonly SpanRecord[]): void {
    const body = JSON.stringify({ resourceSpans: spans.map(resourceSpans) });
    this.sending = this.sending.then(() => this.post(body));
  }

  /** Waits until everything was sent. */
  drained(): Promise<void> {
    return this.sending;
  }

  private async post(body: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    try {
      const reply = await fetch(this.url, { method: 'POST', headers, body });
      const text = await reply.text();
      if (!reply.ok) this.faults.push(`${reply.status} ${text}`);
    } catch (error) {
      this.faults.push(String(error));
    }
  }
}

function resourceSpans(span: SpanRecord): object {
  return {
    resource: { attributes: attributes({ 'service.name': span.service, ...span.processTags }) },
    scopeSpans: [{ spans: [otlpSpan(span)] }],
  };
}

function otlpSpan(span: SpanRecord): object {
  const { 'span.kind': kind, error, ...tags } = span.tags;
  const startNanos = BigInt(span.startMicros) * 1000n;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
    name: span.operation,
    kind: KINDS[String(kind)] ?? 0,
    startTimeUnixNano: String(startNanos),
    endTimeUnixNano: String(startNanos + BigInt(span.durationMicros) * 1000n),
    attributes: attributes(tags),
    status: error === true ? { code: ERROR_STATUS } : {},
  };
}

function attributes(tags: SpanRecord['tags']): readonly object[] {
  return Object.entries(tags).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : { doubleValue: value },
  }));
}
