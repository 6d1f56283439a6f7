import type { Labels } from '@/demo/prometheus/metric-registry';
import type { MetricTable } from '@/demo/prometheus/metric-table';
import type { ValueDictionary } from '@/demo/prometheus/value-dictionary';

/** Metric types of the text format that the store can hold. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** What a family needs to know of one label set that it holds. */
export interface FamilyMember {
  /** First slot; a histogram's buckets, `+Inf` included, then sum, then count follow. */
  base: number;
  /** Row in each of the family's tables: one for counters and gauges; for histograms buckets, sum, count. */
  rows: readonly number[];
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A metric as applications declare it: one table, or three for a histogram. */
export class MetricFamily<Member extends FamilyMember = FamilyMember> {
  private readonly labelIndex = new Map<string, number>();
  /** Members by {@link keyOf}. */
  readonly members = new Map<string, Member>();

  /** Throws when the name is not a metric name. */
  constructor(
    readonly name: string,
    readonly help: string,
    readonly type: MetricType,
    /** Finite upper bounds of a histogram, ascending; empty otherwise. */
    readonly bounds: readonly number[],
    readonly tables: readonly MetricTable[],
    private readonly dictionary: ValueDictionary,
  ) {
    if (!METRIC_NAME.test(name)) throw new Error(`"${name}" is not a metric name`);
  }

  /** Number of neighbouring slots of one member. */
  get slotCount(): number {
    return this.type === 'histogram' ? this.bounds.length + 3 : 1;
  }

  /** The same text for the same labels, whatever their order. Throws for names that Prometheus would not take. */
  keyOf(labels: Labels): string {
    const ids: number[] = [];
    for (const name in labels) {
      const value = labels[name];
      if (value === undefined || value === '') continue;
      ids[this.indexOf(name)] = this.dictionary.idOf(value);
    }
    let key = '';
    for (let index = 0; index < ids.length; index++) {
      const id = ids[index] ?? 0;
      key += String.fromCharCode(id & 0xffff, id >>> 16);
    }
    return key;
  }

  private indexOf(labelName: string): number {
    const known = this.labelIndex.get(labelName);
    if (known !== undefined) return known;
    if (!LABEL_NAME.test(labelName) || labelName.startsWith('__')) {
      throw new Error(`"${labelName}" is not a label name that ${this.name} can have`);
    }
    if (labelName === 'le' && this.type === 'histogram') {
      throw new Error(`${this.name} is a histogram and sets the label le itself`);
    }
    const index = this.labelIndex.size;
    this.labelIndex.set(labelName, index);
    return index;
  }
}
