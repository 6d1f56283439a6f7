import { invalidParameter, timeParameter } from '@/demo/prometheus/api-parameters';
import type { PromqlEngine } from '@/demo/prometheus/promql/engine';
import type { LabelSet } from '@/demo/prometheus/promql/label-set';
import { parse } from '@/demo/prometheus/promql/parse';
import { QueryError } from '@/demo/prometheus/promql/query-error';
import { NO_SLOT } from '@/demo/prometheus/metric-table';
import type { SampleStore } from '@/demo/prometheus/sample-store';
import type { MatcherSpec } from '@/demo/prometheus/promql/ast';

const ALL: readonly MatcherSpec[] = [{ name: '__name__', operator: '!=', value: '' }];

/** Label sets of the series that match any `match[]`, of all where there is none, from `start` to `end`. */
export function seriesLabels(
  store: SampleStore,
  engine: PromqlEngine,
  parameters: URLSearchParams,
): LabelSet[] {
  const inRange = rangeOf(store, parameters);
  const found = new Map<string, LabelSet>();
  for (const matchers of selectorsOf(parameters)) {
    const list = engine.selector.select(matchers);
    for (const [position, slot] of list.slots.subarray(0, list.size).entries()) {
      if (!inRange.newest(slot, ignore)) continue;
      const labels = list.at(position);
      found.set(labels.key, labels);
    }
  }
  return [...found.values()];
}

function rangeOf(
  store: SampleStore,
  parameters: URLSearchParams,
): ReturnType<ReturnType<SampleStore['view']>['range']> {
  return store
    .view()
    .range(
      timeParameter(parameters, 'start', 0),
      timeParameter(parameters, 'end', Number.MAX_SAFE_INTEGER - 1),
    );
}

function selectorsOf(parameters: URLSearchParams): readonly (readonly MatcherSpec[])[] {
  const selectors = parameters.getAll('match[]').map(matchersOf);
  return selectors.length === 0 ? [ALL] : selectors;
}

function ignore(): void {
  // Only whether there is a sample matters.
}

/** The same as {@link seriesLabels}, where `match[]` is required and named in what is said about it. */
export function requiredSeries(
  store: SampleStore,
  engine: PromqlEngine,
  parameters: URLSearchParams,
): LabelSet[] {
  const texts = parameters.getAll('match[]');
  if (texts.length === 0) throw new QueryError('bad_data', 'no match[] parameter provided');
  try {
    texts.forEach(matchersOf);
  } catch (error) {
    throw error instanceof QueryError ? invalidParameter('match[]', error.message) : error;
  }
  return seriesLabels(store, engine, parameters);
}

const EMPTY_SELECTOR = 'vector selector must contain at least one non-empty matcher';

function matchersOf(text: string): readonly MatcherSpec[] {
  const expression = parseSelector(text);
  const isPlain =
    expression.kind === 'selector' &&
    expression.shift.offsetMs === 0 &&
    expression.shift.at === null;
  if (isPlain) return expression.matchers;
  throw new QueryError('bad_data', `parse error: not a selector: ${text}`);
}

function parseSelector(text: string): ReturnType<typeof parse> {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof QueryError && error.message.includes(EMPTY_SELECTOR)) {
      throw new QueryError('bad_data', 'match[] must contain at least one non-empty matcher');
    }
    throw error;
  }
}

/** Names of the labels of some series, sorted. */
export function labelNames(series: readonly LabelSet[]): string[] {
  return [...new Set(series.flatMap((labels) => labels.names))].sort();
}

/**
 * Values that a label has among the series that {@link seriesLabels} finds, sorted. Only this label of each series is
 * read, because whole label sets of all series of a large mesh take seconds. Throws `bad_data` for what is no label name.
 */
export function labelValues(
  store: SampleStore,
  engine: PromqlEngine,
  parameters: URLSearchParams,
  name: string,
): string[] {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new QueryError('bad_data', `invalid label name: ${JSON.stringify(name)}`);
  }
  const inRange = rangeOf(store, parameters);
  const values = new Set<string>();
  for (const matchers of selectorsOf(parameters)) {
    const list = engine.selector.select(matchers);
    const pick = list.picker({ without: false, labels: [name] });
    for (let position = 0; position < list.size; position += 1) {
      const value = pick(position).get(name);
      if (value === '' || values.has(value)) continue;
      if (inRange.newest(list.slots[position] ?? NO_SLOT, ignore)) values.add(value);
    }
  }
  return [...values].sort();
}
