import type { VectorMatching } from '@/demo/prometheus/promql/ast';
import type { LabelGrouping, LabelList } from '@/demo/prometheus/promql/label-list';

const NOT_LOOKED_UP = -2;

/** Which elements of two lists have equal values of the labels that they are matched on. */
export class VectorMatch {
  private links = new Int32Array(0);
  private otherSize = -1;

  constructor(
    private readonly many: LabelList,
    private readonly one: LabelList,
    private readonly matching: Pick<VectorMatching, 'on' | 'labels'>,
  ) {}

  /** Match groups of the first list, up to date. */
  manyGroups(): LabelGrouping {
    return this.many.grouping({ labels: this.matching.labels, without: !this.matching.on });
  }

  /** Match groups of the second list, up to date. */
  oneGroups(): LabelGrouping {
    return this.one.grouping({ labels: this.matching.labels, without: !this.matching.on });
  }

  /** For each match group of the first list the equal one of the second, or -1. Both lists may have grown before. */
  linkedGroups(): Int32Array {
    const mine = this.manyGroups().groups;
    const other = this.oneGroups().groups;
    if (this.otherSize !== other.size || this.links.length < mine.size) {
      this.links = new Int32Array(mine.size).fill(NOT_LOOKED_UP);
      this.otherSize = other.size;
    }
    for (let group = 0; group < mine.size; group++) {
      if (this.links[group] === NOT_LOOKED_UP) this.links[group] = other.find(mine.at(group));
    }
    return this.links;
  }
}
