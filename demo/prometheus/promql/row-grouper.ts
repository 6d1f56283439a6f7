import type { PositionGrouper } from '@/demo/prometheus/promql/label-list';
import type { SeriesRows } from '@/demo/prometheus/promql/series-rows';

const EMPTY = -1;

/**
 * Groups series by value ids, without making label sets or text: a hash table of group numbers in which each group is
 * known by its first member.
 */
export class RowGrouper implements PositionGrouper {
  private readonly firstMembers: number[] = [];
  private table = new Int32Array(64).fill(EMPTY);
  private columns: readonly (readonly (Uint32Array | null)[])[] = [];
  private nameIds: readonly number[] = [];

  constructor(
    private readonly rows: SeriesRows,
    private readonly labels: readonly string[],
    private readonly withName: boolean,
  ) {}

  refresh(): void {
    const { segments } = this.rows;
    this.columns = segments.map(({ table }) => this.labels.map((name) => table.column(name)));
    this.nameIds = segments.map(({ table }) =>
      this.withName ? table.dictionary.idOf(table.name) : 0,
    );
  }

  groupOf(position: number): number {
    const mask = this.table.length - 1;
    let at = this.hash(position) & mask;
    for (;;) {
      const group = this.table[at] ?? EMPTY;
      if (group === EMPTY) return this.add(position, at);
      if (this.isEqual(position, this.firstMembers[group] ?? 0)) return group;
      at = (at + 1) & mask;
    }
  }

  private add(position: number, at: number): number {
    const group = this.firstMembers.push(position) - 1;
    this.table[at] = group;
    if (this.firstMembers.length * 2 > this.table.length) this.grow();
    return group;
  }

  private grow(): void {
    this.table = new Int32Array(this.table.length * 2).fill(EMPTY);
    const mask = this.table.length - 1;
    for (const [group, position] of this.firstMembers.entries()) {
      let at = this.hash(position) & mask;
      while (this.table[at] !== EMPTY) at = (at + 1) & mask;
      this.table[at] = group;
    }
  }

  private hash(position: number): number {
    const segment = this.rows.segmentAt(position);
    const columns = this.columns[segment] ?? [];
    const row = this.rows.rowAt(position);
    let hash = this.nameIds[segment] ?? 0;
    for (const column of columns) {
      hash = Math.imul(hash ^ (column?.[row] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  private isEqual(left: number, right: number): boolean {
    const leftSegment = this.rows.segmentAt(left);
    const rightSegment = this.rows.segmentAt(right);
    if (this.nameIds[leftSegment] !== this.nameIds[rightSegment]) return false;
    const leftColumns = this.columns[leftSegment] ?? [];
    const rightColumns = this.columns[rightSegment] ?? [];
    const leftRow = this.rows.rowAt(left);
    const rightRow = this.rows.rowAt(right);
    for (let index = 0; index < leftColumns.length; index++) {
      const value = leftColumns[index]?.[leftRow] ?? 0;
      if (value !== (rightColumns[index]?.[rightRow] ?? 0)) return false;
    }
    return true;
  }
}
