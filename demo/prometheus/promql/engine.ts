import { unwrap, type Expression, type VectorSelector } from '@/demo/prometheus/promql/ast';
import { checkTypes } from '@/demo/prometheus/promql/check-types';
import { evaluate } from '@/demo/prometheus/promql/evaluate';
import { parse } from '@/demo/prometheus/promql/parse';
import { parseError } from '@/demo/prometheus/promql/query-error';
import { QueryRun } from '@/demo/prometheus/promql/query-run';
import { matrixOf, MatrixBuilder, type QueryResult } from '@/demo/prometheus/promql/query-result';
import { SeriesSelector } from '@/demo/prometheus/promql/select-series';
import type { SeriesList } from '@/demo/prometheus/promql/series-list';
import type { Value } from '@/demo/prometheus/promql/value';
import { positionsOf } from '@/demo/prometheus/promql/value';
import type { SampleStore } from '@/demo/prometheus/sample-store';

/** Settings of a {@link PromqlEngine}; each has Prometheus's own default. */
export interface EngineOptions {
  /** How far back an instant selector looks, milliseconds; default 5 minutes. */
  readonly lookbackMs?: number;
  /** Step of subqueries that name none, milliseconds; default 1 minute. */
  readonly evaluationIntervalMs?: number;
}

/** Limits of one query. */
export interface QueryLimits {
  readonly timeoutMs: number;
  /** Ends the query early when nobody waits for it any more. */
  readonly signal: AbortSignal | null;
}

const NO_LIMITS: QueryLimits = { timeoutMs: 120_000, signal: null };

/** Runs PromQL over a store. Every refusal is a {@link QueryError}. */
export class PromqlEngine {
  readonly selector: SeriesSelector;
  private readonly lookbackMs: number;
  private readonly evaluationIntervalMs: number;

  constructor(
    private readonly store: SampleStore,
    options: EngineOptions = {},
  ) {
    this.selector = new SeriesSelector(store);
    this.lookbackMs = options.lookbackMs ?? 300_000;
    this.evaluationIntervalMs = options.evaluationIntervalMs ?? 60_000;
  }

  /** Value of a query at one moment, epoch milliseconds. */
  async instant(query: string, atMs: number, limits = NO_LIMITS): Promise<QueryResult> {
    const expression = parse(query);
    const run = this.start(expression, atMs, atMs, limits);
    const inner = unwrap(expression);
    if (inner.kind === 'matrix' || inner.kind === 'subquery') return matrixOf(run, inner, atMs);
    return instantResult(await run.evaluate(expression, atMs), atMs);
  }

  /** Value of a query at every step from start to end, epoch milliseconds, both included. */
  async range(
    query: string,
    range: { startMs: number; endMs: number; stepMs: number },
    limits = NO_LIMITS,
  ): Promise<QueryResult> {
    const expression = parse(query);
    const type = checkTypes(expression);
    if (type !== 'scalar' && type !== 'instant vector') {
      throw parseError(
        `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
      );
    }
    const run = this.start(expression, range.startMs, range.endMs, limits);
    const matrix = new MatrixBuilder();
    for (let atMs = range.startMs; atMs <= range.endMs; atMs += range.stepMs) {
      run.keepSamples(matrix.add(await run.evaluate(expression, atMs), atMs));
    }
    return matrix.build();
  }

  private start(
    expression: Expression,
    startMs: number,
    endMs: number,
    limits: QueryLimits,
  ): QueryRun {
    const selections = new Map<VectorSelector, SeriesList>();
    for (const selector of selectorsOf(expression)) {
      selections.set(selector, this.selector.select(selector.matchers));
    }
    const { lookbackMs, evaluationIntervalMs } = this;
    const view = this.store.view();
    const options = { view, selections, startMs, endMs, lookbackMs, evaluationIntervalMs };
    return new QueryRun({ ...options, ...limits, evaluate });
  }
}

function instantResult(value: Value, atMs: number): QueryResult {
  if (value.kind === 'scalar') return { type: 'scalar', timeMs: atMs, value: value.value };
  if (value.kind === 'string') return { type: 'string', timeMs: atMs, value: value.value };
  const elements = positionsOf(value).map((position) => ({
    labels: value.list.at(position),
    value: value.values[position] ?? 0,
  }));
  return { type: 'vector', timeMs: atMs, elements };
}

function selectorsOf(node: Expression): VectorSelector[] {
  switch (node.kind) {
    case 'selector':
      return [node];
    case 'matrix':
      return [node.selector];
    case 'call':
      return node.args.flatMap(selectorsOf);
    case 'binary':
      return [...selectorsOf(node.left), ...selectorsOf(node.right)];
    case 'aggregation':
      return [
        ...(node.parameter === null ? [] : selectorsOf(node.parameter)),
        ...selectorsOf(node.inner),
      ];
    case 'parenthesis':
    case 'unary':
    case 'subquery':
      return selectorsOf(node.inner);
    default:
      return [];
  }
}
