import type { SourceErrorKind } from '@/mesh/gap';
import { fail, ok, type Result } from '@/mesh/result';
import type { HttpEndpoint } from '@/server/adapters/http-endpoint';
import { asRecord, parseJson } from '@/server/adapters/parse-json';
import { selector, type LabelMatcher } from '@/server/adapters/prometheus/label-matcher';
import {
  decodeMatrix,
  decodeVector,
  type WireSample,
  type WireSeries,
} from '@/server/adapters/prometheus/wire';
import type { IncomingAnswer } from '@/server/adapters/transport';
import { sourceError, type SourceError } from '@/server/errors';
import type { Observer } from '@/server/ports';

const MAX_BYTES = 256_000_000;

function toFault(kind: SourceErrorKind, words: string): SourceError {
  return sourceError('prometheus', kind, `Prometheus ${words}`);
}

/** What a refused call means. The upstream's words are looked at, never passed on. */
function toStatusFault(answer: IncomingAnswer): SourceError {
  const { status, text } = answer;
  const parsed = parseJson('prometheus', text);
  const errorType = parsed.ok ? asRecord(parsed.value)?.['errorType'] : undefined;
  if (status === 401) return toFault('unauthorized', 'refused the credentials');
  if (status === 403) return toFault('forbidden', 'does not let Fanari ask');
  if (status === 414) return toFault('bad-query', 'takes no query of that length by GET');
  if (status === 404) return toFault('not-found', 'has no query API at this URL');
  if (errorType === 'timeout' || status === 504)
    return toFault('timeout', 'gave up a query that took too long');
  if (status === 422) {
    return /too many samples|limit/i.test(text)
      ? toFault('overloaded', 'refused a query that would load too many samples')
      : toFault('bad-query', 'could not execute a query');
  }
  if (status === 429 || status === 503)
    return toFault('overloaded', `is overloaded (status ${status})`);
  if (status === 400 && errorType !== undefined)
    return toFault('bad-query', 'did not understand a query');
  return toFault('bad-response', `answered with status ${status}`);
}

/** From when to when a series must have samples, epoch milliseconds. */
export interface LabelRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** Series of a metric that are looked into. */
export interface MatchedSeries {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
}

/** How a store says that it takes no POST; some proxies take it for a write and forbid it. */
const NO_POST: readonly number[] = [403, 405, 501];

/**
 * Prometheus's HTTP API: one method for each endpoint used. `everywhere` stands in every selector; who writes a query
 * puts it there, look-ups of labels do so themselves. Queries are sent as POST, which no length ends, until the store
 * turns out to take only GET.
 */
export class PrometheusClient {
  private takesPost = true;

  constructor(
    private readonly endpoint: HttpEndpoint,
    private readonly observer: Observer,
    readonly everywhere: readonly LabelMatcher[] = [],
  ) {}

  /** Evaluates a query at one moment (epoch milliseconds); `null`: now, by the clock of Prometheus. */
  async query(
    name: string,
    query: string,
    atMs: number | null,
    signal: AbortSignal,
  ): Promise<Result<readonly WireSample[], SourceError>> {
    // VictoriaMetrics would answer with what was 30 s before; others do not know the parameter.
    const parameters = new URLSearchParams({ query, nocache: '1' });
    if (atMs !== null) parameters.set('time', String(atMs / 1000));
    return this.ask(name, '/api/v1/query', parameters, signal, decodeVector);
  }

  /** Evaluates a query from `startMs` to `endMs` every `stepSeconds`. */
  async queryRange(
    name: string,
    query: string,
    range: { readonly startMs: number; readonly endMs: number; readonly stepSeconds: number },
    signal: AbortSignal,
  ): Promise<Result<readonly WireSeries[], SourceError>> {
    const parameters = new URLSearchParams({
      query,
      start: String(range.startMs / 1000),
      end: String(range.endMs / 1000),
      step: String(range.stepSeconds),
    });
    return this.ask(name, '/api/v1/query_range', parameters, signal, decodeMatrix);
  }

  /** Values of a label on series that match any of `series`; of all times without a range. */
  async labelValues(
    label: string,
    series: readonly MatchedSeries[],
    signal: AbortSignal,
    range?: LabelRange,
  ): Promise<Result<readonly string[], SourceError>> {
    const path = `/api/v1/label/${label}/values`;
    return this.ask('label-values', path, this.matching(series, range), signal, decodeTexts);
  }

  /** Names of the labels on series that match any of `series`. */
  async labelNames(
    series: readonly MatchedSeries[],
    signal: AbortSignal,
    range: LabelRange,
  ): Promise<Result<readonly string[], SourceError>> {
    const parameters = this.matching(series, range);
    return this.ask('label-names', '/api/v1/labels', parameters, signal, decodeTexts);
  }

  /** The `data` of `/api/v1/status/<what>`. */
  async status(
    what: 'config' | 'flags' | 'runtimeinfo',
    signal: AbortSignal,
  ): Promise<Result<Readonly<Record<string, unknown>>, SourceError>> {
    return this.ask('status', `/api/v1/status/${what}`, new URLSearchParams(), signal, (body) => {
      const data = asRecord(asRecord(body)?.['data']);
      return data === null ? fail('data') : ok(data);
    });
  }

  private async ask<T>(
    operation: string,
    path: string,
    parameters: URLSearchParams,
    signal: AbortSignal,
    decode: (body: unknown) => Result<T, string>,
  ): Promise<Result<T, SourceError>> {
    const startedMs = performance.now();
    const answer = await this.send(path, parameters, signal);
    const result = answer.ok ? toValue(answer.value, decode) : answer;
    const aborted = !result.ok && result.error.kind === 'aborted';
    const outcome = aborted ? 'aborted' : result.ok ? 'ok' : 'error';
    this.observer.onCall('prometheus', operation, outcome, performance.now() - startedMs);
    return result;
  }

  private matching(
    series: readonly MatchedSeries[],
    range: LabelRange | undefined,
  ): URLSearchParams {
    const parameters = new URLSearchParams(
      series.map(({ metric, matchers }) => [
        'match[]',
        `${metric}${selector([...this.everywhere, ...matchers])}`,
      ]),
    );
    if (range !== undefined) {
      parameters.set('start', String(range.startMs / 1000));
      parameters.set('end', String(range.endMs / 1000));
    }
    return parameters;
  }

  private async send(
    path: string,
    parameters: URLSearchParams,
    signal: AbortSignal,
  ): Promise<Result<IncomingAnswer, SourceError>> {
    const call = { path, parameters, maxBytes: MAX_BYTES };
    const form = this.takesPost && path.startsWith('/api/v1/query');
    const answer = await this.endpoint.call({ ...call, form }, signal);
    if (!form || !answer.ok || !NO_POST.includes(answer.value.status)) return answer;
    const second = await this.endpoint.call({ ...call, form: false }, signal);
    if (second.ok && second.value.status === 200) this.takesPost = false;
    return second;
  }
}

function decodeTexts(body: unknown): Result<readonly string[], string> {
  const values = asRecord(body)?.['data'];
  return Array.isArray(values)
    ? ok(values.filter((value) => typeof value === 'string'))
    : fail('data');
}

function toValue<T>(
  answer: IncomingAnswer,
  decode: (body: unknown) => Result<T, string>,
): Result<T, SourceError> {
  if (answer.status !== 200) return fail(toStatusFault(answer));
  const body = parseJson('prometheus', answer.text);
  if (!body.ok) return body;
  const value = decode(body.value);
  if (value.ok) return value;
  return fail(toFault('bad-response', `gave an answer that cannot be read at ${value.error}`));
}
