import { NO_SLOT, type MetricTable } from '@/demo/prometheus/metric-table';
import type { MatcherSpec } from '@/demo/prometheus/promql/ast';
import { toValueTest } from '@/demo/prometheus/promql/matcher';
import { SeriesList } from '@/demo/prometheus/promql/series-list';
import { SeriesRows } from '@/demo/prometheus/promql/series-rows';
import type { SampleStore } from '@/demo/prometheus/sample-store';

interface Selection {
  readonly list: SeriesList;
  readonly rows: SeriesRows;
  /** What the tables were like when the selection was made. */
  readonly tables: readonly MetricTable[];
  readonly disruptions: number;
  /** Rows of the only table that were looked at. */
  rowsSeen: number;
  generation: number;
}

const MOST_SELECTIONS = 64;

/**
 * Finds series by labels and remembers the answer with all groupings made of it. Series born later are added to it; it is
 * only made anew when one went away, got a row that was free, or brought a new label.
 */
export class SeriesSelector {
  private readonly selections = new Map<string, Selection>();

  constructor(private readonly store: SampleStore) {}

  /** The series that satisfy all matchers at this moment. */
  select(matchers: readonly MatcherSpec[]): SeriesList {
    const key = JSON.stringify(matchers.map((each) => [each.name, each.operator, each.value]));
    const tables = this.tablesOf(matchers);
    const known = this.selections.get(key);
    this.selections.delete(key);
    const isCurrent = known !== undefined && bringUpToDate(known, tables, matchers);
    const selection = isCurrent ? known : search(tables, matchers);
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

function sumOf(tables: readonly MetricTable[], read: (table: MetricTable) => number): number {
  return tables.reduce((sum, table) => sum + read(table), 0);
}

function search(tables: readonly MetricTable[], matchers: readonly MatcherSpec[]): Selection {
  const rows = new SeriesRows();
  for (const table of tables) rows.append(table, matchingRows(table, matchers, 0));
  return {
    list: new SeriesList(rows, true),
    rows,
    tables,
    disruptions: sumOf(tables, (table) => table.disruptions),
    rowsSeen: sumOf(tables, (table) => table.rowCount),
    generation: sumOf(tables, (table) => table.generation),
  };
}

/** Whether the selection holds now; new series of a single metric are added to it first. */
function bringUpToDate(
  selection: Selection,
  tables: readonly MetricTable[],
  matchers: readonly MatcherSpec[],
): boolean {
  const isSame =
    tables.length === selection.tables.length &&
    tables.every((table, index) => table === selection.tables[index]) &&
    sumOf(tables, (table) => table.disruptions) === selection.disruptions;
  if (!isSame) return false;
  const generation = sumOf(tables, (table) => table.generation);
  if (generation === selection.generation) return true;
  const [table] = tables;
  if (table === undefined || tables.length > 1) return false;
  selection.rows.append(table, matchingRows(table, matchers, selection.rowsSeen));
  selection.rowsSeen = table.rowCount;
  selection.generation = generation;
  return true;
}

function matchingRows(
  table: MetricTable,
  matchers: readonly MatcherSpec[],
  from: number,
): number[] {
  const byLabel = matchers.filter((each) => each.name !== '__name__');
  const tests = byLabel.map((matcher) => rowTest(table, matcher));
  const rows: number[] = [];
  for (let row = from; row < table.rowCount; row++) {
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
