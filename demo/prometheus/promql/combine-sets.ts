import type { Binary } from '@/demo/prometheus/promql/ast';
import { GrowingList } from '@/demo/prometheus/promql/label-list';
import { duplicateLabelSetError } from '@/demo/prometheus/promql/query-error';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import { Relabeling } from '@/demo/prometheus/promql/relabeling';
import { emptyVector, type Vector } from '@/demo/prometheus/promql/value';
import { VectorMatch } from '@/demo/prometheus/promql/vector-match';

const matches = new NodeMemo<VectorMatch>();
const unions = new NodeMemo<Union>();

/** `and`, `or`, `unless`: elements of the left side, or of both, by whether the other side has a match. */
export function combineSets(run: QueryRun, node: Binary, left: Vector, right: Vector): Vector {
  if (node.operator === 'or') return either(run, node, left, right);
  const keepsMatched = node.operator === 'and';
  const match = matches.of(run, node, () => new VectorMatch(left.list, right.list, node.matching));
  const matched = matchedPositions(left, right, match);
  const result = emptyVector(left.list);
  for (let position = 0; position < left.present.length; position++) {
    if (left.present[position] !== 1 || (matched[position] === 1) !== keepsMatched) continue;
    result.present[position] = 1;
    result.values[position] = left.values[position] ?? 0;
  }
  return result;
}

/** 1 for each element of `vector` that has a match among the elements of `others`. */
function matchedPositions(vector: Vector, others: Vector, match: VectorMatch): Uint8Array {
  const links = match.linkedGroups();
  const { groupOf } = match.manyGroups();
  const theirs = match.oneGroups();
  const alive = new Uint8Array(theirs.groups.size);
  for (let position = 0; position < others.present.length; position++) {
    if (others.present[position] === 1) alive[theirs.groupOf[position] ?? 0] = 1;
  }
  const matched = new Uint8Array(vector.present.length);
  for (let position = 0; position < matched.length; position++) {
    const link = links[groupOf[position] ?? 0] ?? -1;
    if (link >= 0 && alive[link] === 1) matched[position] = 1;
  }
  return matched;
}

class Union {
  readonly list = new GrowingList();
  readonly match: VectorMatch;
  readonly fromLeft: Relabeling;
  readonly fromRight: Relabeling;

  constructor(left: Vector, right: Vector, node: Binary) {
    this.match = new VectorMatch(right.list, left.list, node.matching);
    this.fromLeft = new Relabeling(left.list, (labels) => labels, this.list);
    this.fromRight = new Relabeling(right.list, (labels) => labels, this.list);
  }
}

function either(run: QueryRun, node: Binary, left: Vector, right: Vector): Vector {
  const union = unions.of(run, node, () => new Union(left, right, node));
  const matched = matchedPositions(right, left, union.match);
  const targets: [target: number, value: number][] = [];
  for (let position = 0; position < left.present.length; position++) {
    if (left.present[position] !== 1) continue;
    targets.push([union.fromLeft.positionOf(position), left.values[position] ?? 0]);
  }
  for (let position = 0; position < right.present.length; position++) {
    if (right.present[position] !== 1 || matched[position] === 1) continue;
    targets.push([union.fromRight.positionOf(position), right.values[position] ?? 0]);
  }
  const result = emptyVector(union.list);
  for (const [target, value] of targets) {
    if (result.present[target] === 1) throw duplicateLabelSetError();
    result.present[target] = 1;
    result.values[target] = value;
  }
  return result;
}
