import type { Binary } from '@/demo/prometheus/promql/ast';
import { ARITHMETIC, COMPARISON, dropsMetricName } from '@/demo/prometheus/promql/binary-operators';
import { GrowingList, type LabelList } from '@/demo/prometheus/promql/label-list';
import type { LabelSet } from '@/demo/prometheus/promql/label-set';
import { duplicateLabelSetError, executionError } from '@/demo/prometheus/promql/query-error';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import { emptyVector, positionsOf, type Vector } from '@/demo/prometheus/promql/value';
import { VectorMatch } from '@/demo/prometheus/promql/vector-match';

const joins = new NodeMemo<VectorJoin>();

/**
 * Arithmetic and comparison between vectors. The side that may have several elements per match is called "many" here, also
 * where there is one each. Throws an execution error for matches that are ambiguous.
 */
export function combineVectors(run: QueryRun, node: Binary, left: Vector, right: Vector): Vector {
  const swapped = node.matching.group === 'right';
  const many = swapped ? right : left;
  const one = swapped ? left : right;
  const join = joins.of(run, node, () => new VectorJoin(node, many.list, one.list));
  if (!many.present.includes(1) || !one.present.includes(1)) return emptyVector(join.list);
  return join.combine(many, one);
}

class VectorJoin {
  readonly list = new GrowingList();
  private readonly match: VectorMatch;
  private readonly partners: number[] = [];
  private readonly targets: number[] = [];

  constructor(
    private readonly node: Binary,
    private readonly many: LabelList,
    private readonly one: LabelList,
  ) {
    this.match = new VectorMatch(many, one, node.matching);
  }

  combine(many: Vector, one: Vector): Vector {
    const links = this.match.linkedGroups();
    const { groupOf } = this.match.manyGroups();
    const oneAt = this.onePerGroup(one);
    const found: [target: number, value: number][] = [];
    const usedGroups = new Uint8Array(oneAt.length);
    for (const position of positionsOf(many)) {
      const group = links[groupOf[position] ?? 0] ?? -1;
      const partner = group < 0 ? -1 : (oneAt[group] ?? -1);
      if (partner < 0) continue;
      const value = this.valueOf(many.values[position] ?? 0, one.values[partner] ?? 0);
      if (value === null) continue;
      if (this.node.matching.group === null && usedGroups[group] === 1) throw implicitManyError();
      usedGroups[group] = 1;
      found.push([this.targetOf(position, partner), value]);
    }
    return this.collect(found);
  }

  private collect(found: readonly (readonly [target: number, value: number])[]): Vector {
    const result = emptyVector(this.list);
    for (const [target, value] of found) {
      if (result.present[target] === 1) {
        if (this.node.matching.group === null) throw duplicateLabelSetError();
        throw executionError(
          'multiple matches for labels: grouping labels must ensure unique matches',
        );
      }
      result.present[target] = 1;
      result.values[target] = value;
    }
    return result;
  }

  private onePerGroup(one: Vector): Int32Array {
    const groups = this.match.oneGroups();
    const positions = new Int32Array(groups.groups.size).fill(-1);
    for (const position of positionsOf(one)) {
      const group = groups.groupOf[position] ?? 0;
      const earlier = positions[group] ?? -1;
      if (earlier >= 0) throw this.manyToManyError(groups.groups.at(group), earlier, position);
      positions[group] = position;
    }
    return positions;
  }

  private manyToManyError(group: LabelSet, first: number, second: number): Error {
    const side = this.node.matching.group === 'right' ? 'left' : 'right';
    const [a, b] = [first, second].map((position) => describe(this.one.at(position)));
    return executionError(
      `found duplicate series for the match group ${describe(group)} on the ${side} hand-side of the operation: [${b}, ${a}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  /** `null`: a comparison that does not hold. */
  private valueOf(many: number, one: number): number | null {
    const { operator, returnBool, matching } = this.node;
    const left = matching.group === 'right' ? one : many;
    const right = matching.group === 'right' ? many : one;
    const holds = COMPARISON.get(operator)?.(left, right);
    if (holds === undefined) return ARITHMETIC.get(operator)?.(left, right) ?? Number.NaN;
    if (returnBool) return Number(holds);
    return holds ? left : null;
  }

  private targetOf(position: number, partner: number): number {
    const known = this.targets[position];
    const isSame = this.node.matching.include.length === 0 || this.partners[position] === partner;
    if (known !== undefined && isSame) return known;
    const target = this.list.positionOf(this.labelsOf(position, partner));
    this.partners[position] = partner;
    this.targets[position] = target;
    return target;
  }

  private labelsOf(position: number, partner: number): LabelSet {
    const { operator, returnBool, matching } = this.node;
    let labels = this.many.at(position);
    if (dropsMetricName(operator, returnBool)) labels = labels.withoutName();
    if (matching.group === null) {
      labels = labels.filter((name) => matching.labels.includes(name) === matching.on);
    }
    const other = this.one.at(partner);
    for (const name of matching.include) labels = labels.with(name, other.get(name));
    return labels;
  }
}

function implicitManyError(): Error {
  return executionError(
    'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
  );
}

function describe(labels: LabelSet): string {
  const pairs = labels.entries().map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(', ')}}`;
}
