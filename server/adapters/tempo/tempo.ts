import { ok, type Result } from '@/mesh/result';
import type { Trace, TraceSummary } from '@/mesh/traces';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { traceQuery } from '@/server/adapters/tempo/traceql';
import { decodeSearch, decodeTagValues, decodeTrace } from '@/server/adapters/tempo/wire';
import type { TraceSearch, TracingBackend } from '@/server/adapters/tracing-backend';
import { TracingClient } from '@/server/adapters/tracing-client';
import type { SourceError } from '@/server/errors';
import type { Observer } from '@/server/ports';

function seconds({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) {
  return {
    start: String(Math.floor(startMs / 1000)),
    end: String(Math.ceil(endMs / 1000)),
  };
}

/** Grafana Tempo's HTTP API: search by TraceQL (since 2.0), traces as OTLP JSON. */
export class Tempo implements TracingBackend {
  readonly product = 'Grafana Tempo';
  readonly title = 'Tempo';
  private readonly client: TracingClient;

  constructor(endpoint: HttpEndpoint, observer: Observer) {
    this.client = new TracingClient(endpoint, observer, this.title);
  }

  async services(
    range: { readonly startMs: number; readonly endMs: number },
    signal: AbortSignal,
  ): Promise<Result<readonly string[], SourceError>> {
    const path = '/api/search/tag/service.name/values';
    const parameters = new URLSearchParams(seconds(range));
    return this.client.ask(
      { operation: 'services', path, parameters, decode: decodeTagValues },
      signal,
    );
  }

  async search(
    search: TraceSearch,
    signal: AbortSignal,
  ): Promise<Result<readonly TraceSummary[], SourceError>> {
    const [recent, failed] = await Promise.all([
      this.find(search, false, signal),
      this.find(search, true, signal),
    ]);
    if (!recent.ok) return recent;
    // Errors are an extra, but where both tell of a trace, theirs tells more.
    const all = [...recent.value, ...(failed.ok ? failed.value : [])];
    return ok([...new Map(all.map((summary) => [summary.traceId, summary])).values()]);
  }

  async trace(traceId: string, signal: AbortSignal): Promise<Result<Trace, SourceError>> {
    const id = encodeURIComponent(traceId);
    const found = await this.client.askTrace(`/api/v2/traces/${id}`, decodeTrace, signal);
    // Tempo before 2.7 knows only the older path, and says 404 in both cases.
    if (found.ok || found.error.kind !== 'not-found') return found;
    return this.client.askTrace(`/api/traces/${id}`, decodeTrace, signal);
  }

  private async find(
    search: TraceSearch,
    onlyFailed: boolean,
    signal: AbortSignal,
  ): Promise<Result<readonly TraceSummary[], SourceError>> {
    const parameters = new URLSearchParams({
      q: traceQuery(search.service, search.alsoThrough, onlyFailed),
      limit: String(search.limit),
      ...seconds(search),
    });
    const decode = (body: unknown) => decodeSearch(body, onlyFailed);
    return this.client.ask(
      { operation: 'search', path: '/api/search', parameters, decode },
      signal,
    );
  }
}
