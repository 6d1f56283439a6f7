import { NO_SLOT, type MetricTable } from '@/demo/prometheus/metric-table';
import type { MatcherSpec } from '@/demo/prometheus/promql/ast';
import { toValueTest } from '@/demo/prometheus/promql/matcher';
import { SeriesList, type SeriesSegment } from '@/demo/prometheus/promql/series-list';
import type { SampleStore } from '@/demo/prometheus/sample-store';

interface Selection {
  readonly stamp: string;
  readonly list: SeriesList;
}

const MOST_SELECTIONS = 64;

/** Finds series by labels and remembers the answer, with all groupings made of it, until a series comes or goes. */
export class SeriesSelector {
  private readonly selections = new Map<string, Selection>();

  constructor(private readonly store: SampleStore) {}

  /** The same list as before unless one of the metrics has other series by now. */
  select(matchers: readonly MatcherSpec[]): SeriesList {
    const key = JSON.stringify(matchers.map((each) => [each.name, each.operator, each.value]));
    const tables = this.tablesOf(matchers);
    const stamp = tables.map((table) => `${table.name}:${table.generation}`).join();
    const known = this.selections.get(key);
    this.selections.delete(key);
    const selection = known?.stamp === stamp ? known : { stamp, list: search(tables, matchers) };
    this.selections.set(key, selection);
    const [oldest] = this.selections.keys();
    if (this.selections.size > MOST_SELECTIONS && oldest !== undefined) {
      this.selections.delete(oldest);
    }
    return selection.list;
  }

  private tablesOf(matchers: readonly MatcherSpec[]): MetricTable[] {
    const byName = matchers.filter((each) => each.name === '__name__');
    const exact = byName.find((each) => each.operator === '=');
    const only = exact === undefined ? null : this.store.tables.get(exact.value);
    const candidates = only === null ? [...this.store.tables.values()] : [only];
    const tests = byName.map(toValueTest);
    return candidates.filter(
      (table) => table !== undefined && tests.every((test) => test(table.name)),
    ) as MetricTable[];
  }
}

function search(tables: readonly MetricTable[], matchers: readonly MatcherSpec[]): SeriesList {
  const segments: SeriesSegment[] = [];
  const slots: number[] = [];
  const byLabel = matchers.filter((each) => each.name !== '__name__');
  for (const table of tables) {
    const start = slots.length;
    const rows = matchingRows(table, byLabel);
    for (const row of rows) slots.push(table.slotAt(row));
    if (rows.length > 0) segments.push({ table, rows: Uint32Array.from(rows), start });
  }
  return new SeriesList(segments, Int32Array.from(slots), true);
}

function matchingRows(table: MetricTable, matchers: readonly MatcherSpec[]): number[] {
  const tests = matchers.map((matcher) => rowTest(table, matcher));
  const rows: number[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    if (table.slotAt(row) !== NO_SLOT && tests.every((test) => test(row))) rows.push(row);
  }
  return rows;
}

/** Each distinct value is tested once. */
function rowTest(table: MetricTable, matcher: MatcherSpec): (row: number) => boolean {
  const test = toValueTest(matcher);
  const column = table.column(matcher.name);
  if (column === null) {
    const matchesMissing = test('');
    return () => matchesMissing;
  }
  const verdicts = new Int8Array(table.dictionary.size);
  return (row) => {
    const id = column[row] ?? 0;
    if (verdicts[id] === 0) verdicts[id] = test(table.dictionary.valueOf(id)) ? 1 : -1;
    return verdicts[id] === 1;
  };
}
