import type { Call } from '@/demo/prometheus/promql/ast';
import { histogramQuantile, type Bucket } from '@/demo/prometheus/promql/histogram-quantile';
import type { LabelList } from '@/demo/prometheus/promql/label-list';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import { parseBound } from '@/demo/prometheus/promql/parse-bound';
import { emptyVector, positionsOf, type Vector } from '@/demo/prometheus/promql/value';

const bounds = new NodeMemo<BucketBounds>();

/** `histogram_quantile`: elements without a readable `le` are left out. */
export function evaluateHistogramQuantile(
  run: QueryRun,
  node: Call,
  quantile: number,
  vector: Vector,
): Vector {
  const known = bounds.of(run, node, () => new BucketBounds(vector.list));
  const { groups, groupOf } = vector.list.grouping({ labels: ['le'], without: true });
  const histograms = new Map<number, Bucket[]>();
  for (const position of positionsOf(vector)) {
    const upperBound = known.at(position);
    if (upperBound === null) continue;
    const group = groupOf[position] ?? 0;
    const bucket = { upperBound, count: vector.values[position] ?? 0 };
    const buckets = histograms.get(group);
    if (buckets === undefined) histograms.set(group, [bucket]);
    else buckets.push(bucket);
  }
  const result = emptyVector(groups);
  for (const [group, buckets] of histograms) {
    result.present[group] = 1;
    result.values[group] = histogramQuantile(quantile, buckets);
  }
  return result;
}

class BucketBounds {
  private readonly known: (number | null)[] = [];

  constructor(private readonly list: LabelList) {}

  at(position: number): number | null {
    let bound = this.known[position];
    if (bound === undefined) {
      bound = parseBound(this.list.at(position).get('le'));
      this.known[position] = bound;
    }
    return bound;
  }
}
