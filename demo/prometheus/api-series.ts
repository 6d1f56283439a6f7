import { timeParameter } from '@/demo/prometheus/api-parameters';
import type { PromqlEngine } from '@/demo/prometheus/promql/engine';
import type { LabelSet } from '@/demo/prometheus/promql/label-set';
import { parse } from '@/demo/prometheus/promql/parse';
import { QueryError } from '@/demo/prometheus/promql/query-error';
import type { SampleStore } from '@/demo/prometheus/sample-store';
import type { MatcherSpec } from '@/demo/prometheus/promql/ast';

const ALL: readonly MatcherSpec[] = [{ name: '__name__', operator: '!=', value: '' }];

/** Label sets of the series that match any `match[]` and have a sample between `start` and `end`. */
export function seriesLabels(
  store: SampleStore,
  engine: PromqlEngine,
  parameters: URLSearchParams,
  needsMatch: boolean,
): LabelSet[] {
  const selectors = parameters.getAll('match[]').map(matchersOf);
  if (selectors.length === 0 && needsMatch) {
    throw new QueryError('bad_data', 'no match[] parameter provided');
  }
  const inRange = store
    .view()
    .range(
      timeParameter(parameters, 'start', 0),
      timeParameter(parameters, 'end', Number.MAX_SAFE_INTEGER - 1),
    );
  const found = new Map<string, LabelSet>();
  for (const matchers of selectors.length === 0 ? [ALL] : selectors) {
    const list = engine.selector.select(matchers);
    for (const [position, slot] of list.slots.subarray(0, list.size).entries()) {
      if (!inRange.newest(slot, ignore)) continue;
      const labels = list.at(position);
      found.set(labels.key, labels);
    }
  }
  return [...found.values()];
}

function ignore(): void {
  // Only whether there is a sample matters.
}

function matchersOf(text: string): readonly MatcherSpec[] {
  const expression = parseSelector(text);
  if (expression.kind === 'selector' && expression.shift.offsetMs === 0) return expression.matchers;
  throw new QueryError('bad_data', `invalid parameter "match[]": not a selector: ${text}`);
}

function parseSelector(text: string): ReturnType<typeof parse> {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueryError('bad_data', `invalid parameter "match[]": ${reason}`);
  }
}

/** Names of the labels of some series, sorted. */
export function labelNames(series: readonly LabelSet[]): string[] {
  return [...new Set(series.flatMap((labels) => labels.names))].sort();
}

/** Values that a label has among some series, sorted. Throws `bad_data` for what is no label name. */
export function labelValues(series: readonly LabelSet[], name: string): string[] {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new QueryError('bad_data', `invalid label name: ${JSON.stringify(name)}`);
  }
  return [...new Set(series.map((labels) => labels.get(name)))]
    .filter((each) => each !== '')
    .sort();
}
