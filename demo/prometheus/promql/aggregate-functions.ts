/** Elements of a vector with the group of each. */
export interface GroupedValues {
  readonly values: Float64Array;
  readonly present: Uint8Array;
  /** Group by position. */
  readonly groupOf: Uint32Array;
  /** Number of groups. */
  readonly groups: number;
}

/** One value per group; groups without elements are left out by the caller. */
export type AggregateFunction = (input: GroupedValues) => Float64Array;

/** Aggregations without parameter, by PromQL name. */
export const AGGREGATE_FUNCTIONS: ReadonlyMap<string, AggregateFunction> = new Map([
  ['sum', (input: GroupedValues) => fold(input, (total, value) => total + value)],
  ['min', (input: GroupedValues) => fold(input, lesser)],
  ['max', (input: GroupedValues) => fold(input, greater)],
  ['count', (input: GroupedValues) => membersOf(input)],
  ['group', (input: GroupedValues) => new Float64Array(input.groups).fill(1)],
  ['avg', average],
  ['stdvar', variance],
  ['stddev', (input: GroupedValues) => variance(input).map(Math.sqrt)],
]);

/** Number of elements by group. */
export function membersOf({ present, groupOf, groups }: GroupedValues): Float64Array {
  const members = new Float64Array(groups);
  for (let position = 0; position < present.length; position++) {
    if (present[position] === 1) increment(members, groupOf[position] ?? 0, 1);
  }
  return members;
}

function increment(totals: Float64Array, group: number, by: number): void {
  totals[group] = (totals[group] ?? 0) + by;
}

function lesser(best: number, value: number): number {
  return best > value || Number.isNaN(best) ? value : best;
}

function greater(best: number, value: number): number {
  return best < value || Number.isNaN(best) ? value : best;
}

function fold(
  { values, present, groupOf, groups }: GroupedValues,
  join: (joined: number, value: number) => number,
): Float64Array {
  const joined = new Float64Array(groups);
  const begun = new Uint8Array(groups);
  for (let position = 0; position < present.length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    const value = values[position] ?? 0;
    joined[group] = begun[group] === 1 ? join(joined[group] ?? 0, value) : value;
    begun[group] = 1;
  }
  return joined;
}

function average({ values, present, groupOf, groups }: GroupedValues): Float64Array {
  const means = new Float64Array(groups);
  const counts = new Float64Array(groups);
  for (let position = 0; position < present.length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    increment(counts, group, 1);
    const count = counts[group] ?? 1;
    const value = values[position] ?? 0;
    const mean = means[group] ?? 0;
    const staysInfinite =
      Math.abs(mean) === Number.POSITIVE_INFINITY && (Number.isFinite(value) || value === mean);
    if (!staysInfinite) means[group] = count === 1 ? value : mean + (value / count - mean / count);
  }
  return means;
}

function variance({ values, present, groupOf, groups }: GroupedValues): Float64Array {
  const means = new Float64Array(groups);
  const squares = new Float64Array(groups);
  const counts = new Float64Array(groups);
  for (let position = 0; position < present.length; position++) {
    if (present[position] !== 1) continue;
    const group = groupOf[position] ?? 0;
    const value = values[position] ?? 0;
    increment(counts, group, 1);
    if (counts[group] === 1) {
      means[group] = value;
      continue;
    }
    const delta = value - (means[group] ?? 0);
    increment(means, group, delta / (counts[group] ?? 1));
    increment(squares, group, delta * (value - (means[group] ?? 0)));
  }
  return squares.map((square, group) => square / (counts[group] ?? 1));
}
