import { GrowingList, type LabelList } from '@/demo/prometheus/promql/label-list';
import type { LabelSet } from '@/demo/prometheus/promql/label-set';
import { duplicateLabelSetError } from '@/demo/prometheus/promql/query-error';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import { SeriesList } from '@/demo/prometheus/promql/series-list';
import { emptyVector, type Vector } from '@/demo/prometheus/promql/value';

/** A change of labels that looks at labels only, so that each element is changed once and not at every step. */
export class Relabeling {
  private readonly positions: number[] = [];

  constructor(
    private readonly base: LabelList,
    private readonly change: (labels: LabelSet) => LabelSet,
    /** Where the changed elements go; may be shared. */
    readonly list = new GrowingList(),
  ) {}

  /** Where the element at `position` of the base list is in the new list. */
  positionOf(position: number): number {
    const known = this.positions[position];
    if (known !== undefined) return known;
    const created = this.list.positionOf(this.change(this.base.at(position)));
    this.positions[position] = created;
    return created;
  }

  /** Throws when two elements get the same labels. */
  apply(vector: Vector): Vector {
    const { present, values } = vector;
    for (let position = 0; position < present.length; position++) {
      if (present[position] === 1) this.positionOf(position);
    }
    const result = emptyVector(this.list);
    for (let position = 0; position < present.length; position++) {
      if (present[position] !== 1) continue;
      const target = this.positionOf(position);
      if (result.present[target] === 1) throw duplicateLabelSetError();
      result.present[target] = 1;
      result.values[target] = values[position] ?? 0;
    }
    const order = vector.order?.map((position) => this.positionOf(position)) ?? null;
    return { ...result, order };
  }
}

const nameDrops = new NodeMemo<Relabeling>();

/** The vector without metric names. Costs nothing where there is one name or none; throws when labels coincide. */
export function dropName(run: QueryRun, node: object, vector: Vector): Vector {
  const { list } = vector;
  if (list.isNameless()) return vector;
  const direct = list instanceof SeriesList ? list.withoutName() : null;
  if (direct !== null) return { ...vector, list: direct };
  const relabeling = nameDrops.of(
    run,
    node,
    () => new Relabeling(list, (labels) => labels.withoutName()),
  );
  return relabeling.apply(vector);
}
