import { fail, ok, type Result } from '@/mesh/result';
import type { Trace, TraceSummary } from '@/mesh/traces';
import { toSummary, type CollectedTrace } from '@/server/adapters/collected-trace';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { PLENTY } from '@/server/adapters/jaeger/jaeger-v1';
import { through } from '@/server/adapters/jaeger/through';
import { decodeOtlp } from '@/server/adapters/otlp-trace';
import { asRecord } from '@/server/adapters/parse-json';
import type { TraceSearch, TracingBackend } from '@/server/adapters/tracing-backend';
import { TracingClient } from '@/server/adapters/tracing-client';
import type { SourceError } from '@/server/errors';
import type { Observer } from '@/server/ports';

/** `{"services": […]}`; without any, Jaeger leaves the field out. */
function decodeServices(body: unknown): Result<readonly string[], string> {
  const fields = asRecord(body);
  if (fields === null || Object.keys(fields).some((name) => name !== 'services'))
    return fail('services');
  const services = fields['services'] ?? [];
  return Array.isArray(services)
    ? ok(services.filter((name) => typeof name === 'string'))
    : fail('services');
}

/** OTLP in the envelope of a gRPC gateway. */
function decodeResult(body: unknown): Result<readonly CollectedTrace[], string> {
  const result = asRecord(body)?.['result'];
  return result === undefined ? fail('result') : decodeOtlp(result);
}

/**
 * Jaeger's API v3 (`/api/v3/traces`, OTLP JSON), for those that serve no other. It filters by service only, so that
 * traces with errors are found where they are among the newest.
 */
export class JaegerV3 implements TracingBackend {
  readonly product = 'Jaeger (API v3)';
  readonly title = 'Jaeger';
  private readonly client: TracingClient;

  constructor(endpoint: HttpEndpoint, observer: Observer) {
    this.client = new TracingClient(endpoint, observer, this.title);
  }

  async services(_: unknown, signal: AbortSignal): Promise<Result<readonly string[], SourceError>> {
    const parameters = new URLSearchParams();
    const path = '/api/v3/services';
    return this.client.ask(
      { operation: 'services', path, parameters, decode: decodeServices },
      signal,
    );
  }

  async search(
    { service, alsoThrough, startMs, endMs, limit }: TraceSearch,
    signal: AbortSignal,
  ): Promise<Result<readonly TraceSummary[], SourceError>> {
    const parameters = new URLSearchParams({
      'query.service_name': service,
      'query.start_time_min': new Date(startMs).toISOString(),
      'query.start_time_max': new Date(endMs).toISOString(),
      'query.num_traces': String(limit * (alsoThrough.length > 0 ? PLENTY : 1)),
    });
    const traces = await this.client.ask(
      // Without a trace it says 404.
      {
        operation: 'search',
        path: '/api/v3/traces',
        parameters,
        decode: decodeResult,
        absent: ok([]),
      },
      signal,
    );
    return traces.ok ? ok(through(traces.value.map(toSummary), alsoThrough)) : traces;
  }

  async trace(traceId: string, signal: AbortSignal): Promise<Result<Trace, SourceError>> {
    return this.client.askTrace(
      `/api/v3/traces/${encodeURIComponent(traceId)}`,
      decodeResult,
      signal,
    );
  }
}
