import type {
  HistogramHandle,
  Labels,
  MetricRegistry,
  SeriesHandle,
} from '@/demo/prometheus/metric-registry';

/** One series as a test sees it. */
export interface RecordedSeries {
  readonly name: string;
  readonly labels: Labels;
  value: number;
  /** Histograms: what was observed. */
  readonly observed: { value: number; count: number }[];
}

/** Keeps the current value of every series, for tests. */
export class RecordingRegistry implements MetricRegistry {
  readonly series = new Map<string, RecordedSeries>();
  readonly snapshots: number[] = [];

  counter(name: string, _help: string, labels: Labels): SeriesHandle {
    return this.handle(name, labels);
  }

  gauge(name: string, _help: string, labels: Labels): SeriesHandle {
    return this.handle(name, labels);
  }

  histogram(
    name: string,
    _help: string,
    _bounds: readonly number[],
    labels: Labels,
  ): HistogramHandle {
    const key = keyOf(name, labels);
    this.find(key, name, labels);
    return {
      observe: (value, count = 1) => {
        const series = this.find(key, name, labels);
        series.value += count;
        series.observed.push({ value, count });
      },
    };
  }

  endSeries(name: string, labels: Labels): void {
    this.series.delete(keyOf(name, labels));
  }

  snapshot(atMs: number): void {
    this.snapshots.push(atMs);
  }

  /** Series of a metric whose labels include all of `labels`. */
  select(name: string, labels: Labels): RecordedSeries[] {
    return [...this.series.values()].filter(
      (series) =>
        series.name === name &&
        Object.entries(labels).every(([key, value]) => series.labels[key] === value),
    );
  }

  /** Sum of the values of {@link select}. */
  total(name: string, labels: Labels): number {
    return this.select(name, labels).reduce((sum, series) => sum + series.value, 0);
  }

  private handle(name: string, labels: Labels): SeriesHandle {
    const key = keyOf(name, labels);
    this.find(key, name, labels);
    return {
      add: (value) => {
        if (value < 0) throw new Error(`${name} went down`);
        this.find(key, name, labels).value += value;
      },
      set: (value) => {
        this.find(key, name, labels).value = value;
      },
    };
  }

  private find(key: string, name: string, labels: Labels): RecordedSeries {
    let series = this.series.get(key);
    if (series === undefined) {
      series = { name, labels, value: 0, observed: [] };
      this.series.set(key, series);
    }
    return series;
  }
}

function keyOf(name: string, labels: Labels): string {
  return `${name}${JSON.stringify(Object.entries(labels).sort())}`;
}
