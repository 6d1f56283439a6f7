import { MetricFamily, type MetricType } from '@/demo/prometheus/metric-family';
import type {
  HistogramHandle,
  Labels,
  MetricRegistry,
  SeriesHandle,
} from '@/demo/prometheus/metric-registry';
import { formatNumber } from '@/demo/prometheus/promql/format-number';
import { MetricTable } from '@/demo/prometheus/metric-table';
import { SampleHistory } from '@/demo/prometheus/sample-history';
import type { SampleRow } from '@/demo/prometheus/sample-row';
import { SampleSlots } from '@/demo/prometheus/sample-slots';
import type { SampleView } from '@/demo/prometheus/sample-view';
import { StoredSeries, type SeriesHome } from '@/demo/prometheus/stored-series';
import { ValueDictionary } from '@/demo/prometheus/value-dictionary';

/** Settings of a {@link SampleStore}; each has a default. */
export interface SampleStoreOptions {
  /** How long samples are kept, milliseconds; default two hours. */
  readonly retentionMs?: number;
  /**
   * Memory for samples; default 256 MB. With very many series this shortens retention, see
   * {@link SampleStore.effectiveRetentionMs}.
   */
  readonly maxBytes?: number;
  /** Labels of `up` and `prometheus_build_info`, which the store keeps itself; `null` for none of them. */
  readonly selfLabels?: Labels | null;
}

const DEFAULT_RETENTION_MS = 2 * 3_600_000;
const DEFAULT_MAX_BYTES = 256_000_000;
const DEFAULT_SELF_LABELS: Labels = { instance: 'localhost:9090', job: 'prometheus' };

/** Version whose query semantics are followed, as `status/buildinfo` and `prometheus_build_info` report it. */
export const PROMETHEUS_VERSION = '2.42.0';

/**
 * Time series in memory, as one Prometheus would have scraped them. Live values stand in one flat array; a snapshot copies
 * it in under 10 ns per series, later it is packed with its neighbours to one or two bytes per sample. Labels cost 4 bytes
 * each.
 */
export class SampleStore implements MetricRegistry, SeriesHome {
  readonly dictionary = new ValueDictionary();
  readonly slots = new SampleSlots();
  private readonly families = new Map<string, MetricFamily<StoredSeries>>();
  private readonly tablesByName = new Map<string, MetricTable>();
  private readonly history: SampleHistory;
  private readonly ended = new Map<StoredSeries, number>();
  private readonly retentionMs: number;

  constructor(options: SampleStoreOptions = {}) {
    this.retentionMs = options.retentionMs ?? DEFAULT_RETENTION_MS;
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.history = new SampleHistory({ retentionMs: this.retentionMs, maxBytes });
    const self = options.selfLabels === undefined ? DEFAULT_SELF_LABELS : options.selfLabels;
    if (self !== null) this.describeSelf(self);
  }

  counter(name: string, help: string, labels: Labels): SeriesHandle {
    return this.series(this.family(name, help, 'counter', []), labels);
  }

  gauge(name: string, help: string, labels: Labels): SeriesHandle {
    return this.series(this.family(name, help, 'gauge', []), labels);
  }

  histogram(
    name: string,
    help: string,
    bounds: readonly number[],
    labels: Labels,
  ): HistogramHandle {
    return this.series(this.family(name, help, 'histogram', bounds), labels);
  }

  /** Takes a sample of every series, at the nearest whole millisecond. Throws when that is not after the one before. */
  snapshot(atMs: number): void {
    this.history.append(Math.round(atMs), this.slots.copy());
    this.forgetExpired();
  }

  /**
   * Ends a series (all series of a histogram): later snapshots have no sample of it, as when its pod is gone. A later
   * write begins it again at zero. Unknown series are ignored. No staleness marker is kept, because samples that are
   * exposed with timestamps have none in Prometheus either: an instant selector still sees the last one for five minutes.
   */
  endSeries(name: string, labels: Labels): void {
    const family = this.families.get(name);
    const series = family?.members.get(family.keyOf(labels));
    if (series === undefined || series.hasEnded()) return;
    this.slots.clear(series.base, series.family.slotCount);
    this.ended.set(series, this.history.newestMs ?? 0);
  }

  /** A frozen look at all samples. */
  view(): SampleView {
    return this.history.view();
  }

  /** Memory that samples take now, without labels. */
  get sampleBytes(): number {
    return this.history.byteCount;
  }

  /** The newest snapshot, by slot; `null` before the first. */
  get newestRow(): SampleRow | null {
    return this.history.newestRow;
  }

