import { unwrap, type Call, type Expression } from '@/demo/prometheus/promql/ast';
import { absentLabels } from '@/demo/prometheus/promql/absent-labels';
import { CALENDAR_FUNCTIONS, ELEMENT_FUNCTIONS } from '@/demo/prometheus/promql/element-functions';
import { evaluateHistogramQuantile } from '@/demo/prometheus/promql/evaluate-histogram';
import { evaluateSelector } from '@/demo/prometheus/promql/evaluate-selector';
import { GrowingList } from '@/demo/prometheus/promql/label-list';
import { LabelSet } from '@/demo/prometheus/promql/label-set';
import { executionError } from '@/demo/prometheus/promql/query-error';
import { NodeMemo, type QueryRun } from '@/demo/prometheus/promql/query-run';
import { labelJoin, labelReplace } from '@/demo/prometheus/promql/relabel-functions';
import { dropName, Relabeling } from '@/demo/prometheus/promql/relabeling';
import { emptyVector, positionsOf, type Value, type Vector } from '@/demo/prometheus/promql/value';

/** Evaluates a function whose arguments are no range vectors. */
export async function evaluateCall(run: QueryRun, node: Call, atMs: number): Promise<Value> {
  if (node.name === 'timestamp') return timestamps(run, node, atMs);
  const args: Value[] = [];
  for (const argument of node.args) args.push(await run.evaluate(argument, atMs));
  const compute = ELEMENT_FUNCTIONS.get(node.name);
  if (compute !== undefined) return mapped(run, node, vectorOf(args[0]), compute);
  const calendar = CALENDAR_FUNCTIONS.get(node.name);
  if (calendar !== undefined) return dated(run, node, args[0], atMs, calendar);
  const special = SPECIAL.get(node.name);
  if (special === undefined) throw executionError(`unknown function with name "${node.name}"`);
  return special({ run, node, args, atMs });
}

interface CallContext {
  readonly run: QueryRun;
  readonly node: Call;
  readonly args: readonly Value[];
  readonly atMs: number;
}

const SPECIAL: ReadonlyMap<string, (context: CallContext) => Value> = new Map<
  string,
  (context: CallContext) => Value
>([
  ['time', ({ atMs }) => ({ kind: 'scalar', value: atMs / 1000 })],
  ['pi', () => ({ kind: 'scalar', value: Math.PI })],
  ['scalar', ({ args }) => ({ kind: 'scalar', value: onlyValue(vectorOf(args[0])) })],
  ['vector', ({ run, node, args }) => single(run, node, LabelSet.EMPTY, scalarOf(args[0]))],
  ['absent', absent],
  ['clamp', clamp],
  ['clamp_max', ({ run, node, args }) => limited(run, node, args[0], -Infinity, scalarOf(args[1]))],
  ['clamp_min', ({ run, node, args }) => limited(run, node, args[0], scalarOf(args[1]), Infinity)],
  ['round', round],
  ['sort', ({ args }) => sorted(vectorOf(args[0]), 1)],
  ['sort_desc', ({ args }) => sorted(vectorOf(args[0]), -1)],
  ['label_replace', ({ run, node, args }) => relabeled(run, node, args, labelReplace)],
  ['label_join', ({ run, node, args }) => relabeled(run, node, args, labelJoin)],
  [
    'histogram_quantile',
    ({ run, node, args }) =>
      evaluateHistogramQuantile(run, node, scalarOf(args[0]), vectorOf(args[1])),
  ],
  // These three look at native histograms only, which the store does not hold.
  ['histogram_count', ({ run, node }) => nothing(run, node)],
  ['histogram_sum', ({ run, node }) => nothing(run, node)],
  ['histogram_fraction', ({ run, node }) => nothing(run, node)],
]);

function vectorOf(value: Value | undefined): Vector {
  if (value?.kind === 'vector') return value;
  throw executionError('expected type instant vector');
}

