import type { FamilyMember, MetricFamily } from '@/demo/prometheus/metric-family';
import type { HistogramHandle, Labels, SeriesHandle } from '@/demo/prometheus/metric-registry';
import type { SampleSlots } from '@/demo/prometheus/sample-slots';

/** What a {@link StoredSeries} needs of the store that it lives in. */
export interface SeriesHome {
  readonly slots: SampleSlots;
  /** Gives the series slots and rows. */
  attach(series: StoredSeries): void;
  /** Begins an absent series at zero. */
  begin(series: StoredSeries): void;
}

const DETACHED = -1;

/**
 * One label set of one metric. A handle stays valid for ever: a write after the series has ended begins it again, also
 * when the store has given its slots away.
 */
export class StoredSeries implements SeriesHandle, HistogramHandle, FamilyMember {
  base = DETACHED;
  rows: readonly number[] = [];

  constructor(
    private readonly home: SeriesHome,
    readonly family: MetricFamily<StoredSeries>,
    readonly key: string,
    readonly labels: Labels,
  ) {}

  /** Called by the store: where the samples are from now on. */
  place(base: number, rows: readonly number[]): void {
    this.base = base;
    this.rows = rows;
  }

  /** Called by the store: the samples are nowhere any more. */
  displace(): void {
    this.place(DETACHED, []);
  }

  /** Whether the next snapshot will have no sample of it. */
  hasEnded(): boolean {
    return this.base === DETACHED || this.home.slots.isAbsent(this.base);
  }

  add(value: number): void {
    if (this.family.type === 'counter' && !(value >= 0)) {
      throw new Error(`${this.family.name} is a counter and cannot grow by ${value}`);
    }
    this.revive();
    this.home.slots.add(this.base, value);
  }

  set(value: number): void {
    this.revive();
    this.home.slots.set(this.base, value);
  }

  observe(value: number, count = 1): void {
    this.revive();
    const { slots } = this.home;
    const { bounds } = this.family;
    const infinite = this.base + bounds.length;
    let first = bounds.length;
    while (first > 0 && value <= (bounds[first - 1] ?? 0)) first -= 1;
    slots.addToRange(this.base + first, infinite, count);
    slots.add(infinite + 1, value * count);
    slots.addToRange(infinite + 2, infinite + 2, count);
  }

  private revive(): void {
    if (!this.hasEnded()) return;
    if (this.base === DETACHED) this.home.attach(this);
    this.home.begin(this);
  }
}