  /** Every metric name with its series. */
  get tables(): ReadonlyMap<string, MetricTable> {
    return this.tablesByName;
  }

  /** Every declared metric, in order of declaration. */
  get metricFamilies(): Iterable<MetricFamily<StoredSeries>> {
    return this.families.values();
  }

  /** Series that are live or still have samples; each bucket of a histogram is one. */
  get seriesCount(): number {
    let count = 0;
    for (const family of this.families.values()) count += family.members.size * family.slotCount;
    return count;
  }

  /** How far back samples reach, or will once the store is full, in milliseconds: retention, shortened by the size limit. */
  effectiveRetentionMs(): number {
    return this.history.effectiveRetentionMs();
  }

  attach(series: StoredSeries): void {
    const { family } = series;
    const base = this.slots.allocate(family.slotCount);
    series.place(
      base,
      family.tables.flatMap((table, part) => rowsOf(series, table, part, base)),
    );
    family.members.set(series.key, series);
  }

  begin(series: StoredSeries): void {
    for (let slot = series.base; slot < series.base + series.family.slotCount; slot++) {
      this.slots.set(slot, 0);
    }
    this.ended.delete(series);
  }

  private series(family: MetricFamily<StoredSeries>, labels: Labels): StoredSeries {
    const key = family.keyOf(labels);
    const known = family.members.get(key);
    if (known !== undefined) return known;
    const created = new StoredSeries(this, family, key, { ...labels });
    this.attach(created);
    this.begin(created);
    return created;
  }

  private family(
    name: string,
    help: string,
    type: MetricType,
    bounds: readonly number[],
  ): MetricFamily<StoredSeries> {
    const known = this.families.get(name);
    if (known === undefined) return this.declare(name, help, type, bounds);
    if (known.type !== type) throw new Error(`${name} is a ${known.type}, not a ${type}`);
    if (type === 'histogram' && bounds.some((bound, index) => bound !== known.bounds[index])) {
      throw new Error(`${name} was declared with other bucket bounds`);
    }
    return known;
  }

  private declare(
    name: string,
    help: string,
    type: MetricType,
    bounds: readonly number[],
  ): MetricFamily<StoredSeries> {
    const names =
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    const taken = names.find((each) => this.tablesByName.has(each));
    if (taken !== undefined) throw new Error(`${taken} is already a series of another metric`);
    const finite = bounds.filter((bound) => bound !== Number.POSITIVE_INFINITY);
    if (finite.some((bound, index) => !(bound > (finite[index - 1] ?? Number.NEGATIVE_INFINITY)))) {
      throw new Error(`bucket bounds of ${name} must grow`);
    }
    const tables = names.map((each) => new MetricTable(each, this.dictionary));
    const family = new MetricFamily<StoredSeries>(
      name,
      help,
      type,
      finite,
      tables,
      this.dictionary,
    );
    for (const table of tables) this.tablesByName.set(table.name, table);
    this.families.set(name, family);
    return family;
  }

  private forgetExpired(): void {
    const oldestMs = this.history.oldestMs ?? 0;
    for (const [series, endedMs] of this.ended) {
      if (endedMs >= oldestMs) continue;
      this.ended.delete(series);
      this.detach(series);
    }
  }

  private detach(series: StoredSeries): void {
    const { family, rows, base } = series;
    let next = 0;
    for (const [part, table] of family.tables.entries()) {
      const count = part === 0 ? rows.length - family.tables.length + 1 : 1;
      for (const row of rows.slice(next, next + count)) table.remove(row);
      next += count;
    }
    this.slots.release(base, family.slotCount);
    family.members.delete(series.key);
    series.displace();
  }

  private describeSelf(labels: Labels): void {
    this.gauge('up', 'Whether the last scrape of the target succeeded.', labels).set(1);
    const build = { ...labels, version: PROMETHEUS_VERSION };
    this.gauge('prometheus_build_info', 'A metric with the constant value 1.', build).set(1);
  }
}

/** Rows of one member in the table that is `part` of its family: every bucket in part 0 of a histogram, else one. */
function rowsOf(series: StoredSeries, table: MetricTable, part: number, base: number): number[] {
  const labels = Object.entries(series.labels);
  const { bounds, type } = series.family;
  if (type !== 'histogram') return [table.insert(labels, base)];
  if (part > 0) return [table.insert(labels, base + bounds.length + part)];
  return [...bounds, Number.POSITIVE_INFINITY].map((bound, index) =>
    table.insert([...labels, ['le', formatNumber(bound)]], base + index),
  );
}