function scalarOf(value: Value | undefined): number {
  if (value?.kind === 'scalar') return value.value;
  throw executionError('expected type scalar');
}

const singles = new NodeMemo<GrowingList>();

function nothing(run: QueryRun, node: Expression): Vector {
  return emptyVector(singles.of(run, node, () => new GrowingList()));
}

function single(run: QueryRun, node: Expression, labels: LabelSet, value: number): Vector {
  const list = singles.of(run, node, () => new GrowingList());
  const position = list.positionOf(labels);
  const vector = emptyVector(list);
  vector.present[position] = 1;
  vector.values[position] = value;
  return vector;
}

function absent({ run, node, args }: CallContext): Vector {
  if (vectorOf(args[0]).present.includes(1)) return nothing(run, node);
  return single(run, node, absentLabels(node.args[0]), 1);
}

function mapped(
  run: QueryRun,
  node: Call,
  vector: Vector,
  compute: (value: number) => number,
): Vector {
  const { present } = vector;
  const values = vector.values.map((value, position) =>
    present[position] === 1 ? compute(value) : 0,
  );
  return dropName(run, node, { ...vector, values, order: null });
}

function dated(
  run: QueryRun,
  node: Call,
  argument: Value | undefined,
  atMs: number,
  read: (date: Date) => number,
): Vector {
  if (argument === undefined) {
    return single(run, node, LabelSet.EMPTY, read(new Date(Math.trunc(atMs / 1000) * 1000)));
  }
  return mapped(run, node, vectorOf(argument), (seconds) =>
    read(new Date(Math.trunc(seconds) * 1000)),
  );
}

async function timestamps(run: QueryRun, node: Call, atMs: number): Promise<Vector> {
  const argument = node.args[0];
  if (argument === undefined) throw executionError('expected 1 argument in call to "timestamp"');
  const inner = unwrap(argument);
  if (inner.kind === 'selector') {
    return dropName(run, node, evaluateSelector(run, inner, atMs, true));
  }
  return mapped(run, node, vectorOf(await run.evaluate(inner, atMs)), () => atMs / 1000);
}

function onlyValue(vector: Vector): number {
  const [position, ...others] = positionsOf(vector);
  if (position === undefined || others.length > 0) return Number.NaN;
  return vector.values[position] ?? Number.NaN;
}

function clamp({ run, node, args }: CallContext): Vector {
  const [least, most] = [scalarOf(args[1]), scalarOf(args[2])];
  return most < least ? nothing(run, node) : limited(run, node, args[0], least, most);
}

function limited(
  run: QueryRun,
  node: Call,
  argument: Value | undefined,
  least: number,
  most: number,
): Vector {
  return mapped(run, node, vectorOf(argument), (value) => Math.max(least, Math.min(most, value)));
}

function round({ run, node, args }: CallContext): Vector {
  const inverse = 1 / (args[1] === undefined ? 1 : scalarOf(args[1]));
  return mapped(
    run,
    node,
    vectorOf(args[0]),
    (value) => Math.floor(value * inverse + 0.5) / inverse,
  );
}

/** NaN comes last both ways. */
function sorted(vector: Vector, direction: 1 | -1): Vector {
  const order = [...positionsOf(vector)].sort((left, right) => {
    const [a, b] = [vector.values[left] ?? 0, vector.values[right] ?? 0];
    if (Number.isNaN(a) || Number.isNaN(b))
      return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a === b ? 0 : a < b ? -direction : direction;
  });
  return { ...vector, order };
}

const relabelings = new NodeMemo<Relabeling>();

function relabeled(
  run: QueryRun,
  node: Call,
  args: readonly Value[],
  toChange: (texts: readonly string[]) => (labels: LabelSet) => LabelSet,
): Vector {
  const vector = vectorOf(args[0]);
  const texts = args.slice(1).map((each) => (each.kind === 'string' ? each.value : ''));
  return relabelings
    .of(run, node, () => new Relabeling(vector.list, toChange(texts)))
    .apply(vector);
}
