import type { TraceDiagnosis } from '@/mesh/doctor/facts';
import { fail, ok, type Result } from '@/mesh/result';
import type { Trace, TraceSummary } from '@/mesh/traces';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { Remembered } from '@/server/adapters/remembered';
import type { TracingBackend } from '@/server/adapters/tracing-backend';
import { OtherApi } from '@/server/adapters/tracing-client';
import { sourceError, type SourceError } from '@/server/errors';
import type { CallOptions, Clock, SourceState, TraceQuery, TraceSource } from '@/server/ports';

const SERVICES_MS = 60_000;
const DIAGNOSIS_MS = 10_000;
/** How far back services are looked for where a backend wants to know. */
const SERVICES_LOOKBACK_MS = 6 * 3_600_000;
/** The state is that of the last answer: so often something is asked at least. */
const PROBE_MS = 60_000;
const PROBE_FAILING_MS = 15_000;

type Asked<T> = Promise<Result<T, SourceError>>;

interface Names {
  readonly atMs: number;
  readonly list: readonly string[];
}

/**
 * A tracing backend of which only the URL is known. Which of `backends` it is, is found out by asking each in its order
 * for the names of services; that is remembered until something fails, and then found out again, since what answers at
 * a URL may have been replaced. The last one is asked first.
 */
export class TracingSource implements TraceSource {
  private current: SourceState = {
    source: 'jaeger',
    state: 'syncing',
    message: null,
    sinceMs: null,
  };
  private readonly stopper = new AbortController();
  private probeTimer: NodeJS.Timeout | null = null;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private backends: readonly TracingBackend[];
  private detected: TracingBackend | null = null;
  private detecting: Asked<TracingBackend> | null = null;
  private names: Names | null = null;
  private readonly diagnosis: Remembered<TraceDiagnosis>;

  constructor(
    backends: readonly TracingBackend[],
    private readonly endpoint: Pick<HttpEndpoint, 'close' | 'clock'>,
    private readonly clock: Clock,
  ) {
    this.backends = backends;
    this.diagnosis = new Remembered(
      () => this.askForDiagnosis(),
      DIAGNOSIS_MS,
      () => clock.now(),
    );
  }

  /**
   * Asks for the names of services now and then, so that the state is known before anybody looks at traces, and a
   * backend that is back is seen to be back.
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

  async diagnose(): Promise<TraceDiagnosis> {
    return this.diagnosis.get();
  }

  async findTraces(query: TraceQuery, { signal }: CallOptions): Asked<readonly TraceSummary[]> {
    const backend = await this.backend(signal);
    if (!backend.ok) return backend;
    const known = await this.serviceNames(backend.value, signal);
    if (!known.ok) return known;
    const names = new Set(known.value);
    const service = query.services.find((name) => names.has(name));
    if (service === undefined) return ok([]);
    const endMs = this.clock.now();
    const search = {
      service,
      alsoThrough: query.alsoThrough.filter((name) => names.has(name)),
      startMs: endMs - query.lookbackSeconds * 1000,
      endMs,
      limit: query.limit,
    };
    const found = this.noted(await backend.value.search(search, signal));
    return found.ok ? ok([...found.value].sort(errorsFirst).slice(0, query.limit)) : found;
  }

  async getTrace(traceId: string, { signal }: CallOptions): Asked<Trace> {
    const backend = await this.backend(signal);
    return backend.ok ? this.noted(await backend.value.trace(traceId, signal)) : backend;
  }

  private async askForDiagnosis(): Promise<TraceDiagnosis> {
    const { signal } = this.stopper;
    const backend = await this.backend(signal);
    const names = backend.ok ? this.noted(await this.askForNames(backend.value, signal)) : backend;
    return names.ok
      ? { fault: null, services: names.value.length, clock: this.endpoint.clock() }
      : { fault: names.error.message, services: null, clock: null };
  }

  private async probe(): Promise<void> {
    const { signal } = this.stopper;
    try {
      if (this.current.state !== 'ok' || this.clock.now() - this.askedAtMs >= PROBE_MS) {
        const known = this.detected;
        if (known === null) await this.backend(signal);
        else this.noted(await this.askForNames(known, signal));
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

  /** The backend that answers. Found out once for all who wait; one who goes does not end it for the others. */
  private async backend(signal: AbortSignal): Asked<TracingBackend> {
    if (this.detected !== null) return ok(this.detected);
    this.detecting ??= this.detect().finally(() => {
      this.detecting = null;
    });
    return orAborted(this.detecting, signal);
  }

  private async detect(): Asked<TracingBackend> {
    const { signal } = this.stopper;
    for (const backend of this.backends) {
      const names = await this.askForNames(backend, signal);
      if (names.ok) {
        this.detected = backend;
        this.backends = [backend, ...this.backends.filter((other) => other !== backend)];
        this.noted(names);
        return ok(backend);
      }
      // A backend that is away, or refuses, has not said that it is another one.
      if (!(names.error.cause instanceof OtherApi)) return this.noted(names);
    }
    const words =
      'The tracing backend answers, but not as Jaeger or Tempo do; its URL may lack a path';
    return this.noted(fail(sourceError('jaeger', 'bad-response', words)));
  }

  private async serviceNames(
    backend: TracingBackend,
    signal: AbortSignal,
  ): Asked<readonly string[]> {
    const { names } = this;
    if (names !== null && this.clock.now() - names.atMs < SERVICES_MS) return ok(names.list);
    return this.noted(await this.askForNames(backend, signal));
  }

  private async askForNames(
    backend: TracingBackend,
    signal: AbortSignal,
  ): Asked<readonly string[]> {
    const endMs = this.clock.now();
    const range = { startMs: endMs - SERVICES_LOOKBACK_MS, endMs };
    const answer = await backend.services(range, signal);
    // New services appear; an empty list is asked for again at once.
    if (answer.ok)
      this.names = answer.value.length > 0 ? { atMs: endMs, list: answer.value } : null;
    return answer;
  }

  /** Takes an answer for the state, and hands it on. */
  private noted<T, R extends Result<T, SourceError>>(result: R): R {
    const error = result.ok ? null : result.error;
    if (error?.kind === 'aborted') return result;
    this.askedAtMs = this.clock.now();
    // What does not have one trace has answered.
    const isWell = error === null || error.kind === 'not-found';
    if (!isWell) this.detected = null;
    const state = isWell ? 'ok' : 'failing';
    const sinceMs = state === this.current.state ? this.current.sinceMs : this.askedAtMs;
    const product = this.detected?.product ?? this.current.product;
    this.current = {
      source: 'jaeger',
      state,
      message: isWell ? null : error.message,
      sinceMs,
      ...(product === undefined ? {} : { product }),
    };
    return result;
  }
}

async function orAborted<T>(asked: Asked<T>, signal: AbortSignal): Asked<T> {
  const aborted = fail(sourceError('jaeger', 'aborted', 'Traces were no longer needed'));
  if (signal.aborted) return aborted;
  let onAbort: () => void = () => undefined;
  const gone = new Promise<Result<T, SourceError>>((resolve) => {
    onAbort = () => resolve(aborted);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([asked, gone]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Traces that are not known to have failed stand with those that have not. */
function errorsFirst(a: TraceSummary, b: TraceSummary): number {
  const failed = Number((b.errorCount ?? 0) > 0) - Number((a.errorCount ?? 0) > 0);
  return failed === 0 ? b.startMs - a.startMs : failed;
}
