import { ok, type Result } from '@/mesh/result';
import type { Trace, TraceSummary } from '@/mesh/traces';
import { toSummary } from '@/server/adapters/collected-trace';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { through } from '@/server/adapters/jaeger/through';
import { decodeServices, decodeTraces } from '@/server/adapters/jaeger/wire';
import type { TraceSearch, TracingBackend } from '@/server/adapters/tracing-backend';
import { TracingClient } from '@/server/adapters/tracing-client';
import type { SourceError } from '@/server/errors';
import type { Observer } from '@/server/ports';

/** Traces are asked for in plenty where a second service must be in them, since Jaeger can filter by one only. */
export const PLENTY = 5;

/** The JSON API of Jaeger's own pages (`/api/traces`), which Jaeger 1 and 2 and others serve; it alone filters by tags. */
export class JaegerV1 implements TracingBackend {
  readonly product = 'Jaeger (API v1)';
  readonly title = 'Jaeger';
  private readonly client: TracingClient;

  constructor(endpoint: HttpEndpoint, observer: Observer) {
    this.client = new TracingClient(endpoint, observer, this.title);
  }

  async services(_: unknown, signal: AbortSignal): Promise<Result<readonly string[], SourceError>> {
    const parameters = new URLSearchParams();
    const path = '/api/services';
    return this.client.ask(
      { operation: 'services', path, parameters, decode: decodeServices },
      signal,
    );
  }

  async search(
    search: TraceSearch,
    signal: AbortSignal,
  ): Promise<Result<readonly TraceSummary[], SourceError>> {
    const [recent, failed] = await Promise.all([
      this.find(search, {}, signal),
      this.find(search, { tags: JSON.stringify({ error: 'true' }) }, signal),
    ]);
    if (!recent.ok) return recent;
    // Errors are an extra: without them the recent ones are still an answer.
    const all = [...(failed.ok ? failed.value : []), ...recent.value];
    const summaries = new Map(all.map((summary) => [summary.traceId, summary]));
    return ok(through([...summaries.values()], search.alsoThrough));
  }

  async trace(traceId: string, signal: AbortSignal): Promise<Result<Trace, SourceError>> {
    return this.client.askTrace(`/api/traces/${encodeURIComponent(traceId)}`, decodeTraces, signal);
  }

  private async find(
    { service, startMs, endMs, limit, alsoThrough }: TraceSearch,
    tags: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Result<readonly TraceSummary[], SourceError>> {
    const parameters = new URLSearchParams({
      service,
      limit: String(limit * (alsoThrough.length > 0 ? PLENTY : 1)),
      start: String(startMs * 1000),
      end: String(endMs * 1000),
      lookback: 'custom',
      ...tags,
    });
    const traces = await this.client.ask(
      { operation: 'search', path: '/api/traces', parameters, decode: decodeTraces },
      signal,
    );
    return traces.ok ? ok(traces.value.map(toSummary)) : traces;
  }
}
