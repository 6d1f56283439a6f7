import { fail, ok, type Result } from '@/mesh/result';
import type { Trace } from '@/mesh/traces';
import { toTrace, type CollectedTrace } from '@/server/adapters/collected-trace';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { parseJson } from '@/server/adapters/parse-json';
import type { IncomingAnswer } from '@/server/adapters/transport';
import { sourceError, type SourceError } from '@/server/errors';
import type { Observer } from '@/server/ports';

const MAX_BYTES = 64_000_000;

/** Cause of an error that says: something answers here, but not with this API. */
export class OtherApi extends Error {}

/** Statuses of a path that a backend does not know. */
const NO_SUCH_PATH: readonly number[] = [400, 404, 405, 501];

/** One question to a tracing backend. `decode` gives the path of what is wrong as its error. */
export interface TracingQuestion<T> {
  readonly operation: 'services' | 'search' | 'trace';
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly decode: (body: unknown) => Result<T, string>;
  /** What a 404 means where it is an answer; without it, that the path is not known. */
  readonly absent?: Result<T, string>;
}

/** Asks one tracing backend; `title` is its name in messages. */
export class TracingClient {
  constructor(
    private readonly endpoint: HttpEndpoint,
    private readonly observer: Observer,
    readonly title: string,
  ) {}

  /** Fails as the endpoint does, by status, or as `bad-response` where the answer cannot be read. */
  async ask<T>(question: TracingQuestion<T>, signal: AbortSignal): Promise<Result<T, SourceError>> {
    const { operation, path, parameters } = question;
    const { title } = this;
    const startedMs = performance.now();
    const call = { path, parameters, form: false, maxBytes: MAX_BYTES, title };
    const answer = await this.endpoint.call(call, signal);
    const result = answer.ok ? this.toValue(answer.value, question) : answer;
    const aborted = !result.ok && result.error.kind === 'aborted';
    const outcome = aborted ? 'aborted' : result.ok ? 'ok' : 'error';
    this.observer.onCall('jaeger', operation, outcome, performance.now() - startedMs);
    return result;
  }

  /** One trace; `decode` gives all that an answer holds. Fails as {@link ask}, and with `not-found` when there is none. */
  async askTrace(
    path: string,
    decode: (body: unknown) => Result<readonly CollectedTrace[], string>,
    signal: AbortSignal,
  ): Promise<Result<Trace, SourceError>> {
    const absent = fail('does not have this trace');
    const parameters = new URLSearchParams();
    const question = { operation: 'trace', path, parameters, decode, absent } as const;
    const traces = await this.ask(question, signal);
    if (!traces.ok) return traces;
    const [trace] = traces.value;
    return trace === undefined ? fail(this.fault('not-found', absent.error)) : ok(toTrace(trace));
  }

  /** An error with the backend's name before its words. */
  fault(kind: SourceError['kind'], words: string, cause: unknown = null): SourceError {
    return sourceError('jaeger', kind, `${this.title} ${words}`, cause);
  }

  private toValue<T>(
    answer: IncomingAnswer,
    { operation, decode, absent }: TracingQuestion<T>,
  ): Result<T, SourceError> {
    const { status, text } = answer;
    if (status === 404 && absent !== undefined) {
      return absent.ok ? absent : fail(this.fault('not-found', absent.error));
    }
    if (status !== 200) return fail(this.toStatusFault(status, operation));
    const body = parseJson('jaeger', text);
    const value = body.ok ? decode(body.value) : fail('its beginning, as it is no JSON');
    if (value.ok) return value;
    const words = `gave an answer that cannot be read at ${value.error}`;
    return fail(this.fault('bad-response', words, new OtherApi(words)));
  }

  private toStatusFault(status: number, operation: string): SourceError {
    if (status === 401) return this.fault('unauthorized', 'refused the credentials');
    if (status === 403) return this.fault('forbidden', 'does not let Fanari ask');
    if (status === 429 || status === 503)
      return this.fault('overloaded', `is overloaded (status ${status})`);
    const words = `answered with status ${status}`;
    if (operation === 'services' && NO_SUCH_PATH.includes(status))
      return this.fault('bad-response', words, new OtherApi(words));
    if (status === 400) return this.fault('bad-query', 'did not understand the question');
    return this.fault('bad-response', words);
  }
}
