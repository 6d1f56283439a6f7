import {
  durationParameter,
  invalidParameter,
  timeParameter,
} from '@/demo/prometheus/api-parameters';
import { encodeResult, withNaN } from '@/demo/prometheus/encode-result';
import type { PromqlEngine, QueryLimits } from '@/demo/prometheus/promql/engine';
import { QueryError } from '@/demo/prometheus/promql/query-error';
import type { QueryResult } from '@/demo/prometheus/promql/query-result';

/** What the query endpoints need. */
export interface QueryContext {
  readonly engine: PromqlEngine;
  readonly parameters: URLSearchParams;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Whether a fault turns every number into NaN. */
  readonly spoilsNumbers: boolean;
}

const MOST_POINTS = 11_000;
const MOST_TIMEOUT_MS = 120_000;

/** `/api/v1/query`. */
export async function answerQuery(context: QueryContext): Promise<string> {
  const { parameters, engine, nowMs } = context;
  const atMs = timeParameter(parameters, 'time', nowMs);
  const limits = limitsOf(context);
  return encoded(
    context,
    named(() => inTime(limits, () => engine.instant(queryOf(parameters), atMs, limits))),
  );
}

/** `/api/v1/query_range`. */
export async function answerQueryRange(context: QueryContext): Promise<string> {
  const { parameters, engine } = context;
  const startMs = timeParameter(parameters, 'start', null);
  const endMs = timeParameter(parameters, 'end', null);
  if (endMs < startMs) throw invalidParameter('end', 'end timestamp must not be before start time');
  const stepMs = durationParameter(parameters, 'step');
  if (stepMs <= 0) {
    throw invalidParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (Math.floor((endMs - startMs) / stepMs) > MOST_POINTS) {
    throw new QueryError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const limits = limitsOf(context);
  const range = { startMs, endMs, stepMs: Math.max(1, Math.floor(stepMs)) };
  return encoded(
    context,
    inTime(limits, () => engine.range(queryOf(parameters), range, limits)),
  );
}

/** The parameter `query`. Throws `bad_data` when there is nothing in it. */
export function queryOf(parameters: URLSearchParams): string {
  const text = parameters.get('query') ?? '';
  if (text.trim() !== '') return text;
  throw new QueryError('bad_data', '1:1: parse error: no expression found in input');
}

async function inTime(
  { timeoutMs }: QueryLimits,
  evaluation: () => Promise<QueryResult>,
): Promise<QueryResult> {
  const result = evaluation();
  if (timeoutMs > 0) return result;
  await result;
  throw new QueryError('timeout', 'query timed out in query execution');
}

function limitsOf({ parameters, signal }: QueryContext): QueryLimits {
  const asked = parameters.get('timeout') ?? '';
  const timeoutMs = asked === '' ? MOST_TIMEOUT_MS : durationParameter(parameters, 'timeout');
  return { timeoutMs: Math.min(timeoutMs, MOST_TIMEOUT_MS), signal };
}

async function encoded(context: QueryContext, result: Promise<QueryResult>): Promise<string> {
  const found = await result;
  return encodeResult(context.spoilsNumbers ? withNaN(found) : found);
}

/** Says that the parameter `query` is at fault, as Prometheus does for what it cannot parse. */
async function named(evaluation: () => Promise<QueryResult>): Promise<QueryResult> {
  try {
    return await evaluation();
  } catch (error) {
    if (error instanceof QueryError && error.type === 'bad_data') {
      throw invalidParameter('query', error.message);
    }
    throw error;
  }
}
