import type { ValueDictionary } from '@/demo/prometheus/value-dictionary';

/** Row of a {@link MetricTable} that holds no series. */
export const NO_SLOT = -1;

/**
 * All series of one metric name: one integer column per label name, one row per series, and the slot where the series'
 * samples are found in every {@link SampleRow}. Rows of series that have left retention are used again.
 */
export class MetricTable {
  private readonly columns = new Map<string, Uint32Array<ArrayBuffer>>();
  private slots = new Int32Array(16);
  private readonly freeRows: number[] = [];
  private rows = 0;
  private changes = 0;
  private breaks = 0;

  constructor(
    readonly name: string,
    readonly dictionary: ValueDictionary,
  ) {}

  /** Rows in use or free; row numbers are below it. */
  get rowCount(): number {
    return this.rows;
  }

  /** Series found here. */
  get seriesCount(): number {
    return this.rows - this.freeRows.length;
  }

  /** Grows whenever a series is added or removed, so that cached selections can be told from stale ones. */
  get generation(): number {
    return this.changes;
  }

  /**
   * Grows with every change that is more than a series added behind the last row: a removal, a row used again, a new label
   * name. While it stays, what was read of earlier rows still holds.
   */
  get disruptions(): number {
    return this.breaks;
  }

  /** Names of all labels that any series here has or had, without `__name__`. */
  get labelNames(): readonly string[] {
    return [...this.columns.keys()];
  }

  /** Value ids of one label by row; `null` when no series here has the label. May be longer than {@link rowCount}. */
  column(labelName: string): Uint32Array | null {
    return this.columns.get(labelName) ?? null;
  }

  /** Slot of the series in a row, or {@link NO_SLOT}. */
  slotAt(row: number): number {
    return this.slots[row] ?? NO_SLOT;
  }

  /** Adds a series and returns its row. Which labels it has is given as pairs of name and value. */
  insert(labels: Iterable<readonly [string, string]>, slot: number): number {
    if (this.freeRows.length > 0) this.breaks++;
    const row = this.freeRows.pop() ?? this.rows++;
    if (row >= this.slots.length) this.grow(row + 1);
    for (const column of this.columns.values()) column[row] = 0;
    for (const [name, value] of labels) this.ensureColumn(name)[row] = this.dictionary.idOf(value);
    this.slots[row] = slot;
    this.changes++;
    return row;
  }

  /** Frees a row; its series is found no more. */
  remove(row: number): void {
    this.slots[row] = NO_SLOT;
    this.freeRows.push(row);
    this.changes++;
    this.breaks++;
  }

  private ensureColumn(name: string): Uint32Array<ArrayBuffer> {
    const column = this.columns.get(name);
    if (column !== undefined) return column;
    const created = new Uint32Array(this.slots.length);
    this.columns.set(name, created);
    this.breaks++;
    return created;
  }

  private grow(rows: number): void {
    const capacity = Math.max(rows, this.slots.length * 2);
    const slots = new Int32Array(capacity);
    slots.set(this.slots);
    this.slots = slots;
    for (const [name, column] of this.columns) {
      const larger = new Uint32Array(capacity);
      larger.set(column);
      this.columns.set(name, larger);
    }
  }
}
