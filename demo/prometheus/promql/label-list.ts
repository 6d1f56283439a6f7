import { LabelSet } from '@/demo/prometheus/promql/label-set';

/** Which labels make a group: those listed, or with `without` all but those and `__name__`. */
export interface GroupLabels {
  readonly labels: readonly string[];
  readonly without: boolean;
}

/**
 * Distinct label sets that keep their positions for as long as a query runs, so that a vector is an array of numbers
 * beside such a list, and everything that depends on labels only is worked out once and not at every step.
 */
export abstract class LabelList {
  private readonly groupings = new Map<string, LabelGrouping>();

  /** May grow; positions stay. */
  abstract get size(): number;
  abstract at(position: number): LabelSet;
  /** Makes what reads those labels of an element that its group has. */
  abstract picker(by: GroupLabels): (position: number) => LabelSet;
  /** Makes what tells the groups of this list apart. */
  protected abstract grouper(by: GroupLabels): PositionGrouper;
  /** Whether it is certain that no element has or will have a metric name. */
  abstract isNameless(): boolean;

  /** The groups of this list, worked out up to its present size and remembered. */
  grouping(by: GroupLabels): LabelGrouping {
    const id = `${by.without ? '-' : '+'}${by.labels.join(',')}`;
    let grouping = this.groupings.get(id);
    if (grouping === undefined) {
      grouping = new LabelGrouping(this, by, this.grouper(by));
      this.groupings.set(id, grouping);
    }
    grouping.extend();
    return grouping;
  }
}

/** Numbers the groups of a list from 0 in order of their first member. */
export interface PositionGrouper {
  /** To be called before positions that the list has gained are asked for. */
  refresh(): void;
  /** The group of a position; a number not given out before is the next one. */
  groupOf(position: number): number;
}

/** Label sets made while a query runs, each once. */
export class GrowingList extends LabelList {
  private readonly sets: LabelSet[] = [];
  private readonly positions = new Map<string, number>();

  constructor(private readonly nameless = false) {
    super();
  }

  get size(): number {
    return this.sets.length;
  }

  at(position: number): LabelSet {
    return this.sets[position] ?? LabelSet.EMPTY;
  }

  isNameless(): boolean {
    return this.nameless;
  }

  /** Position of a label set, which is added when it is new. */
  positionOf(labels: LabelSet): number {
    const known = this.positions.get(labels.key);
    if (known !== undefined) return known;
    this.positions.set(labels.key, this.sets.length);
    return this.sets.push(labels) - 1;
  }

  /** Position of a label set, or -1. */
  find(labels: LabelSet): number {
    return this.positions.get(labels.key) ?? -1;
  }

  picker(by: GroupLabels): (position: number) => LabelSet {
    const keeps = keptBy(by);
    return (position) => this.at(position).filter(keeps);
  }

  protected grouper(by: GroupLabels): PositionGrouper {
    const pick = this.picker(by);
    const groups = new Map<string, number>();
    const groupOf = (position: number): number => {
      const { key } = pick(position);
      const group = groups.get(key) ?? groups.size;
      groups.set(key, group);
      return group;
    };
    return { groupOf, refresh: () => undefined };
  }
}

/** Decides by name which labels of an element its group has. */
export function keptBy({ labels, without }: GroupLabels): (name: string) => boolean {
  const listed = new Set(labels);
  return without ? (name) => name !== '__name__' && !listed.has(name) : (name) => listed.has(name);
}

/** Group of every position of a list. */
export class LabelGrouping {
  /** Labels of the groups. */
  readonly groups: GrowingList;
  private index = new Uint32Array(0);
  private done = 0;

  constructor(
    private readonly list: LabelList,
    private readonly by: GroupLabels,
    private readonly grouper: PositionGrouper,
  ) {
    this.groups = new GrowingList(!keptBy(by)('__name__'));
  }

  /** Group by position; may be longer than the list. */
  get groupOf(): Uint32Array {
    return this.index;
  }

  /** Takes in positions that the list has gained. */
  extend(): void {
    const { size } = this.list;
    if (this.done === size) return;
    if (this.index.length < size) {
      const larger = new Uint32Array(Math.max(size, this.index.length * 2));
      larger.set(this.index);
      this.index = larger;
    }
    const pick = this.list.picker(this.by);
    this.grouper.refresh();
    for (let position = this.done; position < size; position++) {
      const group = this.grouper.groupOf(position);
      if (group === this.groups.size) {
        this.groups.positionOf(pick(position));
      }
      this.index[position] = group;
    }
    this.done = size;
  }
}
