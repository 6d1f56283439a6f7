import type { Result } from '@/mesh/result';
import type { Trace, TraceSummary } from '@/mesh/traces';
import type { SourceError } from '@/server/errors';

/** Which traces a backend is asked for. Times in epoch milliseconds. */
export interface TraceSearch {
  readonly service: string;
  /** Traces must also pass through one of these; empty does not narrow. */
  readonly alsoThrough: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly limit: number;
}

/** How a tracing backend is asked, once it is known which it is. One adapter for each query API. */
export interface TracingBackend {
  /** Name of the product with its API, as it is shown in the status, e.g. `Jaeger (API v3)`. */
  readonly product: string;
  /** Name in messages, at the start of a sentence. */
  readonly title: string;
  /**
   * Names of all services. This is also the question by which a backend is recognised: an answer of another shape fails
   * as `not-found` or `bad-response`.
   */
  services(
    range: { readonly startMs: number; readonly endMs: number },
    signal: AbortSignal,
  ): Promise<Result<readonly string[], SourceError>>;
  /** Traces that fit, in any order; those with errors are among them where the backend can look for them. */
  search(
    search: TraceSearch,
    signal: AbortSignal,
  ): Promise<Result<readonly TraceSummary[], SourceError>>;
  /** One trace. `not-found` when the backend does not have it. */
  trace(traceId: string, signal: AbortSignal): Promise<Result<Trace, SourceError>>;
}
