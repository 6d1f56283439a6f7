import { fail, ok, type Result } from '@/mesh/result';
import type { Trace, TraceSummary } from '@/mesh/traces';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { toSummary, toTrace } from '@/server/adapters/jaeger/to-trace';
import { decodeServices, decodeTraces, type WireTrace } from '@/server/adapters/jaeger/wire';
import { parseJson } from '@/server/adapters/parse-json';
import type { IncomingAnswer } from '@/server/adapters/transport';
import { sourceError, type SourceError } from '@/server/errors';
import type {
  CallOptions,
  Clock,
  Observer,
  SourceState,
  TraceQuery,
  TraceSource,
} from '@/server/ports';

const MAX_BYTES = 64_000_000;
const SERVICES_MS = 60_000;
/** The state is that of the last answer: so often something is asked at least. */
const PROBE_MS = 60_000;
const PROBE_FAILING_MS = 15_000;
/** Traces are asked for in plenty where a second service must be in them, since Jaeger can filter by one only. */
const PLENTY = 5;

function toStatusFault({ status }: IncomingAnswer, isOneTrace: boolean): SourceError {
  const of = (kind: SourceError['kind'], words: string) =>
    sourceError('jaeger', kind, `Jaeger ${words}`);
  if (status === 401) return of('unauthorized', 'refused the credentials');
  if (status === 403) return of('forbidden', 'does not let Fanari ask');
  if (status === 404 && isOneTrace) return of('not-found', 'does not have this trace');
  if (status === 400) return of('bad-query', 'did not understand the question');
  if (status === 429 || status === 503) return of('overloaded', `is overloaded (status ${status})`);
  return of('bad-response', `answered with status ${status}`);
}

/** Jaeger's query service (v1 JSON API). */
export class JaegerSource implements TraceSource {
  private current: SourceState = {
    source: 'jaeger',
    state: 'syncing',
    message: null,
    sinceMs: null,
  };
  private readonly stopper = new AbortController();
  private probeTimer: NodeJS.Timeout | null = null;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private services: { readonly atMs: number; readonly names: readonly string[] } | null = null;

