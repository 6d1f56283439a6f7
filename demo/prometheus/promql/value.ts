import type { LabelList } from '@/demo/prometheus/promql/label-list';

/** An instant vector: at each position of the list a value, or nothing. */
export interface Vector {
  readonly kind: 'vector';
  readonly list: LabelList;
  /** By position; only meaningful where {@link present} is 1. */
  readonly values: Float64Array;
  /** 1 where the vector has an element. */
  readonly present: Uint8Array;
  /** Positions in the order that `sort` or `topk` gave; `null` where order means nothing. */
  readonly order: readonly number[] | null;
}

/** What an expression is worth at one moment. Range vectors exist only as arguments and at the top of a query. */
export type Value =
  | Vector
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };

/** A vector without elements over a list; fill {@link Vector.values} and {@link Vector.present}. */
export function emptyVector(list: LabelList): Vector {
  const { size } = list;
  return {
    kind: 'vector',
    list,
    values: new Float64Array(size),
    present: new Uint8Array(size),
    order: null,
  };
}

/** Positions of the elements, in the vector's order. */
export function positionsOf(vector: Vector): readonly number[] {
  if (vector.order !== null) return vector.order;
  const positions: number[] = [];
  for (let position = 0; position < vector.present.length; position++) {
    if (vector.present[position] === 1) positions.push(position);
  }
  return positions;
}
