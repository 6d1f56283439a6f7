/** Labels of a series without `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** A counter or gauge of one series. Values are IEEE doubles, as in Prometheus. */
export interface SeriesHandle {
  /** Adds to a counter (not negative) or to a gauge. */
  add(value: number): void;
  /** Sets a gauge. */
  set(value: number): void;
}

/** A classic histogram of one label set: `_bucket` series with `le`, `_sum` and `_count`. */
export interface HistogramHandle {
  /** Records `count` (default 1, may be a fraction when simulating history) observations of `value`. */
  observe(value: number, count?: number): void;
}

/** What the traffic engine writes to; the time series store snapshots it at every scrape. Handles are cached by label set. */
export interface MetricRegistry {
  counter(name: string, help: string, labels: Labels): SeriesHandle;
  gauge(name: string, help: string, labels: Labels): SeriesHandle;
  histogram(name: string, help: string, bounds: readonly number[], labels: Labels): HistogramHandle;
  /**
   * Ends a series (all series of a histogram), as when the pod that exposed it is gone: later samples have none of it until
   * it is written again, from zero. Unknown series are ignored.
   */
  endSeries(name: string, labels: Labels): void;
  /** Takes a sample of every series at `atMs`, as a scrape at that moment would. Times must grow. */
  snapshot(atMs: number): void;
}