  constructor(
    private readonly endpoint: HttpEndpoint,
    private readonly observer: Observer,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks for the names of services now and then, so that the state is known before anybody looks at traces, and a Jaeger
   * that is back is seen to be back.
   */
  start(): void {
    void this.probe();
  }

  /** Ends the asking, and closes idle connections. */
  stop(): void {
    this.stopper.abort();
    if (this.probeTimer !== null) clearTimeout(this.probeTimer);
    this.endpoint.close();
  }

  state(): SourceState {
    return this.current;
  }

  async findTraces(
    query: TraceQuery,
    options: CallOptions,
  ): Promise<Result<readonly TraceSummary[], SourceError>> {
    const known = await this.serviceNames(options);
    if (!known.ok) return known;
    const names = new Set(known.value);
    const service = query.services.find((name) => names.has(name));
    if (service === undefined) return ok([]);
    const also = query.alsoThrough.filter((name) => names.has(name));
    const limit = query.limit * (also.length > 0 ? PLENTY : 1);
    const [recent, failed] = await Promise.all([
      this.search(service, query.lookbackSeconds, limit, null, options),
      this.search(service, query.lookbackSeconds, limit, { error: 'true' }, options),
    ]);
    if (!recent.ok) return recent;
    // Errors are an extra: without them the recent ones are still an answer.
    const all = [...(failed.ok ? failed.value : []), ...recent.value];
    const summaries = new Map(all.map((trace) => [trace.traceId, toSummary(trace)]));
    return ok(
      [...summaries.values()]
        .filter(({ services }) => also.length === 0 || also.some((name) => services.includes(name)))
        .sort(errorsFirst)
        .slice(0, query.limit),
    );
  }

  async getTrace(traceId: string, options: CallOptions): Promise<Result<Trace, SourceError>> {
    const path = `/api/traces/${encodeURIComponent(traceId)}`;
    const traces = await this.ask('trace', path, new URLSearchParams(), options, decodeTraces);
    if (!traces.ok) return traces;
    const [trace] = traces.value;
    if (trace !== undefined) return ok(toTrace(trace));
    return fail(sourceError('jaeger', 'not-found', 'Jaeger does not have this trace'));
  }

  private async probe(): Promise<void> {
    const { signal } = this.stopper;
    try {
      if (this.current.state !== 'ok' || this.clock.now() - this.askedAtMs >= PROBE_MS) {
        await this.askForNames({ signal });
      }
    } finally {
      if (!signal.aborted) this.probeAgain();
    }
  }

  private probeAgain(): void {
    const delayMs = this.current.state === 'ok' ? PROBE_MS : PROBE_FAILING_MS;
    this.probeTimer = setTimeout(() => void this.probe(), delayMs);
    this.probeTimer.unref();
  }

  private async search(
    service: string,
    lookbackSeconds: number,
    limit: number,
    tags: Readonly<Record<string, string>> | null,
    options: CallOptions,
  ): Promise<Result<readonly WireTrace[], SourceError>> {
    const nowMs = this.clock.now();
    const parameters = new URLSearchParams({
      service,
      limit: String(limit),
      start: String((nowMs - lookbackSeconds * 1000) * 1000),
      end: String(nowMs * 1000),
      lookback: 'custom',
      ...(tags === null ? {} : { tags: JSON.stringify(tags) }),
    });
    return this.ask('search', '/api/traces', parameters, options, decodeTraces);
  }

  private async serviceNames(
    options: CallOptions,
  ): Promise<Result<readonly string[], SourceError>> {
    if (this.services !== null && this.clock.now() - this.services.atMs < SERVICES_MS) {
      return ok(this.services.names);
    }
    return this.askForNames(options);
  }

  private async askForNames(options: CallOptions): Promise<Result<readonly string[], SourceError>> {
    const answer = await this.ask(
      'services',
      '/api/services',
      new URLSearchParams(),
      options,
      decodeServices,
    );
    // New services appear; an empty list is asked for again at once.
    if (answer.ok && answer.value.length > 0)
      this.services = { atMs: this.clock.now(), names: answer.value };
    return answer;
  }

  private async ask<T>(
    operation: string,
    path: string,
    parameters: URLSearchParams,
    { signal }: CallOptions,
    decode: (body: unknown) => Result<T, string>,
  ): Promise<Result<T, SourceError>> {
    const startedMs = performance.now();
    const answer = await this.endpoint.call(
      { path, parameters, form: false, maxBytes: MAX_BYTES },
      signal,
    );
    const result = answer.ok ? toValue(answer.value, decode, operation === 'trace') : answer;
    const kind = result.ok ? null : result.error.kind;
    this.observer.onCall(
      'jaeger',
      operation,
      kind === null ? 'ok' : kind === 'aborted' ? 'aborted' : 'error',
      performance.now() - startedMs,
    );
    if (kind === 'aborted') return result;
    this.askedAtMs = this.clock.now();
    // What does not have one trace has answered.
    this.note(result.ok || kind === 'not-found' ? null : result.error);
    return result;
  }

  private note(error: SourceError | null): void {
    const state = error === null ? 'ok' : 'failing';
    const sinceMs = state === this.current.state ? this.current.sinceMs : this.clock.now();
    this.current = { source: 'jaeger', state, message: error?.message ?? null, sinceMs };
  }
}

function errorsFirst(a: TraceSummary, b: TraceSummary): number {
  const failed = Number(b.errorCount > 0) - Number(a.errorCount > 0);
  return failed === 0 ? b.startMs - a.startMs : failed;
}

function toValue<T>(
  answer: IncomingAnswer,
  decode: (body: unknown) => Result<T, string>,
  isOneTrace: boolean,
): Result<T, SourceError> {
  if (answer.status !== 200) return fail(toStatusFault(answer, isOneTrace));
  const body = parseJson('jaeger', answer.text);
  if (!body.ok) return body;
  const value = decode(body.value);
  if (value.ok) return value;
  return fail(
    sourceError(
      'jaeger',
      'bad-response',
      `Jaeger gave an answer that cannot be read at ${value.error}`,
    ),
  );
}
